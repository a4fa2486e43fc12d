using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain.Documents;

public sealed class EventExamples
{
    private const string Document = "Events/Events.md";

    public static TheoryData<Row> Types => RuleDocument.Theory(Document, "Types");

    public static TheoryData<Row> Refusals => RuleDocument.Theory(Document, "Refusals, by example");

    [Fact]
    public void The_document_lists_every_type() =>
        Assert.Equal(EventTypes.All, RuleDocument.Rows(Document, "Types").Select(row => row["type"]));

    [Theory]
    [MemberData(nameof(Types))]
    public void A_type_needs_and_takes_what_the_document_says(Row row)
    {
        string[] Names(string column) => row[column].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var least = Good(row["type"], Names("needs"));
        Assert.Empty(Problems(least));
        Assert.Empty(Problems(Good(row["type"], [.. Names("needs"), .. Names("may have")])));

        foreach (var needed in Names("needs"))
        {
            var problem = Assert.Single(Problems(Good(row["type"], Names("needs").Where(name => name != needed))));
            Assert.Equal($"data.{needed}", problem.Field);
            Assert.StartsWith(needed == "score" ? "must be a number" : "is missing", problem.Message, StringComparison.Ordinal);
        }

        foreach (var known in Names("needs").Concat(Names("may have")))
        {
            var wrong = Good(row["type"], Names("needs"));
            wrong["data"]![known] = known is "lines" or "attributes" or "tags" or "untag" ? 1 : new JsonArray();
            wrong["data"]!["currency"] ??= "CNY";
            Assert.Equal($"data.{known}", Assert.Single(Problems(wrong)).Field);
        }
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_is_refused_is_refused_with_the_documents_words(Row row) =>
        Assert.Equal([new FieldProblem(row["field"], row["message"])], Problems(Changed(row["set"], row["to"])));

    private static string Changed(string member, string to)
    {
        var value = to.Split(" × ") is [var times, var text]
            ? $"\"{new string(text[0], int.Parse(times, CultureInfo.InvariantCulture))}\""
            : to;
        if (member.Length == 0)
            return value;

        var (type, path) = member.Split(' ') is [var first, var second] ? (first, second) : (EventTypes.OrderPaid, member);
        var json = Good(
            type,
            RuleDocument
                .Rows(Document, "Types")
                .Single(row => row["type"] == type)["needs"]
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        );
        var holder = path.Split('.')[..^1].Aggregate((JsonNode)json, (node, name) => node[name]!).AsObject();
        if (to == "dropped")
        {
            holder.Remove(path.Split('.')[^1]);
            return json.ToJsonString();
        }

        // Texts that are none can only be written by hand.
        holder[path.Split('.')[^1]] = "here";
        return json.ToJsonString()
            .Replace("\"here\"", value.Replace("` with no currency", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static JsonObject Good(string type, IEnumerable<string> members)
    {
        var data = new JsonObject { ["customer"] = new JsonObject { ["id"] = "42" } };
        foreach (var member in members)
        {
            data[member] = member switch
            {
                "amount" => "129.90",
                "currency" => "CNY",
                "lines" => JsonNode.Parse("""[{"sku":"a","quantity":2},{}]"""),
                "attributes" => JsonNode.Parse("""{"a":"x\ty","b":1e400,"c":null,"d":true,"$type":"op"}"""),
                "tags" => JsonNode.Parse("""["vip",{"name":"strategic","until":"2027-01-01T00:00:00Z"}]"""),
                "untag" => new JsonArray("old"),
                "direction" => "out",
                "score" => 7,
                "scale" => 10,
                "granted" => false,
                "expires" => "2027-01-01T00:00:00Z",
                _ => "x1",
            };
        }

        return new JsonObject
        {
            ["specversion"] = "1.0",
            ["source"] = "shop",
            ["id"] = "1",
            ["type"] = type,
            ["time"] = "2026-01-01T00:00:00Z",
            ["data"] = data,
        };
    }

    private static IReadOnlyList<FieldProblem> Problems(JsonObject json) => Problems(json.ToJsonString());

    private static IReadOnlyList<FieldProblem> Problems(string json)
    {
        using var document = JsonDocument.Parse(json);
        var read = EventReader.Read(document.RootElement, Make.Start, out var problems);
        Assert.Equal(problems.Count == 0, read is not null);
        return problems;
    }
}
