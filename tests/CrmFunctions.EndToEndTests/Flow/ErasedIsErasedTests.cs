using System.Globalization;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>
/// Erased people are not found again: without the secret by no trial of all numbers, and with it by no column that two rows have in common.
/// </summary>
public sealed class ErasedIsErasedTests : IDisposable
{
    private const string Phone = "+8613800345678";
    private const string OtherPhone = "+8613800399999";

    // Young enough for the index of complaints.
    private static readonly DateTimeOffset start = TimeProvider.System.GetUtcNow().AddDays(-20);

    private readonly Azurite azurite = new();
    private readonly SuiteFolder folder;

    public ErasedIsErasedTests() => folder = new SuiteFolder(azurite, locks: TimeSpan.FromSeconds(5));

    public void Dispose()
    {
        folder.Dispose();
        azurite.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_program_that_tries_all_numbers_of_a_range_finds_the_erased_person_only_where_handles_have_no_secret(bool isKeyed)
    {
        Dump dump;
        await using (var suite = await KeyedSuite.Start(folder, isKeyed ? KeyedSuite.Secret() : null))
        {
            await suite.Events([.. Person("ann", Phone), .. Person("ben", OtherPhone), .. Bystander()]);
            await suite.Quiet();
            Assert.Equal([Phone], (await Dump.Of(folder.Storage, folder.Files)).Found(Range()).Where(found => found == Phone));
            await suite.Erase("shop:ann");
            await suite.Quiet();
            dump = await Dump.Of(folder.Storage, folder.Files, suite.Process.Said);
        }

        // The program can find: who is not erased is in the log as sent.
        Assert.Equal([OtherPhone], dump.Found([OtherPhone]));
        Assert.Equal(isKeyed ? [] : [Phone], dump.Found(Range()));
    }

    [Fact]
    public async Task With_the_secret_nothing_that_is_kept_for_totals_has_a_value_in_common_with_what_is_left_of_the_person()
    {
        var secret = KeyedSuite.Secret();
        JsonNode before;
        decimal revenue;
        await using (var suite = await KeyedSuite.Start(folder, secret, ("Privacy__TotalsAfter", "7.00:00:00")))
        {
            await suite.Events([.. Person("ann", Phone), .. Person("ben", OtherPhone), .. Bystander()]);
            await suite.Quiet();
            before = await suite.Get("reports/base");
            revenue = Revenue(await Dump.Of(folder.Storage, []));
            await suite.Erase("shop:ann");
            await suite.Erase("shop:ben");
            await Eventually.Holds(async () =>
                (await suite.Get("privacy/requests"))["items"]!.AsArray().All(request => (string)request!["status"]! == "done")
            );

            // What is kept waits for the end of the period, and is nobody's until then.
            Assert.Equal(1, (int)(await suite.Get("reports/base"))["events"]!);
        }

        // A rebuild asks for all that waits; the period is none now.
        await using var again = await KeyedSuite.Start(folder, secret);
        await again.Post("rebuilds", new JsonObject(), 202);
        await Eventually.Holds(async () => Totals(await again.Get("reports/base")) == Totals(before));
        await Eventually.Holds(async () => (string)(await again.Get("rebuilds"))["status"]! == "done");
        var dump = await Dump.Of(folder.Storage, []);
        Assert.Equal(revenue, Revenue(dump));
        Assert.DoesNotContain(dump.Rows, each => each.Row.PartitionKey.StartsWith("!aside", StringComparison.Ordinal));

        var keys = HandleKeys.Read(secret)!;
        string[] people = [.. Handles("ann", Phone).Concat(Handles("ben", OtherPhone)).Select(handle => keys.Of(handle).Key)];
        var nobodies = dump
            .Rows.Where(each =>
                each.Table == CrmFunctions.Flow.Tables.Events
                && Column(each.Row, "Data").Contains("\"erased\":true", StringComparison.Ordinal)
            )
            .Select(each => each.Row.PartitionKey)
            .Distinct()
            .ToList();
        Assert.Equal(2, nobodies.Count);

        // Who did what is on record by name and id; that is no part of what is kept of customers.
        var left = dump.With(people).Where(each => each.Table != CrmFunctions.Flow.Tables.Audit).ToList();
        var kept = dump.With(nobodies).ToList();
        Assert.True(
            left.All(each => each.Table is "customers" or "events"),
            string.Join('\n', left.Select(each => $"{each.Table}/{each.Row.PartitionKey}/{each.Row.RowKey}"))
        );
        Assert.Contains(kept, each => each.Table == CrmFunctions.Flow.Tables.Customers);

        // No value of the one is one of the other, but those that everybody's rows have.
        string[] everybodys = ["", "erased", "0", "{}", "[]", "state", "False"];
        Assert.Empty(Values(left).Intersect(Values(kept)).Except(everybodys));

        // What is kept has days and an order; what is left has neither.
        foreach (var (_, row) in kept.Where(each => each.Table == CrmFunctions.Flow.Tables.Events))
        {
            Assert.Equal(TimeSpan.Zero, row.GetDateTimeOffset("OccurredAt")!.Value.TimeOfDay);
            Assert.InRange(row.GetDateTimeOffset("ReceivedAt")!.Value.TimeOfDay, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }

        var stubs = left.Where(each => each.Table == CrmFunctions.Flow.Tables.Events && each.Row.RowKey != "!erased").ToList();
        Assert.All(stubs, each => Assert.Equal(DateTimeOffset.UnixEpoch, each.Row.GetDateTimeOffset("OccurredAt")));
        Assert.All(stubs, each => Assert.Equal("", Column(each.Row, "BodyHash")));

        // As many stubs as events would name the customer of so many; and all that is kept was written after all that is left.
        Assert.All(
            stubs.GroupBy(each => each.Row.PartitionKey).Select(group => (uint)group.Count()),
            count => Assert.Equal(0u, count & (count - 1))
        );
        Assert.True(stubs.Max(each => each.Row.Timestamp) < kept.Min(each => each.Row.Timestamp));

        // The requests name nobody any more, and tell no count; no complaint is counted by its instant.
        var requests = (await again.Get("privacy/requests"))["items"]!.AsArray();
        Assert.All(requests, request => Assert.Empty(request!["handles"]!.AsArray()));
        Assert.All(requests, request => Assert.Equal(16, (int)request!["found"]!["events"]!));
        Assert.All(
            dump.Rows.Where(each => each.Table == CrmFunctions.Flow.Tables.Complaints),
            each => Assert.Equal(TimeSpan.Zero, each.Row.GetDateTimeOffset("At")!.Value.TimeOfDay)
        );

        // Delivered again, all of it is known.
        Assert.Equal(Person("ann", Phone).Count(), (int)(await again.Events(Person("ann", Phone)))["duplicates"]!);
    }

    [Fact]
    public async Task A_start_without_a_secret_or_with_another_one_is_refused_and_says_what_to_set()
    {
        var secret = KeyedSuite.Secret();
        await using (var suite = await KeyedSuite.Start(folder, secret))
        {
            await suite.Events(Bystander());
            await suite.Quiet();
        }

        var without = KeyedSuite.Settings(folder, secret);
        without.Remove("Handles__Key");
        await Refused(without, "Handles__Key is not the one that the tables were written under");
        without.Remove("Sources__KeyFolder");
        await Refused(without, "Setting Handles__Key is missing");
        await Refused(KeyedSuite.Settings(folder, "c2hvcnQ="), "Handles__Key must be base64 of 32 bytes");
        await Refused(KeyedSuite.Settings(folder, KeyedSuite.Secret()), "Handles__Key is not the one that the tables were written under");
        await Refused(KeyedSuite.Settings(folder, null), "Handles__Key is not the one that the tables were written under");

        // The right one goes on; a base from before there was a secret takes none.
        await using (var again = await KeyedSuite.Start(folder, secret))
            Assert.Single(await again.Find("shop:by"));
    }

    [Fact]
    public async Task A_base_without_a_secret_goes_on_says_so_and_takes_none_before_it_is_moved()
    {
        await using (var suite = await KeyedSuite.Start(folder, null))
        {
            await suite.Events(Bystander());
            await suite.Quiet();
            Assert.Contains(
                (await suite.Get("health/details"))["alarms"]!.AsArray(),
                alarm => ((string)alarm!).StartsWith("handles: they are plain hashes", StringComparison.Ordinal)
            );
        }

        await Refused(KeyedSuite.Settings(folder, KeyedSuite.Secret()), "Handles__Key is not the one that the tables were written under");
    }

    private static async Task Refused(Dictionary<string, string> settings, string sentence)
    {
        await using var process = new SuiteProcess(settings);
        Assert.False(await process.Ready(), process.Said);
        Assert.NotEqual(0, await process.Exited);
        Assert.Contains(sentence, process.Said, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Range() =>
        Enumerable.Range(300_000, 99_000).Select(number => string.Create(CultureInfo.InvariantCulture, $"+8613800{number:000000}"));

    // Nine events: filed under the shop's id, an address and a number.
    private static IEnumerable<JsonObject> Person(string name, string phone)
    {
        var (email, at) = ($"{name}@erased.example", start.AddMinutes(name[0] % 60));
        yield return Sent.Paid($"{name}-1", name, "129.90", email: email, phone: phone, at: at);
        yield return Sent.Event("order.cancelled", $"{name}-1-cancelled", name, at: at.AddMinutes(31), data: ("orderId", $"{name}-1"));
        yield return Sent.Paid($"{name}-1-again", name, "99.90", at: at.AddMinutes(95));
        yield return Sent.Paid($"{name}-2", name, "15.25", at: at.AddDays(6));
        yield return Sent.Form($"{name}-form", email: email, at: at.AddDays(7));
        yield return Sent.Form($"{name}-call", phone: phone, at: at.AddDays(8));
        yield return Sent.Event(
            "complaint.opened",
            $"{name}-complaint",
            name,
            at: at.AddDays(9),
            data: ("complaintId", $"{name}-complaint")
        );
        yield return Sent.Event(
            "rating.potential",
            $"{name}-rated",
            name,
            at: at.AddDays(10),
            data: [("score", 80), ("author", "ops"), ("reason", "asked twice")]
        );
        yield return Sent.Visit($"{name}-visit", name, at.AddDays(11));
    }

    private static IEnumerable<JsonObject> Bystander() => [Sent.Paid("by-1", "by", "10.00", email: "by@kept.example")];

    private static IEnumerable<Handle> Handles(string name, string phone) =>
        [Handle.OfId("shop", name), Handle.OfEmail($"{name}@erased.example")!.Value, Handle.OfPhone(phone)!.Value];

    private static string Column(TableEntity row, string name) => Dump.Text(row.TryGetValue(name, out var value) ? value : null);

    // Words of texts one by one; of no column that the service writes.
    private static HashSet<string> Values(IEnumerable<(string Table, TableEntity Row)> rows) =>
        rows.SelectMany(each => each.Row.Where(column => column.Key is not ("odata.etag" or "Timestamp")))
            .SelectMany(column =>
                column.Value is string or byte[]
                    ? [Dump.Text(column.Value), .. Dump.Text(column.Value).Split('"', '|', ',')]
                    : (string[])[Dump.Text(column.Value)]
            )
            .ToHashSet(StringComparer.Ordinal);

    private static string Totals(JsonNode report) => $"{report["customers"]} {report["events"]} {report["orders"]}";

    private static decimal Revenue(Dump dump) =>
        dump
            .Rows.Where(each => each.Table == CrmFunctions.Flow.Tables.Events && Column(each.Row, "Type") == "order.paid")
            .Sum(each => decimal.Parse((string)JsonNode.Parse(Column(each.Row, "Data"))!["amount"]!, CultureInfo.InvariantCulture));
}
