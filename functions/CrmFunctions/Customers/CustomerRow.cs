using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Customers;

/// <summary>The state row of a customer, or the sign that shows where a joined customer went. Nothing else spells its columns.</summary>
public sealed class CustomerRow : ITableEntity
{
    /// <summary>The row key.</summary>
    public const string Key = "state";

    /// <summary>The value of <see cref="Kind"/> for a customer.</summary>
    public const string Customer = "customer";

    /// <summary>
    /// The value of <see cref="Kind"/> for a customer that was joined into another. It remembers what was last decided of it alone.
    /// </summary>
    public const string Moved = "moved";

    /// <summary>The value of <see cref="Kind"/> where a customer was erased, until new events come.</summary>
    public const string Erased = "erased";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Kind { get; set; } = Customer;

    public string? MovedTo { get; set; }

    /// <summary>Handles as JSON: key to whether events are filed under it.</summary>
    public string Handles { get; set; } = "{}";

    /// <summary>
    /// What events filed under each handle name beside it, as JSON: key to list of keys. Those not among the handles link nobody.
    /// </summary>
    public string Links { get; set; } = "{}";

    /// <summary>Ids of the rulings that were heeded: JSON list.</summary>
    public string Rulings { get; set; } = "[]";

    public string? Tier { get; set; }

    public string? Stage { get; set; }

    /// <summary>The score in ten-thousandths of a point.</summary>
    public long Score { get; set; }

    public string? Standard { get; set; }

    /// <summary>The instant as of which it was decided. The same facts and standard decide the same as of it.</summary>
    public DateTimeOffset? DecidedAt { get; set; }

    public DateTimeOffset? NextReview { get; set; }

    /// <summary>The instant of the review row that waits in the index; it may be earlier than <see cref="NextReview"/>.</summary>
    public DateTimeOffset? ReviewWaits { get; set; }

    /// <summary>Obligations that are in the index or were: JSON list of names.</summary>
    public string Owed { get; set; } = "[]";

    /// <summary>
    /// What was announced, who owns the customer, and what is on the list: JSON. Not worked out from the log, and kept by a rebuild.
    /// </summary>
    public string? Service { get; set; }

    /// <summary>What was decided and may not have been told yet: JSON list.</summary>
    public string Outbox { get; set; } = "[]";

    public int Events { get; set; }

    public int Orders { get; set; }

    public DateTimeOffset? LastOrderAt { get; set; }

    public DateTimeOffset? ChurnWarningFrom { get; set; }

    /// <summary>Tiers of the schemes that are not primary: JSON list.</summary>
    public string Others { get; set; } = "[]";

    /// <summary>JSON list.</summary>
    public string Tags { get; set; } = "[]";

    /// <summary>What is wrong with what is known of the customer: JSON.</summary>
    public string? Quality { get; set; }

    /// <summary>SHA-256 of the facts' events and of the decision; equal for equal histories.</summary>
    public string Digest { get; set; } = "";

    /// <summary>The events, compressed; empty where they stand in rows of their own.</summary>
    public byte[]? Snapshot { get; set; }

    /// <summary>Rows of their own that hold the snapshot.</summary>
    public int SnapshotRows { get; set; }

    /// <summary>The storage's time of the last row of the log that the snapshot holds.</summary>
    public DateTimeOffset? SnapshotThrough { get; set; }

    // Columns of IndexRow: state and index are read together, in one request. A state row has none of them.
    public string? Within { get; set; }

    public string? Ruling { get; set; }

    public string? One { get; set; }

    public string? Other { get; set; }

    public DateTimeOffset? At { get; set; }
}

/// <summary>A change of tier or stage, as it was decided. Never rewritten.</summary>
public sealed class HistoryRow : ITableEntity
{
    /// <summary>Row keys begin with this; the instant follows.</summary>
    public const string Prefix = "tier-";

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

    /// <summary>Null: the primary one.</summary>
    public string? Scheme { get; set; }
}

/// <summary>
/// An entry of a handle's index, in the handle's partition: a handle under which events are filed that name this one, or a ruling about it.
/// Written once, and taken away by an erasure only.
/// </summary>
public sealed class IndexRow : ITableEntity
{
    /// <summary>Row keys of rulings begin with this; the ruling's id follows. They come before all links.</summary>
    public const string RulingPrefix = "decided-";

    /// <summary>Row keys of links begin with this; the handle follows under which the events are filed.</summary>
    public const string LinkPrefix = "link-";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>Of a link: what tells its anchor from others.</summary>
    public string? Within { get; set; }

    /// <summary>Of a ruling: its kind.</summary>
    public string? Ruling { get; set; }

    public string? One { get; set; }

    public string? Other { get; set; }

    public DateTimeOffset? At { get; set; }

    /// <summary>Whether a row of the table is an entry of the index.</summary>
    public static bool IsKey(string row) =>
        row.StartsWith(LinkPrefix, StringComparison.Ordinal) || row.StartsWith(RulingPrefix, StringComparison.Ordinal);

    /// <summary>The entry of a link, at the handle that is named.</summary>
    public static IndexRow Of(Link link) =>
        new()
        {
            PartitionKey = link.Named.Key,
            RowKey = LinkPrefix + link.Anchor.Key,
            Within = link.Within,
        };

    /// <summary>The entry of a ruling, at one of its handles.</summary>
    public static IndexRow Of(Ruling ruling, Handle at) =>
        new()
        {
            PartitionKey = at.Key,
            RowKey = RulingPrefix + ruling.Id,
            Ruling = ruling.Kind.ToString(),
            One = ruling.One.Key,
            Other = ruling.Other.Key,
            At = ruling.At,
        };

    /// <summary>The link of an entry.</summary>
    public static Link LinkOf(CustomerRow row) =>
        new(Handle.FromKey(row.RowKey[LinkPrefix.Length..])!.Value, Handle.FromKey(row.PartitionKey)!.Value, row.Within!);

    /// <summary>The ruling of an entry.</summary>
    public static Ruling RulingOf(CustomerRow row) =>
        new(
            row.RowKey[RulingPrefix.Length..],
            Enum.Parse<RulingKind>(row.Ruling!),
            Handle.FromKey(row.One!)!.Value,
            Handle.FromKey(row.Other!)!.Value,
            row.At!.Value
        );
}
