using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.Service.Duties;

/// <summary>
/// For whom each owner has something to do: one partition for each list, one row for each customer. A row is a hint to look at the
/// customer, whose state is the truth; one too many is found out when it is read.
/// </summary>
public sealed class DutyLists(CrmTables tables)
{
    /// <summary>Puts a customer on a list.</summary>
    public Task Put(string list, Handle customer, CancellationToken cancellationToken) =>
        tables.Duties.Put(new ListRow { PartitionKey = list, RowKey = customer.Key }, cancellationToken);

    /// <summary>Takes a customer from a list.</summary>
    public Task Take(string list, Handle customer, CancellationToken cancellationToken) =>
        tables.Duties.Remove(list, customer.Key, cancellationToken);

    /// <summary>Takes a row away that has turned out to be one too many, unless it was put again since.</summary>
    public Task Mend(ListRow row, CancellationToken cancellationToken) =>
        tables.Duties.Transact([new TableTransactionAction(TableTransactionActionType.Delete, row, row.ETag)], cancellationToken);

    /// <summary>The rows of a list.</summary>
    public async IAsyncEnumerable<ListRow> Read(string list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {list}");
        await foreach (var row in tables.Duties.QueryAsync<ListRow>(filter, cancellationToken: cancellationToken))
            yield return row;
    }
}

/// <summary>A customer on a list.</summary>
public sealed class ListRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }
}
