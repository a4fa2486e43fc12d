using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;

namespace CrmFunctions.Customers;

/// <summary>What of a customer stands in which column of its rows.</summary>
public static class StateColumns
{
    /// <summary>The state row of a customer.</summary>
    public static CustomerRow Of(StoredCustomer customer)
    {
        var decided = customer.Decided ?? throw new InvalidOperationException("A customer is saved with a decision.");
        return new CustomerRow
        {
            PartitionKey = customer.Id.Key,
            Handles = JsonSerializer.Serialize(new Dictionary<string, bool>(customer.Handles), StateJson.Default.DictionaryStringBoolean),
            Links = JsonSerializer.Serialize(
                customer.Links.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()),
                StateJson.Default.DictionaryStringStringArray
            ),
            Rulings = JsonSerializer.Serialize([.. customer.Rulings], StateJson.Default.StringArray),
            Tier = decided.Tier,
            Stage = decided.Stage.Code(),
            Score = (long)(decided.Score * 10_000m),
            Standard = decided.Standard,
            DecidedAt = customer.DecidedAt,
            NextReview = decided.NextReview,
            ReviewWaits = customer.ReviewWaits,
            Owed = JsonSerializer.Serialize([.. customer.Owed], StateJson.Default.StringArray),
            Outbox = JsonSerializer.Serialize([.. customer.Outbox], StateJson.Default.TierChangeArray),
            Service = customer.Service.Write(),
            Events = decided.Events,
            Orders = decided.Orders,
            LastOrderAt = decided.LastOrderAt,
            ChurnWarningFrom = decided.ChurnWarningFrom,
            Others = decided.Others,
            Tags = decided.Tags,
            Digest = decided.Digest,
            Quality = decided.Quality,
        };
    }

    /// <summary>The row of a change in its history.</summary>
    public static HistoryRow Of(StoredCustomer customer, TierChange change) =>
        new()
        {
            PartitionKey = customer.Id.Key,
            RowKey =
                HistoryRow.Prefix
                + change.At.UtcTicks.ToString("D19", CultureInfo.InvariantCulture)
                + (change.Scheme is null ? "" : $"-{change.Scheme}"),
            At = change.At,
            FromTier = change.FromTier,
            ToTier = change.ToTier,
            FromStage = change.FromStage,
            ToStage = change.ToStage,
            Score = (long)((OtherOf(customer, change)?.Score ?? customer.Decided!.Score) * 10_000m),
            Standard = OtherOf(customer, change)?.Standard ?? customer.Decided!.Standard,
            Scheme = change.Scheme,
        };

    private static OtherTier? OtherOf(StoredCustomer customer, TierChange change) =>
        change.Scheme is null ? null : customer.Decided!.ReadOthers().FirstOrDefault(other => other.Scheme == change.Scheme);

    /// <summary>The handles under which the events of the customer of a row are filed; none where the row is no customer's.</summary>
    public static IEnumerable<Handle> FiledIn(CustomerRow row) =>
        row.Kind == CustomerRow.Customer
            ? JsonSerializer
                .Deserialize(row.Handles, StateJson.Default.DictionaryStringBoolean)!
                .Where(pair => pair.Value)
                .Select(pair => HandleOf(pair.Key))
            : [];

    /// <summary>The customer of a state row.</summary>
    /// <param name="row">The row: a customer's, or a sign.</param>
    /// <param name="packed">Its snapshot, from the row or from rows of its own.</param>
    public static StoredCustomer Read(CustomerRow row, byte[] packed)
    {
        var decided = row.Tier is null
            ? null
            : new Decided(
                row.Tier,
                StageNames.FromCode(row.Stage!)
                    ?? throw new FormatException($"Customer {row.PartitionKey} is in the unknown stage '{row.Stage}'."),
                row.Score / 10_000m,
                row.Standard!,
                row.NextReview,
                row.Events,
                row.Orders,
                row.LastOrderAt,
                row.ChurnWarningFrom,
                row.Others,
                row.Tags,
                row.Digest,
                row.Quality ?? ""
            );
        if (row.Kind != CustomerRow.Customer)
            return StoredCustomer.New(HandleOf(row.PartitionKey), row.ETag, decided);
        var handles = JsonSerializer.Deserialize(row.Handles, StateJson.Default.DictionaryStringBoolean)!;
        return new StoredCustomer(
            HandleOf(row.PartitionKey),
            handles.ToImmutableSortedDictionary(StringComparer.Ordinal),
            JsonSerializer
                .Deserialize(row.Links, StateJson.Default.DictionaryStringStringArray)!
                .ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.ToImmutableArray(), StringComparer.Ordinal),
            [.. JsonSerializer.Deserialize(row.Rulings, StateJson.Default.StringArray)!],
            new Snapshot(
                SnapshotCodec.Read(packed),
                row.SnapshotThrough,
                row.SnapshotRows,
                [.. handles.Where(pair => pair.Value).Select(pair => pair.Key)]
            ),
            decided,
            row.ReviewWaits,
            [.. JsonSerializer.Deserialize(row.Owed, StateJson.Default.StringArray)!],
            [.. JsonSerializer.Deserialize(row.Outbox, StateJson.Default.TierChangeArray)!],
            ServiceState.Read(row.Service),
            row.ETag
        )
        {
            DecidedAt = row.DecidedAt,
        };
    }

    /// <summary>
    /// Drops from a state row, before it is read, what is computed from the log. What is not named here stays: it was announced or
    /// issued, and is not in the log.
    /// </summary>
    public static void DropDerived(CustomerRow row)
    {
        (row.Links, row.Rulings) = ("{}", "[]");
        (row.Snapshot, row.SnapshotRows, row.SnapshotThrough) = (null, 0, null);
        (row.Score, row.DecidedAt, row.NextReview, row.ReviewWaits) = (0, null, null, null);
        (row.Events, row.Orders, row.LastOrderAt, row.ChurnWarningFrom) = (0, 0, null, null);
        (row.Tags, row.Quality, row.Digest) = ("[]", null, "");
    }

    /// <summary>The handles under which events of the customer of a row are filed.</summary>
    public static IReadOnlySet<Handle> FiledUnder(CustomerRow row) =>
        JsonSerializer
            .Deserialize(row.Handles, StateJson.Default.DictionaryStringBoolean)!
            .Where(pair => pair.Value)
            .Select(pair => HandleOf(pair.Key))
            .ToHashSet();

    /// <summary>The handle of a column.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Handle HandleOf(string key) => Handle.FromKey(key) ?? throw new FormatException($"'{key}' is no handle.");
}

/// <summary>JSON inside columns.</summary>
[JsonSerializable(typeof(Dictionary<string, bool>))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(TierChange[]))]
internal sealed partial class StateJson : JsonSerializerContext;
