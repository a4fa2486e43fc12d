using System.Globalization;
using System.Text;
using System.Text.Json;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain;

public sealed class EventReaderTests
{
    private const string Paid =
        """{"source":"shop","id":1001,"type":"order.paid","time":"2025-12-31T23:59:59.9999Z","data":{"customer":{"id":42,"email":" nobody ","phone":"138 0013 8000"},"orderId":7,"amount":129.9,"currency":"CNY"}}""";

    [Fact]
    public void A_plain_event_is_read_as_sent()
    {
        var read = Read(Paid, out var problems);
        Assert.Empty(problems);
        Assert.Equal(
            new CustomerEvent(
                "shop",
                "1001",
                Make.Start.AddMilliseconds(-1),
                Make.Start,
                new Identifiers("42", Email: "nobody", Phone: "138 0013 8000"),
                new OrderPaid("7", Make.Amount(129.9m))
            ),
            read
        );
        Assert.Equal(["id", "phone"], Handle.All(read!.Customer, "shop").Select(handle => handle.Kind));
    }

    [Fact]
    public void An_event_without_time_happened_when_it_came()
    {
        var read = Read("""{"source":"s","id":"1","type":"visit","data":{"customer":{"id":"4"}}}""", out _, Make.Start.AddTicks(12_345));
        Assert.Equal((Make.Start.AddMilliseconds(1), Make.Start.AddMilliseconds(1)), (read!.OccurredAt, read.ReceivedAt));
    }

    [Theory]
    [InlineData("""{"score":5,"kind":"csat","scale":5}""", null, 5, 10)]
    [InlineData("""{"score":5,"kind":"csat"}""", null, 10, 5)]
    [InlineData("""{"score":10,"kind":"nps","scale":10}""", null, 10, 10)]
    [InlineData("""{"score":0,"scale":5}""", "data.score must be a whole number from 1 to 5 where scale is 5", 0, 0)]
    [InlineData("""{"score":6,"scale":5}""", "data.score must be a whole number from 1 to 5 where scale is 5", 0, 0)]
    [InlineData("""{"score":5,"kind":"NPS","scale":5}""", "data.scale must be 10 where kind is nps, whose scores are 0 to 10", 0, 0)]
    public void A_score_is_read_by_its_scale(string data, string? problem, int outOf, int ofTen)
    {
        var read = Read($$"""{"source":"s","id":"1","type":"feedback","data":{"customer":{"id":"4"},{{data[1..]}}}""", out var problems);

        Assert.Equal(problem, problems.Select(one => $"{one.Field} {one.Message}").SingleOrDefault());
        if (problem is null)
            Assert.Equal((outOf, ofTen), (((Feedback)read!.What).OutOf, ((Feedback)read.What).OfTen));
    }

