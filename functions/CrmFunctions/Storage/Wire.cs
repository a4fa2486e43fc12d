using Azure;
using Azure.Data.Tables;

namespace CrmFunctions.Storage;

/// <summary>
/// The one class that knows what the wire answers: 409 is <c>false</c>, 404 is <c>null</c>, 412 is a lost race and <c>false</c>; anything
/// else throws. What Table Storage would refuse for its size or its keys is not sent: <see cref="TableLimits"/>.
/// </summary>
public static class Wire
{
    /// <summary>The most entities of one entity group transaction.</summary>
    public const int TransactionEntities = TableLimits.TransactionEntities;

    /// <summary>Inserts an entity, which has its version then; false where one of its keys exists.</summary>
    public static async Task<bool> Add<T>(this TableClient table, T entity, CancellationToken cancellationToken)
        where T : ITableEntity
    {
        TableLimits.Check(table.Name, entity);
        try
        {
            var answer = await table.AddEntityAsync(entity, cancellationToken);
            entity.ETag = answer.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException conflict) when (conflict.Status == 409)
        {
            return false;
        }
    }

    /// <summary>Reads one entity by its keys; null where there is none.</summary>
    public static async Task<T?> Get<T>(
        this TableClient table,
        string partition,
        string row,
        CancellationToken cancellationToken,
        IEnumerable<string>? select = null
    )
        where T : class, ITableEntity
    {
        var found = await table.GetEntityIfExistsAsync<T>(partition, row, select, cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>Writes an entity, and replaces one that is there.</summary>
    public static Task Put<T>(this TableClient table, T entity, CancellationToken cancellationToken)
        where T : ITableEntity
    {
        TableLimits.Check(table.Name, entity);
        return table.UpsertEntityAsync(entity, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Replaces the entity that was read, which has its new version then; false where it has changed since.</summary>
    public static async Task<bool> Replace<T>(this TableClient table, T entity, ETag read, CancellationToken cancellationToken)
        where T : ITableEntity
    {
        TableLimits.Check(table.Name, entity);
        try
        {
            var answer = await table.UpdateEntityAsync(entity, read, TableUpdateMode.Replace, cancellationToken);
            entity.ETag = answer.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException lost) when (lost.Status is 412 or 404)
        {
            return false;
        }
    }

    /// <summary>Carries out all actions on one partition, or none; false where a key exists already or an entity has changed.</summary>
    public static async Task<bool> Transact(
        this TableClient table,
        IReadOnlyList<TableTransactionAction> actions,
        CancellationToken cancellationToken
    )
    {
        TableLimits.Check(table.Name, actions);
        try
        {
            await table.SubmitTransactionAsync(actions, cancellationToken);
            return true;
        }
        catch (TableTransactionFailedException failed) when (failed.Status is 409 or 412 or 404)
        {
            return false;
        }
    }

    /// <summary>A page of what a filter selects; no rows at all where <paramref name="next"/> is not the one of a page before.</summary>
    public static async Task<(IReadOnlyList<T>? Rows, string? Next)> Page<T>(
        this TableClient table,
        string? filter,
        string? next,
        int size,
        CancellationToken cancellationToken
    )
        where T : class, ITableEntity
    {
        try
        {
            await foreach (var page in table.QueryAsync<T>(filter, cancellationToken: cancellationToken).AsPages(next, size))
            {
                return (page.Values, page.ContinuationToken);
            }

            return ([], null);
        }
        catch (RequestFailedException refused) when (refused.Status == 400 && !string.IsNullOrEmpty(next))
        {
            return (null, null);
        }
    }

    /// <summary>Deletes an entity if it is there.</summary>
    public static async Task Remove(this TableClient table, string partition, string row, CancellationToken cancellationToken)
    {
        try
        {
            await table.DeleteEntityAsync(partition, row, ETag.All, cancellationToken);
        }
        catch (RequestFailedException gone) when (gone.Status == 404)
        {
            // Another process did: that is what was wanted.
        }
    }
}
