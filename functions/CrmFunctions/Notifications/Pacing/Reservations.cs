using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Storage;

namespace CrmFunctions.Notifications.Pacing;

/// <summary>Which sliding windows: a robot's, a sender's, a customer's on a medium.</summary>
public sealed record ReservationKey(string Partition, string Row)
{
    /// <summary>The windows of a robot or a sender.</summary>
    public static ReservationKey Of(ChannelRateLimit pace) => new(pace.Key, "pace");
}

/// <summary>
/// Places in sliding windows, kept in rows that all instances share and that outlive them. Each change is made by the row's ETag: of two at
/// once one looks again.
/// </summary>
public sealed class Reservations(CrmTables tables)
{
    private const int Races = 50;

    // So many wait with a place. A row's column has room for some six hundred names of robots' messages.
    private const int MostAhead = 300;

    /// <summary>Takes a place at now, where a rule allows it given those taken. What has its place already keeps it.</summary>
    public async Task<SendDecision> TakeIf(
        ReservationKey of,
        string key,
        IReadOnlyList<Rate> rates,
        DateTimeOffset now,
        Func<SlidingWindows, SendDecision> rule,
        CancellationToken cancellationToken
    )
    {
        SendDecision? verdict = null;
        await Change(
            of,
            row =>
            {
                var others = row.Windows.Release(key);
                verdict = rule(others);
                if (verdict is not SendDecision.Allowed || row.Windows.Of(key) is not null)
                    return false;
                row.Windows = others.Take(key, now, now, rates);
                return true;
            },
            cancellationToken
        );
        return verdict!;
    }

    /// <summary>
    /// Takes the first place that is free. What has a place that is not past, or only just, keeps it. Where very many wait already it gets
    /// none, and an instant at which to come again: before the last of them has gone,
    /// and not all at once.
    /// </summary>
    /// <param name="of">Which windows.</param>
    /// <param name="key">A name for it.</param>
    /// <param name="rates">The platform's limits.</param>
    /// <param name="now">By the machine's clock.</param>
    /// <param name="late">
    /// How long after its instant a place may be used. Windows are made longer by twice that, so that those used late and early stay within
    /// the limits, also where a message takes its time to the platform.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<DateTimeOffset> Take(
        ReservationKey of,
        string key,
        IReadOnlyList<Rate> rates,
        DateTimeOffset now,
        TimeSpan late,
        CancellationToken cancellationToken
    )
    {
        Rate[] longer = [.. rates.Select(rate => new Rate(rate.Count, rate.Window + (2 * late)))];
        DateTimeOffset at = default;
        await Change(
            of,
            row =>
            {
                if (row.Windows.Of(key) is { } had && now <= had + late && had >= (row.BlockedUntil ?? had))
                {
                    at = had;
                    return false;
                }

                var others = row.Windows.Release(key);
                if (others.All.SkipWhile(taken => taken.At <= now).ToList() is { Count: >= MostAhead } ahead)
                {
                    at = ahead[(MostAhead / 2) + (int)(Spread(key) % (MostAhead / 2))].At;
                    return false;
                }

                at = others.Free(longer, row.BlockedUntil > now ? row.BlockedUntil.Value : now);
                row.Windows = others.Take(key, at, now, longer);
                return true;
            },
            cancellationToken
        );
        return at;
    }

    /// <summary>Gives a place back.</summary>
    public Task Release(ReservationKey of, string key, CancellationToken cancellationToken) =>
        Change(
            of,
            row =>
            {
                var without = row.Windows.Release(key);
                if (without.All.Length == row.Windows.All.Length)
                    return false;
                row.Windows = without;
                return true;
            },
            cancellationToken
        );

    /// <summary>Gives out no place before an instant: the platform asked for it.</summary>
    public Task Block(ReservationKey of, DateTimeOffset until, CancellationToken cancellationToken) =>
        Change(
            of,
            row =>
            {
                if (row.BlockedUntil >= until)
                    return false;
                row.BlockedUntil = until;
                return true;
            },
            cancellationToken
        );

    /// <summary>Takes away what is reserved under partitions.</summary>
    public async Task<int> Forget(IEnumerable<string> partitions, CancellationToken cancellationToken)
    {
        var rows = new List<ReservationRow>();
        foreach (var partition in partitions)
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
            await foreach (var row in tables.Paces.QueryAsync<ReservationRow>(filter, cancellationToken: cancellationToken))
                rows.Add(row);
        }

        foreach (var row in rows)
            await tables.Paces.Remove(row.PartitionKey, row.RowKey, cancellationToken);
        return rows.Count;
    }

    private static uint Spread(string key) => key.Aggregate(17u, (sum, c) => (sum * 31) + c);

    private async Task Change(ReservationKey of, Func<ReservationRow, bool> change, CancellationToken cancellationToken)
    {
        for (var race = 0; race < Races; race++)
        {
            var row = await tables.Paces.Get<ReservationRow>(of.Partition, of.Row, cancellationToken);
            var isNew = row is null;
            row ??= new ReservationRow { PartitionKey = of.Partition, RowKey = of.Row };
            if (!change(row))
                return;
            if (isNew ? await tables.Paces.Add(row, cancellationToken) : await tables.Paces.Replace(row, row.ETag, cancellationToken))
                return;
        }

        throw new InvalidOperationException(
            $"Reservations {of.Partition} {of.Row} were changed by others {Races} times; the next delivery tries again."
        );
    }
}

/// <summary>Sliding windows as a row.</summary>
public sealed class ReservationRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>Ticks and names, by blanks.</summary>
    public string Taken { get; set; } = "";

    public DateTimeOffset? BlockedUntil { get; set; }

    internal SlidingWindows Windows
    {
        get =>
            new([
                .. Taken
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(one => one.Split('='))
                    .Select(pair => new WindowEntry(
                        new DateTimeOffset(long.Parse(pair[0], CultureInfo.InvariantCulture), TimeSpan.Zero),
                        pair[1]
                    )),
            ]);
        set =>
            Taken = string.Join(' ', value.All.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.At.UtcTicks}={one.Key}")));
    }
}
