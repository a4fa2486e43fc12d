using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Azure.Data.Tables;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Cli.Backups;

/// <summary><c>crm restore</c>: a backup into an account that is empty.</summary>
internal sealed class RestoreCommand : ICommand
{
    private const int Told = 50_000;

    // An entity group transaction: 100 rows and 4 MiB on the wire at the most, of which a line is the better part.
    private const int BatchRows = 100;
    private const int BatchLength = 1_000_000;
    private const int AtOnce = 8;

    private const string Privacy = "privacy";
    private const string Noted = "handles";

    public string Name => "restore";

    public string Summary => "Reads a backup into an account that is empty.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--from", "FOLDER", "the backup"),
        new("--continue", null, "goes on with a restore that broke off: the account may have rows"),
        new("--new-handle-key", null, "handles under the last secret of Handles__Key in the environment; those before it are the backup's"),
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
            var keys = arguments.Has("--new-handle-key") ? Keys(terminal) : null;
            var move = keys is null ? null : await Prepare(keys, manifest, folder);
            if (keys is not null)
                await Note(account, keys, isMoving: true, cancellationToken);
            foreach (var table in manifest.Tables)
            {
                await account.CreateTableIfNotExistsAsync(table.Name, cancellationToken);
                await Fill(account.GetTableClient(table.Name), table, folder, move, terminal, cancellationToken);
                terminal.Error.WriteLine($"{table.Name}: {table.Rows:N0} rows");
            }

            if (keys is not null)
                await Note(account, keys, isMoving: false, cancellationToken);
            terminal.Out.WriteLine(
                $"{manifest.Tables.Sum(table => table.Rows):N0} rows of {manifest.Tables.Count} tables, as of {manifest.Begun:u}."
            );
            terminal.Out.WriteLine(
                move is null
                    ? "Start the suite on it, and ask for everybody's recalculation: POST /api/recalculations with a key of the role admin."
                    : "Start the suite on it with the same Handles__Key, and run crm rebuild and crm verify. Then delete the old tables and this backup: from them people are found without the secret."
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
        HandleMove? move,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var (read, rows) = (new StrongBox<long>(), 0L);
        await using var file = File.OpenRead(copied.PathIn(folder));
        await using var compressed = new GZipStream(file, CompressionMode.Decompress);
        using var lines = new StreamReader(compressed);
        await Parallel.ForEachAsync(
            Batches(Rows(lines, cancellationToken), row => Moved(row), cancellationToken),
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
        if (read.Value != copied.Rows)
            throw new FormatException($"{copied.PathIn(folder)} has {read.Value:N0} rows and should have {copied.Rows:N0}.");

        TableEntity? Moved(TableEntity row)
        {
            read.Value++;
            return move is null ? row : move.Of(table.Name, row);
        }
    }

    private static HandleKeys Keys(Terminal terminal) =>
        HandleKeys.Read(terminal.Variable("Handles__Key") ?? "") is { } keys
            ? keys
            : throw new UsageException(
                "--new-handle-key: set Handles__Key to base64 of 32 bytes, after the secret of before and a comma where there was one."
            );

    private static async Task<HandleMove> Prepare(HandleKeys keys, Manifest manifest, string folder)
    {
        if (manifest.Tables.FirstOrDefault(table => table.Name == Privacy) is { } privacy)
            await RefuseOther(keys, privacy.PathIn(folder));
        return await HandleMove.Prepare(
            keys,
            manifest.Tables.FirstOrDefault(table => table.Name == "customers") is { } customers
                ? Rows(customers.PathIn(folder))
                : AsyncEnumerable.Empty<TableEntity>()
        );
    }

    // One secret is put over those of the backup: with another number of them some of its handles would stay what they are.
    private static async Task RefuseOther(HandleKeys keys, string privacy)
    {
        var (before, check) = (0, HandleKeys.None.Check);
        await foreach (var row in Rows(privacy))
        {
            if (row.PartitionKey == Noted)
                (before, check) = ((int)row["Keys"], row.GetString("Check"));
        }

        if (keys.Count != before + 1 || keys.Before.Check != check)
            throw new CommandFailedException(
                $"The backup was written under {before} secrets: Handles__Key must have these, and one new one after them; nothing was restored."
            );
    }

    // What the app compares with its setting before it starts.
    private static async Task Note(TableServiceClient account, HandleKeys keys, bool isMoving, CancellationToken cancellationToken)
    {
        await account.CreateTableIfNotExistsAsync(Privacy, cancellationToken);
        var note = new TableEntity(Noted, "key")
        {
            ["Check"] = keys.Check,
            ["Keys"] = keys.Count,
            ["IsMoving"] = isMoving,
        };
        await account.GetTableClient(Privacy).UpsertEntityAsync(note, TableUpdateMode.Replace, cancellationToken);
    }

    private static async IAsyncEnumerable<TableEntity> Rows(string path)
    {
        await using var file = File.OpenRead(path);
        await using var compressed = new GZipStream(file, CompressionMode.Decompress);
        using var lines = new StreamReader(compressed);
        await foreach (var (row, _) in Rows(lines, CancellationToken.None))
            yield return row;
    }

    private static async IAsyncEnumerable<(TableEntity Row, int Length)> Rows(
        StreamReader lines,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
            yield return (RowText.Read(line), line.Length);
    }

    // Rows lie by partition, as they were read.
    private static async IAsyncEnumerable<List<TableEntity>> Batches(
        IAsyncEnumerable<(TableEntity Row, int Length)> rows,
        Func<TableEntity, TableEntity?> moved,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (batch, length) = (new List<TableEntity>(), 0);
        await foreach (var (read, size) in rows.WithCancellation(cancellationToken))
        {
            if (moved(read) is not { } row)
                continue;
            if (batch.Count > 0 && (batch[0].PartitionKey != row.PartitionKey || batch.Count == BatchRows || length + size > BatchLength))
            {
                yield return batch;
                (batch, length) = ([], 0);
            }

            batch.Add(row);
            length += size;
        }

        if (batch.Count > 0)
            yield return batch;
    }
}
