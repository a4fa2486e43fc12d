using System.Text.Json.Nodes;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Rebuilding;
using CrmFunctions.Customers;
using CrmFunctions.EndToEndTests.Kills;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>What follows from the log is computed again from it while the suite works, and what does not follow from it stays.</summary>
public sealed class RebuildTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Fact]
    public async Task A_state_spoilt_in_every_way_is_found_out_by_verify_and_as_it_was_after_rebuild()
    {
        await using var stub = await WebhookStub.Start();
        await using var suite = await Suite.Start(
            azurite,
            settings: new Dictionary<string, string>(stub.Settings) { ["Rebuilding:SecondLook"] = "00:00:01" }
        );
        foreach (var batch in ReplayTests.Log().Chunk(40))
            await suite.Post(new JsonArray([.. batch.Select(item => item.DeepClone())]));
        await suite.Settle();
        Assert.Equal((ExitCode.Ok, true), Says(await Crm(suite, new VerifyCommand()), " 0 differ."));
        var hash = (string)(await suite.Get("reports/base"))["hash"]!;
        Assert.Equal((ExitCode.Ok, true), Says(await Crm(suite, new RebuildCommand()), $"Hash {hash}: as it was."));
        var (messages, told) = (await Rows(suite.Tables.Messages), stub.Received.Count);

        var spoilt = await Spoil(suite);
        var (status, said) = await Crm(suite, new VerifyCommand());
        Assert.Equal(ExitCode.Failed, status);
        Assert.All(spoilt, expected => Assert.Contains(expected, said, StringComparison.Ordinal));
        Assert.NotEqual(hash, (string)(await suite.Get("reports/base"))["hash"]!);

        Assert.Equal((ExitCode.Ok, true), Says(await Crm(suite, new RebuildCommand()), $"Hash {hash}: it was "));
        Assert.Equal((ExitCode.Ok, true), Says(await Crm(suite, new VerifyCommand()), " 0 differ."));
        Assert.Equal(messages, await Rows(suite.Tables.Messages));
        Assert.Equal(told, stub.Received.Count);
    }

    /// <summary>Rebuilds all of a suite.</summary>
    /// <returns>The hash that the command prints at the end.</returns>
    internal static async Task<string> Rebuilt(Suite suite)
    {
        var (status, said) = await Crm(suite, new RebuildCommand(), "--json");
        Assert.Equal(ExitCode.Ok, status);
        return (string)JsonNode.Parse(said[said.IndexOf('{', StringComparison.Ordinal)..(said.LastIndexOf('}') + 1)])!["hash"]!;
    }

    private static (int, bool) Says((int Status, string Said) outcome, string words)
    {
        Assert.Contains(words, outcome.Said, StringComparison.Ordinal);
        return (outcome.Status, true);
    }

    // Each customer is spoilt in another way.
    private static async Task<IReadOnlyList<string>> Spoil(Suite suite)
    {
        var table = suite.Tables.Customers;
        var states = new List<TableEntity>();
        await foreach (var row in table.QueryAsync<TableEntity>($"RowKey eq '{CustomerRow.Key}' and Kind eq '{CustomerRow.Customer}'"))
            states.Add(row);
        var joined = states.Where(row => row.GetString("Links")!.Length > 2).ToList();
        var told = new List<string>();

        await Change(states[0], "score", row => row["Score"] = 1L);
        await Change(states[1], "events", row => row["Events"] = 99);
        await Change(states[2], "snapshot", row => row["Snapshot"] = new byte[] { 1, 2, 3 });
        await Change(states[3], "quality", row => row["Quality"] = "{}");
        await Change(states[4], "nextReview", row => row["NextReview"] = Suite.Now.AddYears(20));
        await Change(joined[^1], "links", row => row["Links"] = "{}");
        await Change(joined[^2], "handles", row => row["Handles"] = "{}");

        // A customer of whom the log knows nothing, one who is missing, a review that is missing, and entries of the index one too many and
        // one too few.
        var ghost = new TableEntity("a" + new string('z', 25), CustomerRow.Key);
        foreach (
            var (name, value) in states[5].Where(column => column.Key is not ("PartitionKey" or "RowKey" or "Timestamp" or "odata.etag"))
        )
            ghost[name] = value;
        ghost["Handles"] = $$"""{"{{ghost.PartitionKey}}":true}""";
        await table.UpsertEntityAsync(ghost);
        told.Add($"{ghost.PartitionKey}  customer: {ghost.PartitionKey} is stored, the log says -");
        await table.DeleteEntityAsync(states[6].PartitionKey, CustomerRow.Key);
        told.Add($"{states[6].PartitionKey}  customer: - is stored");
        var waits = states.Last(row => row.GetDateTimeOffset("ReviewWaits") is not null);
        await foreach (var row in suite.Tables.Due.QueryAsync<TableEntity>($"RowKey eq '{waits.PartitionKey}'"))
            await suite.Tables.Due.DeleteEntityAsync(row.PartitionKey, row.RowKey);
        told.Add($"{waits.PartitionKey}  review: -");
        TableEntity? link = null;
        await foreach (
            var row in table.QueryAsync<TableEntity>($"RowKey ge '{IndexRow.LinkPrefix}' and RowKey lt '{IndexRow.LinkPrefix}~'")
        )
            link ??= row;
        await table.DeleteEntityAsync(link!.PartitionKey, link.RowKey);
        told.Add($"  link: - is stored, the log says {link.PartitionKey}");
        await table.AddEntityAsync(
            new TableEntity(link.PartitionKey, IndexRow.LinkPrefix + states[8].PartitionKey) { ["Within"] = "nowhere" }
        );
        told.Add($"{link.PartitionKey}  link: {states[8].PartitionKey} is stored, the log says -");
        return told;

        async Task Change(TableEntity row, string member, Action<TableEntity> change)
        {
            change(row);
            await table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace);
            told.Add($"{row.PartitionKey}  {member}: ");
        }
    }

    private static async Task<List<string>> Rows(TableClient table)
    {
        var rows = new List<string>();
        await foreach (var row in table.QueryAsync<TableEntity>())
            rows.Add($"{row.PartitionKey} {row.RowKey} {row.Timestamp:O}");
        return rows;
    }

    private static async Task<(int Status, string Said)> Crm(Suite suite, ICommand command, params string[] options)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(output, errors, false, TimeProvider.System, _ => null);
        var key = suite.Client.DefaultRequestHeaders.GetValues("x-functions-key").Single();
        var status = await CommandLine.Run(
            [command],
            [command.Name, .. options, "--url", suite.Client.BaseAddress!.ToString(), "--key", key],
            terminal,
            default
        );
        return (status, output.ToString() + errors);
    }
}
