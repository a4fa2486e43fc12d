using Azure.Data.Tables;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Start;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.EndToEndTests.Operating;

/// <summary><c>crm rekey</c> on a data folder, with Azurite as <c>crm start</c> runs it.</summary>
public sealed class RekeyTests : IDisposable
{
    private readonly string data = Path.Combine(Directory.CreateTempSubdirectory("crm-rekey-").FullName, "data");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(data)!, recursive: true);

    [Fact]
    public async Task A_folder_from_before_there_was_a_secret_gets_one_and_the_next_and_keeps_the_old_tables_until_they_are_deleted()
    {
        var plain = Handle.OfId("shop", "42");
        await Write(plain.Key);
        Assert.Equal(ExitCode.Ok, (await Rekey()).Status);

        var file = Path.Combine(data, "keys", "handles.key");
        var first = HandleKeys.Read((await File.ReadAllTextAsync(file)).Trim())!;
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal([first.Of(plain).Key], await Filed());
        Assert.True(Directory.Exists(Path.Combine(data, "azurite-before")));
        Assert.False(Directory.Exists(Path.Combine(data, "rekey")));
        Assert.Contains("delete it first", (await Rekey()).Said, StringComparison.Ordinal);

        Directory.Delete(Path.Combine(data, "azurite-before"), recursive: true);
        Assert.Equal(ExitCode.Ok, (await Rekey()).Status);
        var both = HandleKeys.Read((await File.ReadAllTextAsync(file)).Trim())!;
        Assert.Equal((2, first.Check), (both.Count, both.Before.Check));
        Assert.Equal([both.Of(plain).Key], await Filed());
    }

    [Fact]
    public async Task A_move_that_was_killed_is_gone_on_with_and_no_suite_starts_meanwhile()
    {
        var plain = Handle.OfId("shop", "42");
        await Write(plain.Key);

        // As a kill between the copy and the end of the restore leaves it: half a copy, and a secret.
        Directory.CreateDirectory(Path.Combine(data, "rekey", "backup"));
        await File.WriteAllTextAsync(Path.Combine(data, "rekey", "backup", "events.jsonl.gz"), "half");
        var secret = HandleKeys.NewSecret();
        PrivateFile.Write(Path.Combine(data, "rekey", "handles.key"), secret);
        var (status, said) = await Run(new StartCommand(), [], ("CRM_DATA", data));
        Assert.Equal(ExitCode.Failed, status);
        Assert.Contains("go on with it by crm rekey", said, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Ok, (await Rekey()).Status);
        Assert.Equal([HandleKeys.Read(secret)!.Of(plain).Key], await Filed());
        Assert.Equal(secret, (await File.ReadAllTextAsync(Path.Combine(data, "keys", "handles.key"))).Trim());
    }

    private Task<(int Status, string Said)> Rekey() => Run(new RekeyCommand(), ["--data", data]);

    private async Task Write(string handle)
    {
        await using var tables = await Tables();
        var events = new TableServiceClient(tables.Local.ConnectionString).GetTableClient("events");
        await events.CreateAsync();
        await events.AddEntityAsync(new TableEntity(handle, Base32.Hash("shop\n1", 26)) { ["Type"] = "visit", ["Data"] = "{}" });
    }

    private async Task<List<string>> Filed()
    {
        await using var tables = await Tables();
        var filed = new List<string>();
        await foreach (var row in new TableServiceClient(tables.Local.ConnectionString).GetTableClient("events").QueryAsync<TableEntity>())
            filed.Add(row.PartitionKey);
        return filed;
    }

    private async Task<Held> Tables()
    {
        var place = Installation.Find(new Terminal(TextWriter.Null, TextWriter.Null, false, TimeProvider.System, _ => null)) with
        {
            Data = data,
        };
        var folder = DataFolder.Open(place, null);
        return new Held(folder, await LocalTables.Start(place, folder, folder.Of("azurite"), TimeProvider.System, default));
    }

    private static async Task<(int Status, string Said)> Run(
        ICommand command,
        string[] options,
        params (string Name, string Value)[] variables
    )
    {
        var said = new StringWriter();
        var known = variables.ToDictionary(pair => pair.Name, pair => pair.Value);
        var terminal = new Terminal(said, said, false, TimeProvider.System, known.GetValueOrDefault);
        return (await CommandLine.Run([command], [command.Name, .. options], terminal, default), said.ToString());
    }

    private sealed record Held(DataFolder Folder, LocalTables Local) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Local.DisposeAsync();
            Folder.Dispose();
        }
    }
}
