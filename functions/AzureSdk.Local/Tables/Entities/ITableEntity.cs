namespace Azure.Data.Tables;

/// <summary>What every row has. A class that implements it is stored by its public properties; see <see cref="TableEntity"/> for rows without a class.</summary>
public interface ITableEntity
{
    /// <summary>First part of the key; up to 1,024 characters, none of them <c>/ \ # ?</c> or a control character. May be empty, not null.</summary>
    string PartitionKey { get; set; }

    /// <summary>Second part of the key, unique in its partition; the same rules as <see cref="PartitionKey"/>.</summary>
    string RowKey { get; set; }

    /// <summary>When the service last wrote the row, UTC. Set by the service; what the caller sets is not sent.</summary>
    DateTimeOffset? Timestamp { get; set; }

    /// <summary>The version of the row as it was read. Not updated by writes: take the new one from the response's headers.</summary>
    ETag ETag { get; set; }
}

/// <summary>What an update does with the properties it does not name.</summary>
public enum TableUpdateMode
{
    /// <summary>Keeps them.</summary>
    Merge = 0,

    /// <summary>Removes them.</summary>
    Replace = 1,
}
