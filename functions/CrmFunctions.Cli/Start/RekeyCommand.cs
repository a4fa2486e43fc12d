using CrmFunctions.Cli.Backups;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Cli.Start;

/// <summary>
/// <c>crm rekey</c>: the tables of a suite on this machine under a new secret of handles. It may be killed at any time: the next one goes on.
/// </summary>
/// <remarks>Source: Identity/Handles.md.</remarks>
internal sealed class RekeyCommand : ICommand
{
    /// <summary>While this folder is there, a move has begun and not ended.</summary>
    public const string Work = "rekey";

    public string Name => "rekey";

    public string Summary => "Moves the tables of a stopped suite on this machine to a new secret of handles.";

    public IReadOnlyList<Option> Options { get; } = [new("--data", "FOLDER", "of the suite (CRM_DATA, or .data)")];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var place = Installation.Find(terminal);
        if (arguments.Text("--data") is { } data)
            place = place with { Data = Path.GetFullPath(data) };
        using var folder = DataFolder.Open(place, null);
        if (!Directory.Exists(folder.Of("azurite")) && !Directory.Exists(folder.Of(Work)))
            throw new CommandFailedException($"{folder.Path} has no tables: a suite that starts there makes its own secret.");

        if (Directory.Exists(folder.Of(Before)) && !Directory.Exists(folder.Of(Work)))
            throw new CommandFailedException($"{folder.Of(Before)} has the tables of before the last move: delete it first.");

        var (backup, key, moved) = (folder.Of(Work, "backup"), folder.Of(Work, "handles.key"), folder.Of(Work, "moved"));
        if (!File.Exists(moved))
        {
            await Copy(place, folder, backup, terminal, cancellationToken);
            if (!File.Exists(key))
                PrivateFile.Write(key, string.Join(',', ((string?[])[HandleSecret.Read(folder), HandleKeys.NewSecret()]).OfType<string>()));
            await Fill(place, folder, backup, key, terminal, cancellationToken);
            await File.WriteAllTextAsync(moved, "", cancellationToken);
        }

        PutInPlace(folder, key);
        terminal.Out.WriteLine(
            $"Start the suite, then: crm rebuild, and crm verify. Delete {folder.Of(Before)} when it is as it should be, and older backups: from them people are found without the secret. Keep a copy of {HandleSecret.PathIn(folder)} where no backup of the tables is."
        );
        return ExitCode.Ok;
    }

    private const string Before = "azurite-before";

    private static async Task Copy(
        Installation place,
        DataFolder folder,
        string backup,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        if (File.Exists(Manifest.PathIn(backup)))
            return;
        if (Directory.Exists(backup))
            Directory.Delete(backup, recursive: true);
        await using var tables = await LocalTables.Start(place, folder, folder.Of("azurite"), terminal.Clock, cancellationToken);
        await Do(new BackupCommand(), ["--to", backup], tables, terminal, cancellationToken);
    }

    private static async Task Fill(
        Installation place,
        DataFolder folder,
        string backup,
        string key,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var secrets = await File.ReadAllTextAsync(key, cancellationToken);
        var knowing = terminal with { Variable = name => name == "Handles__Key" ? secrets.Trim() : terminal.Variable(name) };
        await using var tables = await LocalTables.Start(place, folder, folder.Of(Work, "azurite"), terminal.Clock, cancellationToken);
        await Do(new RestoreCommand(), ["--from", backup, "--new-handle-key", "--continue"], tables, knowing, cancellationToken);
    }

    // Each step only where it was not done: who is killed between goes on here.
    private static void PutInPlace(DataFolder folder, string key)
    {
        if (Directory.Exists(folder.Of(Work, "azurite")))
        {
            if (Directory.Exists(folder.Of("azurite")))
                Directory.Move(folder.Of("azurite"), folder.Of(Before));
            Directory.Move(folder.Of(Work, "azurite"), folder.Of("azurite"));
        }

        if (File.Exists(key))
        {
            Directory.CreateDirectory(folder.Of("keys"));
            File.Move(key, HandleSecret.PathIn(folder), overwrite: true);
        }

        // Its messages are hints that name old handles; the rebuild asks for all anew.
        foreach (var file in Directory.EnumerateFiles(folder.Path, "servicebus.db*"))
            File.Delete(file);
        Directory.Delete(folder.Of(Work), recursive: true);
    }

    private static async Task Do(
        ICommand command,
        string[] options,
        LocalTables tables,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var quiet = terminal with { Out = terminal.Error };
        var status = await CommandLine.Run(
            [command],
            [command.Name, .. options, "--storage", tables.ConnectionString],
            quiet,
            cancellationToken
        );
        if (status != ExitCode.Ok)
            throw new CommandFailedException($"crm {command.Name} ended with {status}; crm rekey goes on when its cause is mended.");
    }
}
