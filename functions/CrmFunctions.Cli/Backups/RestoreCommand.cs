using System.IO.Compression;
using System.Security.Cryptography;
using Azure.Data.Tables;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Backups;

/// <summary><c>crm restore</c>: a backup into an account that is empty.</summary>
internal sealed class RestoreCommand : ICommand
{
    private const int Told = 50_000;

    // An entity group transaction: 100 rows and 4 MiB on the wire at the most, of which a line is the better part.
    private const int BatchRows = 100;
    private const int BatchLength = 1_000_000;
    private const int AtOnce = 8;

    public string Name => "restore";

    public string Summary => "Reads a backup into an account that is empty.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--from", "FOLDER", "the backup"),
        new("--continue", null, "goes on with a restore that broke off: the account may have rows"),
        .. Account.Options,
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var folder = arguments.Required("--from");
        var account = Account.Open(arguments, terminal);
        try
        {
            var manifest = await Manifest.Read(folder, cancellationToken);
            foreach (var table in manifest.Tables)
                await Verify(table, folder, cancellationToken);
            if (!arguments.Has("--continue"))
                await RefuseRows(account, cancellationToken);
            foreach (var table in manifest.Tables)
            {
                await account.CreateTableIfNotExistsAsync(table.Name, cancellationToken);
                await Fill(account.GetTableClient(table.Name), table, folder, terminal, cancellationToken);
                terminal.Error.WriteLine($"{table.Name}: {table.Rows:N0} rows");
            }

            terminal.Out.WriteLine(
                $"{manifest.Tables.Sum(table => table.Rows):N0} rows of {manifest.Tables.Count} tables, as of {manifest.Begun:u}."
            );
            terminal.Out.WriteLine(
                "Start the suite on it, and ask for everybody's recalculation: POST /api/recalculations with the master key."
            );
            return ExitCode.Ok;
        }
        catch (FormatException wrong)
        {
            throw new CommandFailedException(wrong.Message);
        }
    }

    private static async Task Verify(CopiedTable table, string folder, CancellationToken cancellationToken)
    {
        if (!File.Exists(table.PathIn(folder)))
            throw new FormatException($"{table.PathIn(folder)} is missing; nothing was restored.");
        await using var file = File.OpenRead(table.PathIn(folder));
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)) != table.Sha256)
            throw new FormatException($"{table.PathIn(folder)} is not as it was written; nothing was restored.");
    }

    private static async Task RefuseRows(TableServiceClient account, CancellationToken cancellationToken)
    {
        foreach (var name in await Account.Tables(account, cancellationToken))
        {
            await foreach (
                var _ in account
                    .GetTableClient(name)
                    .QueryAsync<TableEntity>(maxPerPage: 1, select: ["PartitionKey"], cancellationToken: cancellationToken)
            )
                throw new CommandFailedException(
                    $"The table {name} has rows: restore into an empty account, or go on with a restore that broke off by --continue."
                );
        }
    }

    private static async Task Fill(
        TableClient table,
        CopiedTable copied,
        string folder,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var rows = 0L;
        await using var file = File.OpenRead(copied.PathIn(folder));
        await using var compressed = new GZipStream(file, CompressionMode.Decompress);
        using var lines = new StreamReader(compressed);
        await Parallel.ForEachAsync(
            Batches(lines, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (batch, stopping) =>
            {
                await table.SubmitTransactionAsync(
                    batch.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)),
                    stopping
                );
                var (before, after) = (Interlocked.Add(ref rows, batch.Count) - batch.Count, Interlocked.Read(ref rows));
                if (before / Told != after / Told)
                    terminal.Error.WriteLine($"{table.Name}: {after:N0} of {copied.Rows:N0} rows …");
            }
        );
        if (rows != copied.Rows)
            throw new FormatException($"{copied.PathIn(folder)} has {rows:N0} rows and should have {copied.Rows:N0}.");
    }

    // Rows lie by partition, as they were read.
    private static async IAsyncEnumerable<List<TableEntity>> Batches(
        StreamReader lines,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (batch, length) = (new List<TableEntity>(), 0);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            var row = RowText.Read(line);
            if (
                batch.Count > 0
                && (batch[0].PartitionKey != row.PartitionKey || batch.Count == BatchRows || length + line.Length > BatchLength)
            )
            {
                yield return batch;
                (batch, length) = ([], 0);
            }

            batch.Add(row);
            length += line.Length;
        }

        if (batch.Count > 0)
            yield return batch;
    }
}
