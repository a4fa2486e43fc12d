using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Customers.People;

/// <summary>Gathers the events of all handles of a customer, and finds out who the customer is where that may have changed.</summary>
/// <remarks>Customers/CUSTOMERS.md says why concurrent runs end in one answer.</remarks>
public sealed class CustomerGatherer(
    CustomerStore customers,
    HandleIndex handles,
    EventLog log,
    SharedHandles shared,
    IOptions<SharingOptions> options
)
{
    /// <summary>
    /// A snapshot is trusted up to this long before the last row it read: partitions of one account need not share a clock.
    /// </summary>
    private static readonly TimeSpan overlap = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Reads the log under every handle of the customer; where it names a handle or has a ruling that is news, finds out anew who is one
    /// person.
    /// </summary>
    /// <param name="handle">One of the customer's handles, under which events are filed.</param>
    /// <param name="reason">Why it is gathered.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<GatheredCustomer> Gather(Handle handle, RecalculationReason reason, CancellationToken cancellationToken)
    {
        var readings = new Dictionary<Handle, LogReading>();
        if (reason == RecalculationReason.Look)
            return await FindOut(handle, null, readings, reason, cancellationToken);
        var stored = await customers.Follow(handle, cancellationToken, fromLog: reason == RecalculationReason.Rebuild);
        if (reason == RecalculationReason.Review && stored is { Decided: not null } && stored.Snapshot.Covers(stored))
        {
            // A review has nothing new to read: what the last decision knew is all there is, unless a process joined another customer and
            // died.
            var known = new LogReading(
                [.. await Known(stored, cancellationToken)],
                [],
                stored.Snapshot.Through ?? DateTimeOffset.MinValue,
                IsLate: false
            );
            return new GatheredCustomer(stored, stored, new() { [stored.Id] = known }, new IdentityNeighbourhood());
        }

        if (
            stored is null
            || reason is RecalculationReason.News or RecalculationReason.Rebuild
            || !stored.Handles.GetValueOrDefault(handle.Key)
        )
            return await FindOut(handle, stored, readings, reason, cancellationToken);

        foreach (var filed in stored.Filed)
        {
            var reading = await Read(filed, stored, readings, cancellationToken);
            var isNews =
                reading.Events.SelectMany(Link.Of).Any(link => !stored.Knows(link))
                || reading.Rulings.Any(ruling => !stored.Rulings.Contains(ruling.Id))
                || IsKnownSince(filed, stored, reading);
            if (isNews)
                return await FindOut(handle, stored, readings, reason, cancellationToken);
        }

        return new GatheredCustomer(stored, stored, readings, new IdentityNeighbourhood());
    }

    /// <summary>
    /// The events that the last decision knew, each once: those kept with the state, and the tail of a long history that is not.
    /// </summary>
    public async Task<IReadOnlyList<CustomerEvent>> Known(StoredCustomer stored, CancellationToken cancellationToken)
    {
        if (stored.Snapshot.Events.Count == stored.Decided?.Events)
            return stored.Snapshot.Events;
        var events = new List<CustomerEvent>(stored.Snapshot.Events);
        foreach (var handle in stored.Filed)
            events.AddRange((await log.Read(handle, stored.Snapshot.Through - overlap, cancellationToken)).Events);
        return History.Distinct(events);
    }

    /// <summary>
    /// Whether nobody has named a new customer since it was looked at. Asked after it was saved: either side of two at once sees the other.
    /// </summary>
    public async Task<bool> IsAlone(GatheredCustomer gathered, CancellationToken cancellationToken)
    {
        var place = await handles.Look(gathered.Customer.Id, cancellationToken);
        return gathered.Around.Links.IsSupersetOf(place.Links) && gathered.Around.Rulings.IsSupersetOf(place.Rulings);
    }

    private async Task<GatheredCustomer> FindOut(
        Handle handle,
        StoredCustomer? stored,
        Dictionary<Handle, LogReading> readings,
        RecalculationReason reason,
        CancellationToken cancellationToken
    )
    {
        // A new shop id is named by no event but its own: that it stands alone is looked at when it is saved, which is enough.
        var isNewId = stored is null && reason == RecalculationReason.Events && handle.Kind == "id";
        var writes = reason != RecalculationReason.Look;
        var walk = new IdentityWalk(handles, options.Value.Limits, readings, at => Read(at, stored, readings, cancellationToken))
        {
            Stored = stored,
            IsNew = isNewId,
            Writes = writes,
        };
        var surroundings = await walk.From(handle, cancellationToken);
        var (self, persons) = (surroundings.Self, walk.Persons);

        // The run that finds news notifies the other customers. A customer not yet saved with it may be one whose run died.
        var isNews =
            self is null
            || stored is null
            || surroundings.Links.Any(link => self.Anchors.Contains(link.Anchor) && !stored.Knows(link))
            || surroundings.Rulings.Any(ruling => !stored.Rulings.Contains(ruling.Id))
            || self.Anchors.Any(anchor => readings.TryGetValue(anchor, out var reading) && IsKnownSince(anchor, stored, reading));
        if (isNews)
            surroundings.Concerned.UnionWith(persons.Where(person => person != self).Select(person => person.Name));

        // Whom the customer had and has no more must stand on their own: by a ruling, or by limits that are others now.
        if (self is not null && stored is not null)
            surroundings.Concerned.UnionWith(stored.Filed.Except(self.Anchors));

        // Nor do all of a lead's claims go with the one that is taken in.
        foreach (var taken in surroundings.Moves.Select(place => place.State).OfType<CustomerRow>())
            surroundings.Concerned.UnionWith(StateColumns.FiledIn(taken).Except(self!.Anchors));
        if (writes)
        {
            await TellOfShared(surroundings, cancellationToken);
            await ListProposals(surroundings, persons, readings.Keys, cancellationToken);
        }

        if (self is not null)
            await LeaveOutLate(self, stored, readings, cancellationToken);
        if (self is null)
            return new GatheredCustomer(
                null,
                StoredCustomer.New(handle),
                readings.Where(pair => pair.Key == handle).ToDictionary(),
                surroundings
            );
        var before =
            writes && surroundings.Places[self.Name].State is { } state
                ? await customers.Read(state, cancellationToken, fromLog: reason == RecalculationReason.Rebuild)
                : null;
        var customer = (before ?? StoredCustomer.New(self.Name)).Being(self, surroundings.Links, surroundings.Rulings);
        return new GatheredCustomer(before, customer, readings.Where(pair => self.Anchors.Contains(pair.Key)).ToDictionary(), surroundings);
    }

    // Whether a handle of which only claims told has come to be known: claims that name it may be its customer's from now on.
    private static bool IsKnownSince(Handle handle, StoredCustomer stored, LogReading reading) =>
        stored.Snapshot.Events.Any(happened => happened.Customer.Claimed == true)
        && reading.Events.Any(happened => happened.Vouches)
        && !stored.Snapshot.Events.Any(happened => happened.Vouches && Handle.Filed(happened.Customer, happened.Source) == handle);

    // A claim in a combination that never came before has no tombstone of its own: its person's handles have.
    private async Task LeaveOutLate(
        Person self,
        StoredCustomer? stored,
        Dictionary<Handle, LogReading> readings,
        CancellationToken cancellationToken
    )
    {
        foreach (var claim in self.Anchors.Where(anchor => anchor.IsClaim))
        {
            var links = readings.TryGetValue(claim, out var reading) ? reading.Events.SelectMany(Link.Of).ToHashSet() : [];
            foreach (var link in links.Where(link => stored?.Knows(link) != true))
            {
                var isOwn = self.Anchors.Contains(link.Named) || self.Named.Contains(link.Named);
                if (
                    isOwn
                    && await log.ErasedThrough(link.Named, cancellationToken) is { } through
                    && readings[claim].Events.RemoveAll(happened => happened.OccurredAt <= through) > 0
                )
                {
                    readings[claim] = readings[claim] with { IsLate = true };
                }
            }
        }
    }

    // What a claim names beside its own customer may be the same person's: a steward says so, and nobody else.
    private async Task ListProposals(
        IdentityNeighbourhood around,
        IReadOnlyList<Person> persons,
        IEnumerable<Handle> read,
        CancellationToken cancellationToken
    )
    {
        foreach (var claim in read.Where(handle => handle.IsClaim))
        {
            var handles = around.Links.Where(link => link.Anchor == claim).Select(link => link.Named).Append(claim).ToHashSet();
            var concerned = persons.Count(person => handles.Overlaps(person.Anchors) || handles.Overlaps(person.Named));
            if (concerned > 1 && !await shared.IsTold(claim, cancellationToken))
                around.ToBeListed.Add(around.Places[claim]);
        }
    }

    // A handle that has come to be shared parts those it has joined: all of them are told, once. One that was ruled to be a person's is off
    // the list, so that all are told again where the ruling is changed.
    private async Task TellOfShared(IdentityNeighbourhood around, CancellationToken cancellationToken)
    {
        foreach (var ruling in around.Rulings.Where(ruling => ruling.Kind == RulingKind.Personal && !around.Shared.Contains(ruling.One)))
        {
            await shared.Strike(ruling.One, cancellationToken);
        }

        foreach (var handle in around.Shared)
        {
            var place = around.Places[handle];
            if (await shared.IsTold(handle, cancellationToken))
                continue;
            around.Concerned.UnionWith(place.Links.Select(link => link.Anchor));
            if (place.State is not null)
                around.Concerned.Add(handle);
            around.ToBeListed.Add(place);
        }
    }

    private async Task<LogReading> Read(
        Handle handle,
        StoredCustomer? stored,
        Dictionary<Handle, LogReading> readings,
        CancellationToken cancellationToken
    )
    {
        if (readings.TryGetValue(handle, out var reading))
            return reading;
        if (stored?.Snapshot is not { Rows: > 0, Through: not null } snapshot || !snapshot.Handles.Contains(handle.Key))
        {
            return readings[handle] = await log.Read(handle, since: null, cancellationToken);
        }

        var tail = await log.Read(handle, snapshot.Through - overlap, cancellationToken);
        tail.Events.AddRange(snapshot.Events.Where(e => Handle.Filed(e.Customer, e.Source) == handle));
        return readings[handle] = tail;
    }
}
