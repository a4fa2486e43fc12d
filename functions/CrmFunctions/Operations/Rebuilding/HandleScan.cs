using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>A handle of which the log or the state knows something.</summary>
/// <param name="Handle">The handle.</param>
/// <param name="IsFiled">Events are filed under it, or there is a state: of a customer, or a sign.</param>
/// <param name="IsIndexed">There are entries about who names it.</param>
public sealed record HandleEntry(Handle Handle, bool IsFiled, bool IsIndexed);

/// <summary>
/// All handles of the log and of the state, in the order of their keys: the keys of both tables are read side by side, and nothing else of
/// them.
/// </summary>
public sealed class HandleScan(CrmTables tables)
{
    // A partition longer than this is left by a query of its own.
    private const int LongPartition = 2000;

    private static readonly string[] columns = ["PartitionKey", "RowKey"];

    /// <summary>The places after a key, or from it on where it begins a range.</summary>
    public async IAsyncEnumerable<HandleEntry> After(string after, string to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var logged = Keys(tables.Events, after, to, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var stored = Keys(tables.Customers, after, to, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var (inLog, inState) = (await logged.MoveNextAsync(), await stored.MoveNextAsync());
        while (inLog || inState)
        {
            var order =
                !inLog ? 1
                : !inState ? -1
                : string.CompareOrdinal(logged.Current.Key, stored.Current.Key);
            var key = order <= 0 ? logged.Current.Key : stored.Current.Key;
            var place = order < 0 ? (HasState: false, IsIndexed: false) : (stored.Current.HasState, stored.Current.IsIndexed);
            if (Handle.FromKey(key) is { } handle)
                yield return new HandleEntry(handle, order <= 0 || place.HasState, place.IsIndexed);
            if (order <= 0)
                inLog = await logged.MoveNextAsync();
            if (order >= 0)
                inState = await stored.MoveNextAsync();
        }
    }

    private static async IAsyncEnumerable<(string Key, bool HasState, bool IsIndexed)> Keys(
        TableClient table,
        string after,
        string to,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        (string Key, bool HasState, bool IsIndexed) place = (after, false, false);
        for (var read = LongPartition; read >= LongPartition; )
        {
            read = 0;
            var left = place.Key;
            var filter = TableClient.CreateQueryFilter($"PartitionKey gt {left} and PartitionKey lt {to}");
            await foreach (var row in table.QueryAsync<TableEntity>(filter, select: columns, cancellationToken: cancellationToken))
            {
                if (row.PartitionKey != place.Key)
                {
                    if (place.Key != left)
                        yield return place;
                    (place, read) = ((row.PartitionKey, false, false), 0);
                }

                place.HasState |= row.RowKey == CustomerRow.Key;
                place.IsIndexed |= IndexRow.IsKey(row.RowKey);
                if (++read >= LongPartition && (place.HasState || table.Name == Flow.Tables.Events))
                    break;
            }

            if (place.Key != left)
                yield return place;
        }
    }
}
