using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>The last rebuild and the last verification: one partition for each.</summary>
public sealed class RunStore(CrmTables tables)
{
    /// <summary>The kind of run that writes the state anew.</summary>
    public const string Rebuild = "rebuild";

    /// <summary>The kind of run that only looks.</summary>
    public const string Verification = "verification";

    private const int Shown = 100;

    // A column holds 32,768 characters; what a difference says at length says no more.
    private const int LongestWord = 300;
    private const int MostMembers = 24;

    /// <summary>Begins a run in place of the last one.</summary>
    public async Task<RebuildRunRow> Begin(string kind, double share, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var run = new RebuildRunRow
        {
            PartitionKey = kind,
            Id = now.UtcTicks.ToString(CultureInfo.InvariantCulture),
            StartedAt = now,
            Share = share,
        };
        for (var lane = 0; lane < Lanes.Count; lane++)
            await tables.Rebuilds.Put(New(run, lane), cancellationToken);
        await foreach (var old in Rows<DifferenceRow>(kind, DifferenceRow.Prefix, cancellationToken))
            await tables.Rebuilds.Remove(kind, old.RowKey, cancellationToken);

        // Last: who dies before has begun nothing.
        await tables.Rebuilds.Put(run, cancellationToken);
        return run;
    }

    /// <summary>The last run of a kind; null: there was none.</summary>
    public Task<RebuildRunRow?> Read(string kind, CancellationToken cancellationToken) =>
        tables.Rebuilds.Get<RebuildRunRow>(kind, RebuildRunRow.Key, cancellationToken);

    /// <summary>A lane of a run; null where another run has begun since.</summary>
    public async Task<LaneRow?> Read(RebuildRunRow run, int lane, CancellationToken cancellationToken) =>
        await tables.Rebuilds.Get<LaneRow>(run.PartitionKey, KeyOf(lane), cancellationToken) is { } row && row.Run == run.Id ? row : null;

    /// <summary>All lanes of a run.</summary>
    public async Task<IReadOnlyList<LaneRow>> LanesOf(RebuildRunRow run, CancellationToken cancellationToken)
    {
        var lanes = new List<LaneRow>();
        await foreach (var row in Rows<LaneRow>(run.PartitionKey, LaneRow.Prefix, cancellationToken))
            lanes.Add(row);
        return [.. lanes.Where(lane => lane.Run == run.Id)];
    }

    /// <summary>Writes how far a lane has come; false where another process did.</summary>
    public Task<bool> Write(LaneRow lane, CancellationToken cancellationToken) =>
        tables.Rebuilds.Replace(lane, lane.ETag, cancellationToken);

    /// <summary>Keeps what differs at a handle.</summary>
    public Task Keep(RebuildRunRow run, Handle handle, IReadOnlyList<Difference> differences, CancellationToken cancellationToken)
    {
        Difference[] kept =
        [
            .. differences.Take(MostMembers).Select(each => new Difference(each.Member, Short(each.Stored), Short(each.Computed))),
        ];
        var row = new DifferenceRow
        {
            PartitionKey = run.PartitionKey,
            RowKey = DifferenceRow.Prefix + handle.Key,
            Run = run.Id,
            Members = JsonSerializer.Serialize(kept, RebuildingJson.Default.DifferenceArray),
        };
        return tables.Rebuilds.Put(row, cancellationToken);
    }

    /// <summary>The first handles at which something differs.</summary>
    public async Task<IReadOnlyList<DifferenceAnswer>> Differences(RebuildRunRow run, CancellationToken cancellationToken)
    {
        var found = new List<DifferenceAnswer>();
        await foreach (var row in Rows<DifferenceRow>(run.PartitionKey, DifferenceRow.Prefix, cancellationToken))
        {
            if (row.Run != run.Id)
                continue;
            found.Add(
                new(
                    row.RowKey[DifferenceRow.Prefix.Length..],
                    JsonSerializer.Deserialize(row.Members, RebuildingJson.Default.DifferenceArray)!
                )
            );
            if (found.Count == Shown)
                break;
        }

        return found;
    }

    private Azure.AsyncPageable<T> Rows<T>(string kind, string prefix, CancellationToken cancellationToken)
        where T : class, ITableEntity
    {
        var until = prefix + "~";
        return tables.Rebuilds.QueryAsync<T>(
            TableClient.CreateQueryFilter($"PartitionKey eq {kind} and RowKey ge {prefix} and RowKey lt {until}"),
            cancellationToken: cancellationToken
        );
    }

    private static LaneRow New(RebuildRunRow run, int lane) =>
        new()
        {
            PartitionKey = run.PartitionKey,
            RowKey = KeyOf(lane),
            Run = run.Id,
            After = Lanes.Range(lane).From,
        };

    private static string KeyOf(int lane) => $"{LaneRow.Prefix}{lane:00}";

    private static string? Short(string? word) => word?.Length > LongestWord ? $"{word[..LongestWord]}…" : word;
}
