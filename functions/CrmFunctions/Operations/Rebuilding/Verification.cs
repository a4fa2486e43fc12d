using System.Globalization;
using System.Text.Json;
using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Standards;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>What differs at a handle between the state and what the log says.</summary>
/// <param name="Member">tier, score, snapshot, link, review …</param>
/// <param name="Stored">In the state. Null: nothing.</param>
/// <param name="Computed">By the log. Null: nothing.</param>
public sealed record Difference(string Member, string? Stored, string? Computed);

/// <summary>Computes again what follows from the log, and compares the state with it. Writes nothing.</summary>
/// <remarks>REBUILDING.md says what is compared.</remarks>
public sealed class Verification(CustomerGatherer gatherer, CustomerStore customers, IndexCheck index, DueIndex due, TieringEngine engine)
{
    private const int MostLinks = 1000;

    /// <summary>All differences at a place. One that is under way looks like one that is there to stay: look again later.</summary>
    public async Task<IReadOnlyList<Difference>> Compare(HandleEntry place, CancellationToken cancellationToken)
    {
        var differences = new List<Difference>();
        if (place.IsIndexed)
        {
            var (links, rulings) = await index.Unfounded(place.Handle, cancellationToken);
            differences.AddRange(links.Select(link => new Difference("link", link.Anchor.Key, null)));
            differences.AddRange(rulings.Select(ruling => new Difference("ruling", ruling.Id, null)));
        }

        if (place.IsFiled)
            differences.AddRange(await Filed(place.Handle, cancellationToken));
        return differences;
    }

    private async Task<IReadOnlyList<Difference>> Filed(Handle handle, CancellationToken cancellationToken)
    {
        var gathered = await gatherer.Gather(handle, RecalculationReason.Look, cancellationToken);
        var history = History.Distinct(gathered.Events);
        var state = gathered.Around.Places.GetValueOrDefault(gathered.Customer.Id)?.State;
        if (history.Count == 0)
            return state is { Kind: CustomerRow.Customer } ? [new("customer", state.PartitionKey, null)] : [];
        if (gathered.Customer.Id != handle)
        {
            var moves = gathered
                .Moves.Where(move => move.Handle == handle)
                .Select(move => new Difference("sign", move.State?.MovedTo ?? move.State?.Kind, gathered.Customer.Id.Key));
            return [.. moves, .. Unindexed(gathered, handle)];
        }

        if (state is not { Kind: CustomerRow.Customer })
            return [new("customer", state?.Kind, handle.Key), .. Unindexed(gathered, handle)];
        return [.. await Compare(state, gathered, history, cancellationToken), .. Unindexed(gathered, handle)];
    }

    private async Task<IReadOnlyList<Difference>> Compare(
        CustomerRow state,
        GatheredCustomer gathered,
        IReadOnlyList<CustomerEvent> history,
        CancellationToken cancellationToken
    )
    {
        var differences = new List<Difference>();
        try
        {
            var stored = await customers.Read(state, cancellationToken);
            Add(
                "snapshot",
                History.Digest(stored.Snapshot.Events),
                stored.Snapshot.Events.Count == stored.Decided?.Events ? History.Digest(history) : History.Digest(stored.Snapshot.Events)
            );
            if (!stored.IsSamePerson(gathered.Customer))
            {
                Add(
                    "handles",
                    Written(stored.Handles.Select(pair => $"{pair.Key}:{pair.Value}")),
                    Written(gathered.Customer.Handles.Select(pair => $"{pair.Key}:{pair.Value}"))
                );
                Add(
                    "links",
                    Written(stored.Links.SelectMany(pair => pair.Value)),
                    Written(gathered.Customer.Links.SelectMany(pair => pair.Value))
                );
                Add("rulings", Written(stored.Rulings), Written(gathered.Customer.Rulings));
            }

            if (stored.ReviewWaits is { } waits && !await due.HasReview(stored.Id, waits, cancellationToken))
                Add("review", null, waits.ToString("O", CultureInfo.InvariantCulture));
            if (stored.Outbox.Length > 0)
                Add("outbox", stored.Outbox.Length.ToString(CultureInfo.InvariantCulture), null);
        }
        catch (Exception broken) when (broken is InvalidDataException or JsonException or FormatException or InvalidOperationException)
        {
            Add("snapshot", broken.Message, History.Digest(history));
            StateColumns.DropDerived(state);
        }

        // As of when it was decided: scores move with time. As of now where a calibration has come since that changed nothing then.
        var kept = StateColumns.Read(state, []);
        var decisions = Decisions(kept, engine.Decide(history, state.DecidedAt ?? engine.Now), history).ToList();
        if (decisions.Count > 0 && !Decisions(kept, engine.Decide(history), history).Any())
            decisions = [];
        return [.. differences, .. decisions];

        void Add(string member, string? before, string? computed)
        {
            if (before != computed)
                differences.Add(new(member, before, computed));
        }
    }

    private static IEnumerable<Difference> Decisions(StoredCustomer stored, DecisionSet all, IReadOnlyList<CustomerEvent> history)
    {
        var computed = Decided.Of(all, History.Digest(history), QualityColumn.Write(QualityFacts.Of(history)));
        if (stored.Decided is not { } kept)
            return [new("decision", null, computed.Tier)];
        (string Member, object? Stored, object? Computed)[] members =
        [
            ("tier", kept.Tier, computed.Tier),
            ("stage", kept.Stage, computed.Stage),
            ("score", kept.Score, decimal.Truncate(computed.Score * 10_000m) / 10_000m),
            ("standard", kept.Standard, computed.Standard),
            ("nextReview", kept.NextReview, computed.NextReview),
            ("events", kept.Events, computed.Events),
            ("orders", kept.Orders, computed.Orders),
            ("lastOrderAt", kept.LastOrderAt, computed.LastOrderAt),
            ("churnWarningFrom", kept.ChurnWarningFrom, computed.ChurnWarningFrom),
            ("others", kept.Others, computed.Others),
            ("tags", kept.Tags, computed.Tags),
            ("quality", kept.Quality, computed.Quality),
            ("digest", kept.Digest, computed.Digest),
            ("reviewWaits", stored.ReviewWaits <= computed.NextReview || computed.NextReview is null, true),
        ];
        return
        [
            .. members
                .Where(member => !Equals(member.Stored, member.Computed))
                .Select(member => new Difference(member.Member, Text(member.Stored), Text(member.Computed))),
        ];
    }

    // What the handle's own events name must stand at what they name.
    private static IEnumerable<Difference> Unindexed(GatheredCustomer gathered, Handle handle)
    {
        if (!gathered.Readings.TryGetValue(handle, out var reading))
            return [];
        var links = reading
            .Events.SelectMany(Link.Of)
            .Distinct()
            .Where(link =>
                gathered.Around.Places.GetValueOrDefault(link.Named) is { Links.Count: < MostLinks } place && !place.Links.Contains(link)
            )
            .Select(link => new Difference("link", null, link.Named.Key));
        var rulings = reading
            .Rulings.Where(ruling => gathered.Around.Places.GetValueOrDefault(ruling.Other) is { } place && !place.Rulings.Contains(ruling))
            .Select(ruling => new Difference("ruling", null, ruling.Id));
        return [.. links, .. rulings];
    }

    private static string Written(IEnumerable<string> words) => string.Join(' ', words.Distinct().Order(StringComparer.Ordinal));

    private static string? Text(object? value) =>
        value is IFormattable formattable
            ? formattable.ToString(value is DateTimeOffset ? "O" : null, CultureInfo.InvariantCulture)
            : value?.ToString();
}
