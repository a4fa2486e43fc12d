using System.Text.Json.Nodes;
using CrmFunctions.Cli.Backups;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Rebuilding;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>
/// A base from before there was a secret of handles, moved to one and then to the next: by a backup, and a restore that renames all handles.
/// </summary>
public sealed class MovedToASecretTests : IDisposable
{
    private const string Phone = "+8613800345678";

    private readonly List<Azurite> storages = [];
    private readonly List<SuiteFolder> folders = [];
    private readonly string backups = Directory.CreateTempSubdirectory("crm-moved").FullName;

    public void Dispose()
    {
        folders.ForEach(folder => folder.Dispose());
        storages.ForEach(storage => storage.Dispose());
        Directory.Delete(backups, recursive: true);
    }

    [Fact]
    public async Task A_base_is_moved_to_a_secret_and_to_the_next_with_its_customers_their_history_and_what_was_sent_and_erased()
    {
        var (one, other) = (KeyedSuite.Secret(), KeyedSuite.Secret());
        string told;
        var unkeyed = Place();
        await using (var suite = await Start(unkeyed, null))
        {
            await Tell(suite);
            told = await Told(suite);
        }

        var plain = await Backup(unkeyed, "plain");
        Assert.Contains("0 secrets", (await Restore(Place(), plain, $"{one},{other}")).Said, StringComparison.Ordinal);
        var keyed = Place();
        Assert.Equal(ExitCode.Ok, (await Restore(keyed, plain, one)).Status);
        Assert.Equal(told, await Rebuilt(keyed, one));

        // Nobody is found without the secret: neither the erased person nor, by a key, anybody else.
        var rows = (await Dump.Of(keyed.Storage, [])).Rows.Where(each => each.Table != CrmFunctions.Flow.Tables.Audit).ToList();
        var erased = Domain.Identity.Handle.OfPhone(Phone)!.Value;
        Assert.Contains((await Dump.Of(unkeyed.Storage, [])).Rows, each => each.Row.PartitionKey == erased.Key);

        // What is kept of the erased person has ids from a salt that is forgotten, in its rows and its customer's snapshot.
        var plainKeys = (await Dump.Of(unkeyed.Storage, []))
            .Rows.Where(each => each.Table == CrmFunctions.Flow.Tables.Events && (string?)each.Row["Id"] != each.Row.RowKey)
            .SelectMany(each => (string[])[each.Row.PartitionKey, each.Row.RowKey])
            .Where(key => key.Length == 26)
            .ToHashSet();
        var texts = rows.SelectMany(each => each.Row.Where(column => column.Key != "Id"))
            .Select(column => Dump.Text(column.Value))
            .ToList();
        Assert.DoesNotContain(plainKeys, key => texts.Exists(text => text.Contains(key, StringComparison.Ordinal)));

        // To the next secret, which goes over the first; a backup under another number of secrets is refused.
        var first = await Backup(keyed, "first");
        Assert.Contains("1 secrets", (await Restore(Place(), first, other)).Said, StringComparison.Ordinal);
        var next = Place();
        Assert.Equal(ExitCode.Ok, (await Restore(next, first, $"{one},{other}")).Status);
        Assert.Equal(told, await Rebuilt(next, $"{one},{other}"));
    }

    private Task<KeyedSuite> Start(SuiteFolder folder, string? secrets) =>
        KeyedSuite.Start(
            folder,
            secrets,
            ("Clock__Now", "2026-03-02T03:00:00Z"),
            ("Notifications__To", "team@example.com"),
            ("Notifications__MailFolder__Path", Path.Combine(backups, "mails"))
        );

    private SuiteFolder Place()
    {
        storages.Add(new Azurite());
        folders.Add(new SuiteFolder(storages[^1], locks: TimeSpan.FromSeconds(5)));
        return folders[^1];
    }

    // People with one id and with several, joined by an address, by hand, and parted; one who owns nothing any more: erased.
    private static async Task Tell(KeyedSuite suite)
    {
        await suite.Events(ReplayTests.Log());
        await suite.Events([Sent.Paid("zoe-1", "zoe", phone: Phone), Sent.Form("zoe-call", phone: Phone)]);
        await suite.Events(Claimed());
        await suite.Events([
            Sent.Event(
                "consent.changed",
                "yes",
                "3",
                data: [("channel", "email"), ("purpose", "marketing"), ("granted", true), ("wording", "w"), ("evidence", "e")]
            ),
        ]);
        await suite.Quiet();
        foreach (var (route, pair) in new[] { ("merge", ("21", "27")), ("merge", ("5", "7")), ("unmerge", ("5", "7")) })
        {
            await Eventually.Holds(async () =>
            {
                using var content = new StringContent(
                    new JsonObject
                    {
                        ["customers"] = new JsonArray($"shop:{pair.Item1}", $"shop:{pair.Item2}"),
                        ["reason"] = "looked",
                    }.ToJsonString(),
                    System.Text.Encoding.UTF8,
                    "application/json"
                );
                using var answer = await suite.Client.PostAsync(new Uri($"api/customers/{route}", UriKind.Relative), content);
                return answer.IsSuccessStatusCode;
            });
            await suite.Quiet();
        }

        await suite.Erase("shop:zoe");
        await suite.Quiet();
    }

