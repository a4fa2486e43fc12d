namespace Azure.Data.Tables;

/// <summary>What is done with a row of a transaction.</summary>
public enum TableTransactionActionType
{
    /// <summary>Adds it; the transaction fails with 409 if it exists.</summary>
    Add = 0,

    /// <summary>Updates it, keeping properties not named; fails with 404 if it does not exist.</summary>
    UpdateMerge = 1,

    /// <summary>Replaces it; fails with 404 if it does not exist.</summary>
    UpdateReplace = 2,

    /// <summary>Deletes it; fails with 404 if it does not exist.</summary>
    Delete = 3,

    /// <summary>Adds it, or updates it, keeping properties not named.</summary>
    UpsertMerge = 4,

    /// <summary>Adds or replaces it.</summary>
    UpsertReplace = 5,
}

/// <summary>One operation of a transaction.</summary>
/// <param name="actionType">What is done.</param>
/// <param name="entity">The row; for a delete only its keys matter.</param>
/// <param name="etag">
/// For updates and deletes: the version the row must have, or the transaction fails with 412. With none a delete is unconditional, and an update is an upsert,
/// as officially: give <see cref="ETag.All"/> to update whatever version there is. Upserts ignore it.
/// </param>
public class TableTransactionAction(TableTransactionActionType actionType, ITableEntity entity, ETag etag = default)
{
    /// <summary>An operation without a condition on the row's version.</summary>
    public TableTransactionAction(TableTransactionActionType actionType, ITableEntity entity)
        : this(actionType, entity, default)
    {
    }

    /// <summary>What is done.</summary>
    public TableTransactionActionType ActionType { get; } = actionType;

    /// <summary>The row.</summary>
    public ITableEntity Entity { get; } = entity;

    /// <summary>The version the row must have.</summary>
    public ETag ETag { get; } = etag;
}
