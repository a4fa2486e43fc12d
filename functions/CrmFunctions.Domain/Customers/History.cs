using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Customers;

/// <summary>The set of events known of one customer, as a list in the one order that folding uses.</summary>
public static class History
{
    /// <summary>
    /// Each event once, in order. Two events of one name are one event when they say the same at the same time (a redelivery filed under
    /// another handle of the customer), and two when they do not: different events are never taken for one.
    /// </summary>
    public static IReadOnlyList<CustomerEvent> Distinct(IEnumerable<CustomerEvent> events)
    {
        var sorted = events.ToList();
        sorted.Sort(Compare);
        var names = new Dictionary<(string Source, string Id), CustomerEvent>(sorted.Count);
        HashSet<(string Source, string Id, DateTimeOffset At, string Said)>? repeated = null;
        var distinct = new List<CustomerEvent>(sorted.Count);
        foreach (var customerEvent in sorted)
        {
            if (names.TryAdd((customerEvent.Source, customerEvent.Id), customerEvent))
            {
                distinct.Add(customerEvent);
                continue;
            }

            repeated ??= [];
            var first = names[(customerEvent.Source, customerEvent.Id)];
            repeated.Add((first.Source, first.Id, first.OccurredAt, Said(first)));
            if (repeated.Add((customerEvent.Source, customerEvent.Id, customerEvent.OccurredAt, Said(customerEvent))))
                distinct.Add(customerEvent);
        }

        return distinct;
    }

    /// <summary>
    /// The events whose sources vouch for the customer's identifiers; all of them where there is none: of such a customer only what was
    /// claimed is known.
    /// </summary>
    /// <remarks>Source: Customers/People.md, section 5.</remarks>
    public static IReadOnlyList<CustomerEvent> VouchedFor(IReadOnlyList<CustomerEvent> events) =>
        events.All(happened => happened.Vouches) ? events
        : events.Any(happened => happened.Vouches) ? [.. events.Where(happened => happened.Vouches)]
        : events;

    /// <summary>SHA-256 of the set, in hexadecimal: equal for equal sets, however and whenever they came.</summary>
    /// <remarks>
    /// The times of arrival are not in it: they are the log's own and break ties only (two words about one order at one instant).
    /// </remarks>
    public static string Digest(IReadOnlyList<CustomerEvent> distinct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (
            var line in distinct.Select(e => $"{e.Source}\n{e.Id}\n{e.OccurredAt.UtcTicks}\n{Said(e)}\n").Order(StringComparer.Ordinal)
        )
        {
            hash.AppendData(Encoding.UTF8.GetBytes(line));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The events as UTF-8 JSON, to be kept as a snapshot.</summary>
    public static byte[] Write(IReadOnlyList<CustomerEvent> events) =>
        JsonSerializer.SerializeToUtf8Bytes(events, HistoryJson.Default.IReadOnlyListCustomerEvent);

    /// <summary>The events of a snapshot.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static IReadOnlyList<CustomerEvent> Read(ReadOnlySpan<byte> snapshot) =>
        JsonSerializer.Deserialize(snapshot, HistoryJson.Default.IReadOnlyListCustomerEvent)
        ?? throw new JsonException("The snapshot is null.");

    // Two events of one name, received at once and saying different things, need an order too: that of what they say.
    private static int Compare(CustomerEvent left, CustomerEvent right)
    {
        var order = CustomerEvent.Compare(left, right);
        return order != 0 || ReferenceEquals(left, right) ? order : string.CompareOrdinal(Said(left), Said(right));
    }

    private static string Said(CustomerEvent customerEvent) => JsonSerializer.Serialize(customerEvent.What, HistoryJson.Default.Happening);
}

/// <summary>JSON of events in snapshots: nulls, and what follows from the rest, are left out.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(IReadOnlyList<CustomerEvent>))]
[JsonSerializable(typeof(Happening))]
internal sealed partial class HistoryJson : JsonSerializerContext;