    [Fact]
    public void Everything_wrong_is_named_at_once()
    {
        Read("""{"id":[],"type":"order.paid","time":"x","data":{"customer":{},"amount":"-1","currency":"CNY"}}""", out var problems);
        Assert.Equal(
            ["source", "id", "time", "data.customer", "data.amount", "data.orderId"],
            problems.Select(problem => problem.Field).OrderBy(Order)
        );
        static int Order(string field) => Array.IndexOf(["source", "id", "time", "data.customer", "data.amount", "data.orderId"], field);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused_by_field()
    {
        var bytes = Encoding.UTF8.GetBytes(Paid.Replace("nobody", "?", StringComparison.Ordinal));
        bytes[bytes.AsSpan().IndexOf((byte)'?')] = 0xFF;
        using var document = JsonDocument.Parse(bytes);
        Assert.Null(EventReader.Read(document.RootElement, Make.Start, out var problems));
        Assert.Equal("data.customer.email", Assert.Single(problems).Field);
    }

    [Fact]
    public void Escaped_characters_beyond_the_first_plane_are_text()
    {
        var read = Read(
            """{"source":"s","id":"\ud83d\ude00","type":"form.submitted","data":{"customer":{"id":"4"},"attributes":{"\uD83D\uDE00":"\\ud800"}}}""",
            out var problems
        );
        Assert.Empty(problems);
        Assert.Equal("😀", read!.Id);
        Assert.Equal(History.Digest([read]), History.Digest(History.Read(History.Write([read]))));
    }

    [Fact]
    public void What_was_logged_reads_back_as_the_same_event()
    {
        using var document = JsonDocument.Parse(Paid);
        var read = EventReader.Read(document.RootElement, Make.Start, out _)!;
        var logged = EventReader.ReadLogged(
            read.Source,
            read.Id,
            "order.paid",
            read.OccurredAt,
            read.ReceivedAt,
            document.RootElement.GetProperty("data")
        );
        Assert.Equal(read, logged);
        Assert.Single(History.Distinct([read, logged]));
    }

    [Theory]
    [InlineData("order.paid", """{"customer":{"id":"1"}}""", "data.orderId")]
    [InlineData("order.sold", """{"customer":{"id":"1"}}""", "type")]
    [InlineData("visit", "[]", "shop/1")]
    [InlineData("visit", """{"customer":{}}""", "data.customer")]
    public void A_logged_row_that_was_never_written_so_throws_and_names_the_event(string type, string data, string named)
    {
        using var document = JsonDocument.Parse(data);
        var thrown = Assert.Throws<FormatException>(() =>
            EventReader.ReadLogged("shop", "1", type, Make.Start, Make.Start, document.RootElement)
        );
        Assert.Contains(named, thrown.Message, StringComparison.Ordinal);
        Assert.Contains("shop/1", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_logged_event_is_read_also_where_its_phone_number_is_no_longer_taken_for_one()
    {
        using var document = JsonDocument.Parse("""{"customer":{"phone":"+86 400 820 8820"}}""");
        var logged = EventReader.ReadLogged("shop", "1", "visit", Make.Start, Make.Start, document.RootElement);
        Assert.Equal("+86 400 820 8820", logged.Customer.Phone);
    }

    [Fact]
    public void The_culture_of_the_process_changes_nothing()
    {
        var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        odd.NumberFormat.NumberDecimalSeparator = ",";
        odd.NumberFormat.NumberGroupSeparator = ".";
        odd.NumberFormat.NegativeSign = "~";
        odd.DateTimeFormat.TimeSeparator = ".";
        odd.DateTimeFormat.DateSeparator = "_";
        var before = CultureInfo.CurrentCulture;
        string[] Answers() =>
            [
                $"{Read(Paid, out _)}",
                Make.Amount(1.5m).ToString(),
                Instants.Parse("2026-01-01T00:00:00.5+08:00")!.Value.UtcTicks.ToString(CultureInfo.InvariantCulture),
                Refused("\"time\":\"2030-01-01T00:00:00Z\""),
                Refused("\"data\":{\"customer\":{\"id\":-1},\"amount\":-1.5,\"orderId\":1,\"currency\":\"KWD\"}"),
                JsonSerializer.Serialize(Make.Decision([Make.Paid(amount: 99.99m)], Make.Day(3.5))),
            ];
        var expected = Answers();
        try
        {
            CultureInfo.CurrentCulture = odd;
            Assert.Equal(expected.Skip(1), Answers().Skip(1));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Refused(string member)
    {
        Read("{" + $"\"source\":\"s\",\"id\":\"1\",\"type\":\"order.paid\",{member}" + "}", out var problems);
        return string.Join("; ", problems);
    }

    private static CustomerEvent? Read(string json, out IReadOnlyList<FieldProblem> problems, DateTimeOffset? receivedAt = null)
    {
        using var document = JsonDocument.Parse(json);
        return EventReader.Read(document.RootElement.Clone(), receivedAt ?? Make.Start, out problems);
    }
}
