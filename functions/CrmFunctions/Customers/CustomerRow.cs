using Azure;
using Azure.Data.Tables;

namespace CrmFunctions.Customers;

/// <summary>The state row of a customer, or the sign that shows where a joined customer went. Nothing else spells its columns.</summary>
public sealed class CustomerRow : ITableEntity
{
    /// <summary>The row key.</summary>
    public const string Key = "state";

    /// <summary>The value of <see cref="Kind"/> for a customer.</summary>
    public const string Customer = "customer";

    /// <summary>The value of <see cref="Kind"/> for a customer that was joined into another.</summary>
    public const string Moved = "moved";

#pragma warning disable CS1591 // Keys and columns.
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Kind { get; set; } = Customer;

    public string? MovedTo { get; set; }

    /// <summary>Handles as JSON: key to whether events are filed under it.</summary>
    public string Handles { get; set; } = "{}";

    public string? Tier { get; set; }

    public string? Stage { get; set; }

    /// <summary>The score in ten-thousandths of a point.</summary>
    public long Score { get; set; }

    public string? Standard { get; set; }

    public DateTimeOffset? NextReview { get; set; }

    /// <summary>The instant of the review row that waits in the index; it may be earlier than <see cref="NextReview"/>.</summary>
    public DateTimeOffset? ReviewWaits { get; set; }

    /// <summary>Obligations that are in the index or were: JSON list of names.</summary>
    public string Owed { get; set; } = "[]";

    /// <summary>What was decided and may not have been told yet: JSON list.</summary>
    public string Outbox { get; set; } = "[]";

    public int Events { get; set; }

    public int Orders { get; set; }

    public DateTimeOffset? LastOrderAt { get; set; }

    public DateTimeOffset? ChurnWarningFrom { get; set; }

    /// <summary>SHA-256 of the facts' events and of the decision; equal for equal histories.</summary>
    public string Digest { get; set; } = "";

    /// <summary>The events, compressed; empty where they stand in rows of their own.</summary>
    public byte[]? Snapshot { get; set; }

    /// <summary>Rows of their own that hold the snapshot.</summary>
    public int SnapshotRows { get; set; }

    /// <summary>The storage's time of the last row of the log that the snapshot holds.</summary>
    public DateTimeOffset? SnapshotThrough { get; set; }
#pragma warning restore CS1591
}

/// <summary>A change of tier or stage, as it was decided. Never rewritten.</summary>
public sealed class HistoryRow : ITableEntity
{
    /// <summary>Row keys begin with this; the instant follows.</summary>
    public const string Prefix = "tier-";

#pragma warning disable CS1591 // Keys and columns.
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public DateTimeOffset At { get; set; }

    public string? FromTier { get; set; }

    public string ToTier { get; set; } = "";

    public string? FromStage { get; set; }

    public string ToStage { get; set; } = "";

    public long Score { get; set; }

    public string Standard { get; set; } = "";
#pragma warning restore CS1591
}

/// <summary>Which customer a handle belongs to. The row is written once, by whoever meets the handle first.</summary>
public sealed class HandleRow : ITableEntity
{
    /// <summary>The row key.</summary>
    public const string Key = "owner";

#pragma warning disable CS1591 // Keys and columns.
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Owner { get; set; } = "";
#pragma warning restore CS1591
}
