using System.IO.Compression;
using System.Security.Cryptography;
using Azure.Data.Tables;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Backups;

/// <summary><c>crm backup</c>: every table into a file.</summary>
/// <remarks>BACKUPS.md says why the order of the tables makes it consistent.</remarks>
internal sealed class BackupCommand : ICommand
{
    private const int Told = 50_000;

    // Derived first, the log last.
    private static readonly string[] first = ["due", "customers", "handles"];
    private static readonly string[] last = ["events"];

    public string Name => "backup";

    public string Summary => "Writes every table into a folder, consistent also while the suite works.";

    public IReadOnlyList<Option> Options { get; } = [new("--to", "FOLDER", "where to; it is made, and must be empty"), .. Account.Options];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var folder = arguments.Required("--to");
        var account = Account.Open(arguments, terminal);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new CommandFailedException($"{folder} is not empty: name a new folder.");
        Directory.CreateDirectory(folder);

        var begun = terminal.Clock.GetUtcNow();
        var tables = await Account.Tables(account, cancellationToken);
        if (tables.Count == 0)
            throw new CommandFailedException("The account has no table of the suite.");
        var copied = new List<CopiedTable>();
        foreach (var table in tables.OrderBy(Place).ThenBy(name => name, StringComparer.Ordinal))
        {
            copied.Add(await Copy(account.GetTableClient(table), folder, terminal, cancellationToken));
            terminal.Error.WriteLine($"{table}: {copied[^1].Rows:N0} rows");
        }

        await new Manifest(Manifest.Current, begun, terminal.Clock.GetUtcNow(), copied).Write(folder, cancellationToken);
        terminal.Out.WriteLine($"{copied.Sum(table => table.Rows):N0} rows of {copied.Count} tables in {folder}.");
        return ExitCode.Ok;
    }

    private static int Place(string table) =>
        Array.IndexOf(first, table) is >= 0 and var at ? at
        : last.Contains(table) ? int.MaxValue
        : first.Length;

    private static async Task<CopiedTable> Copy(TableClient table, string folder, Terminal terminal, CancellationToken cancellationToken)
    {
        var rows = 0L;
        var path = new CopiedTable(table.Name, 0, "").PathIn(folder);
        await using (var file = File.Create(path))
        await using (var compressed = new GZipStream(file, CompressionLevel.Fastest))
        await using (var lines = new StreamWriter(compressed))
        {
            await foreach (var row in table.QueryAsync<TableEntity>(cancellationToken: cancellationToken))
            {
                await lines.WriteLineAsync(RowText.Write(row).AsMemory(), cancellationToken);
                if (++rows % Told == 0)
                    terminal.Error.WriteLine($"{table.Name}: {rows:N0} rows …");
            }
        }

        await using var written = File.OpenRead(path);
        return new(table.Name, rows, Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellationToken)));
    }
}