    // Two identifiers that were claimed together have a handle of their own, and their event is a known customer's.
    private static IEnumerable<JsonObject> Claimed() =>
        [
            Sent.Paid("claimed-1", "claimed", email: "claimed@moved.example"),
            Sent.Form("claimed-call", email: "claimed@moved.example", phone: "+8613900000001"),
        ];

    // Of everybody, by the shop's own ids: the decision, its history, and what was sent; and the base.
    private static async Task<string> Told(KeyedSuite suite)
    {
        // What is due by now is sent, and not once more after a move.
        foreach (var timer in (string[])["ReclassifyDue", "SendChurnWarnings", "SendRevisitReminders"])
        {
            using var nothing = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
            using var fired = await suite.Client.PostAsync(new Uri($"admin/functions/{timer}", UriKind.Relative), nothing);
            fired.EnsureSuccessStatusCode();
            await suite.Quiet();
        }

        var lines = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            var customer = Assert.Single(await suite.Find($"shop:{i}"))!;
            var messages = (await suite.Get($"customers/{(string)customer["customerId"]!}/messages"))["messages"]!.AsArray();
            string[] of =
            [
                "tier",
                "stage",
                "score",
                "standard",
                "events",
                "orders",
                "lastOrderAt",
                "nextReview",
                "tags",
                "owed",
                "history",
            ];
            lines.Add(
                string.Join(' ', of.Select(member => customer[member]?.ToJsonString()))
                    + string.Join(',', messages.Select(row => $"{row!["rule"]} {row["period"]} {row["channel"]} {row["status"]}").Order())
                    + string.Join(',', customer["handles"]!.AsArray().Select(handle => $"{handle!["kind"]} {handle["hasEvents"]}").Order())
            );
        }

        var report = await suite.Get("reports/base");
        lines.Add($"{report["customers"]} customers, {report["events"]} events, {report["orders"]} orders");
        Assert.Empty(await suite.Find("shop:zoe"));
        Assert.Equal(2, (int)Assert.Single(await suite.Find("shop:claimed"))!["events"]!);
        return string.Join('\n', lines);
    }

    // Started, rebuilt, and verified; delivered again, every event is known, also those of the person who was erased.
    private async Task<string> Rebuilt(SuiteFolder folder, string secrets)
    {
        await using var suite = await Start(folder, secrets);
        Assert.Equal(ExitCode.Ok, (await Crm(new RebuildCommand(), suite)).Status);
        await suite.Quiet();
        var (status, said) = await Crm(new VerifyCommand(), suite);
        Assert.True(status == ExitCode.Ok, said);
        var again = ReplayTests
            .Log()
            .Append(Sent.Paid("zoe-1", "zoe", phone: Phone))
            .Append(Sent.Form("zoe-call", phone: Phone))
            .Concat(Claimed())
            .ToList();
        Assert.Equal(again.Count, (int)(await suite.Events(again))["duplicates"]!);
        await suite.Quiet();
        return await Told(suite);
    }

    private async Task<string> Backup(SuiteFolder folder, string name)
    {
        var to = Path.Combine(backups, name);
        Assert.Equal(ExitCode.Ok, (await Run(new BackupCommand(), null, "--to", to, "--storage", folder.Storage)).Status);
        return to;
    }

    private static Task<(int Status, string Said)> Restore(SuiteFolder folder, string from, string secrets) =>
        Run(new RestoreCommand(), secrets, "--from", from, "--new-handle-key", "--storage", folder.Storage);

    private static Task<(int Status, string Said)> Crm(ICommand command, KeyedSuite suite) =>
        Run(command, null, "--url", suite.Client.BaseAddress!.ToString(), "--key", SuiteFolder.Key);

    private static async Task<(int Status, string Said)> Run(ICommand command, string? secrets, params string[] options)
    {
        var said = new StringWriter();
        var terminal = new Terminal(said, said, false, TimeProvider.System, name => name == "Handles__Key" ? secrets : null);
        return (await CommandLine.Run([command], [command.Name, .. options], terminal, default), said.ToString());
    }
}
