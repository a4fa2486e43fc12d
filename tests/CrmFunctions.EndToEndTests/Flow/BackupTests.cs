using System.Text.Json.Nodes;
using Azure.Data.Tables;
using CrmFunctions.Cli.Backups;
using CrmFunctions.Cli.Commands;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>A backup of a working suite, restored into a fresh account, is the suite as it was.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("crm-backup").FullName, "backup");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(folder)!, true);

    [Fact]
    public async Task Restored_into_a_fresh_account_every_row_and_the_hash_are_as_they_were_and_the_flow_goes_on()
    {
        using var azurite = new Azurite();
        string hash;
        await using (var suite = await Suite.Start(azurite))
        {
            foreach (var batch in ReplayTests.Log().Chunk(40))
                await suite.Post(new JsonArray([.. batch.Select(item => item.DeepClone())]));
            await suite.Settle();
            hash = (string)(await suite.Get("reports/base"))["hash"]!;
            Assert.Equal((ExitCode.Ok, ""), await Crm(new BackupCommand(), azurite, "--to", folder));
        }

        using var fresh = new Azurite();
        Assert.Equal((ExitCode.Ok, ""), await Crm(new RestoreCommand(), fresh, "--from", folder));
        Assert.Equal(await Rows(azurite), await Rows(fresh));

        await using var restored = await Suite.Start(fresh);
        Assert.Equal(hash, (string)(await restored.Get("reports/base"))["hash"]!);
        await restored.Post(
            new JsonArray([.. ReplayTests.Log().Take(20).Select(item => item.DeepClone()), Sent.Paid("after", "1", "33.00")])
        );
        await restored.Settle();
        var report = await restored.Get("reports/base");
        Assert.Equal(ReplayTests.Log().Count() + 1, (int)report["events"]!);
        Assert.NotEqual(hash, (string)report["hash"]!);
    }

    [Fact]
    public async Task A_backup_that_broke_off_or_was_changed_is_refused_and_so_is_an_account_with_rows()
    {
        using var azurite = new Azurite();
        var table = new TableServiceClient(azurite.ConnectionString).GetTableClient("events");
        await table.CreateAsync();
        foreach (var i in Enumerable.Range(0, 250))
            await table.AddEntityAsync(Every(i));
        Assert.Equal((ExitCode.Ok, ""), await Crm(new BackupCommand(), azurite, "--to", folder));
        Assert.Contains("is not empty", (await Crm(new BackupCommand(), azurite, "--to", folder)).Complaint, StringComparison.Ordinal);
        Assert.Contains(
            "The table events has rows",
            (await Crm(new RestoreCommand(), azurite, "--from", folder)).Complaint,
            StringComparison.Ordinal
        );

        // What was changed since goes back to what it was.
        var before = await Rows(azurite);
        await table.UpsertEntityAsync(new TableEntity("p0", "r000000") { ["Text"] = "changed" }, TableUpdateMode.Replace);
        Assert.Equal(ExitCode.Ok, (await Crm(new RestoreCommand(), azurite, "--from", folder, "--continue")).Status);
        Assert.Equal(before, await Rows(azurite));

        using var fresh = new Azurite();
        var file = Path.Combine(folder, "events.jsonl.gz");
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        Assert.Contains(
            "is not as it was written; nothing was restored",
            (await Crm(new RestoreCommand(), fresh, "--from", folder)).Complaint,
            StringComparison.Ordinal
        );
        Assert.Empty(await Rows(fresh));
        File.Delete(Path.Combine(folder, "backup.json"));
        Assert.Contains(
            "has no backup.json",
            (await Crm(new RestoreCommand(), fresh, "--from", folder)).Complaint,
            StringComparison.Ordinal
        );
    }

    // A row with a column of every type that Table Storage knows.
    private static TableEntity Every(int i) =>
        new($"p{i % 3}", $"r{i:000000}")
        {
            ["Text"] = $"中文 \"{i}\"\n\u0001 <&>",
            ["Empty"] = "",
            ["True"] = true,
            ["Int"] = int.MinValue + i,
            ["Long"] = long.MaxValue - i,
            ["Double"] = 0.1 * i,
            ["Time"] = Make.Start.AddTicks(i),
            ["Guid"] = new Guid(i, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
            ["Binary"] = new byte[] { 0, 255, (byte)i },
        };

    private static async Task<List<string>> Rows(Azurite azurite)
    {
        var account = new TableServiceClient(azurite.ConnectionString);
        var rows = new List<string>();

        // Whoever works goes on counting what it does, and when its timers ran.
        foreach (
            var table in (await Account.Tables(account, default))
                .Except([CrmFunctions.Flow.Tables.Tallies, CrmFunctions.Flow.Tables.Timers])
                .Order(StringComparer.Ordinal)
        )
        {
            await foreach (var row in account.GetTableClient(table).QueryAsync<TableEntity>())
                rows.Add($"{table} {RowText.Write(row)}");
        }

        return rows;
    }

    private static async Task<(int Status, string Complaint)> Crm(ICommand command, Azurite azurite, params string[] options)
    {
        var errors = new StringWriter();
        var terminal = new Terminal(TextWriter.Null, errors, false, TimeProvider.System, _ => null);
        var status = await CommandLine.Run([command], [command.Name, .. options, "--storage", azurite.ConnectionString], terminal, default);
        return (status, status == ExitCode.Ok ? "" : errors.ToString());
    }
}
