using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;

namespace CrmFunctions.Customers.People;

/// <summary>
/// Goes from handle to handle, along links and rulings, but not through handles that are shared. Each link is written at the handle it names
/// before that handle is looked at: of any who do so at the same time, the last one sees them all.
/// </summary>
/// <param name="handles">Where links and rulings stand.</param>
/// <param name="limits">When a handle is shared.</param>
/// <param name="readings">The log of each handle that was read; filled by <paramref name="read"/>.</param>
/// <param name="read">Reads the log of a handle, once.</param>
/// <remarks>
/// Customers/CUSTOMERS.md says why concurrent runs end in one answer. Beyond a claim nobody is looked for: its handles are only looked at,
/// for whom it belongs to depends on which of them are known.
/// </remarks>
internal sealed class IdentityWalk(
    HandleIndex handles,
    SharingLimits limits,
    IReadOnlyDictionary<Handle, LogReading> readings,
    Func<Handle, Task<LogReading>> read
)
{
    private readonly IdentityNeighbourhood around = new();
    private readonly HashSet<Handle> walked = [];
    private readonly Queue<Handle> ahead = new();

    /// <summary>The customer as stored. Null: there is none yet.</summary>
    public StoredCustomer? Stored { get; init; }

    /// <summary>The handle it begins with is named by no event but its own.</summary>
    public bool IsNew { get; init; }

    /// <summary>What is news is written at the handles.</summary>
    public bool Writes { get; init; }

    /// <summary>Of the handles that were read, those under which nothing is filed that its source vouches for.</summary>
    public IReadOnlySet<Handle> ClaimedOnly =>
        readings.Where(pair => !pair.Value.Events.Any(happened => happened.Vouches)).Select(pair => pair.Key).ToHashSet();

    /// <summary>All persons that were seen on the way; of those that are not the one it began with, perhaps not all handles.</summary>
    public IReadOnlyList<Person> Persons { get; private set; } = [];

    /// <summary>Walks from a handle.</summary>
    public async Task<IdentityNeighbourhood> From(Handle start, CancellationToken cancellationToken)
    {
        ahead.Enqueue(start);
        do
        {
            while (ahead.TryDequeue(out var at))
            {
                if (walked.Add(at))
                    await WalkFrom(at, isStart: at == start, cancellationToken);
            }
        } while (FindMissed(start));

        return around with
        {
            Self = Persons.FirstOrDefault(person => person.Anchors.Contains(start)),
        };
    }

    private async Task WalkFrom(Handle at, bool isStart, CancellationToken cancellationToken)
    {
        var place = IsNew && isStart ? Take(new HandlePlace(at, null, [], [])) : await Look(at, cancellationToken);
        var isAnchor = isStart || place.State is not null || around.Links.Any(link => link.Anchor == at) || readings.ContainsKey(at);
        var own = isAnchor ? await read(at) : null;
        var links = own?.Events.SelectMany(Link.Of).ToHashSet() ?? [];
        await Write(links, own?.Rulings ?? [], cancellationToken);

        foreach (var ruling in place.Rulings.Concat(own?.Rulings ?? []))
            Enqueue([ruling.One, ruling.Other]);
        if (at.IsClaim)
        {
            foreach (var link in links)
                await LookIfKnown(link.Named, cancellationToken);
        }
        else if (IsShared(place))
        {
            around.Shared.Add(at);
        }
        else
        {
            var isCrowded = NoteIfCrowded(place);
            Enqueue(place.Links.Where(link => !(isCrowded && link.IsClaimed)).Select(link => link.Anchor));
            Enqueue(links.Select(link => link.Named));
        }
    }

    // All that is the person's must have been walked from: also the handle that a claim belongs to, and what a link says that was seen only
    // after its handle was passed.
    private bool FindMissed(Handle start)
    {
        Persons = Domain.Customers.People.Of(
            readings.Where(pair => IsFiled(pair.Key, pair.Value)).Select(pair => pair.Key),
            around.Links,
            around.Rulings,
            limits,
            ClaimedOnly
        );
        var self = Persons.FirstOrDefault(person => person.Anchors.Contains(start));
        Enqueue(self?.Anchors.Concat(self.Named).Where(handle => !walked.Contains(handle)) ?? []);
        return ahead.Count > 0;
    }

    private bool IsFiled(Handle handle, LogReading reading) =>
        reading.Events.Count > 0 || around.Places[handle].State is { Kind: CustomerRow.Customer or CustomerRow.Moved };

    private async Task Write(IEnumerable<Link> links, IEnumerable<Ruling> rulings, CancellationToken cancellationToken)
    {
        foreach (var link in links.Where(link => !around.Links.Contains(link)).ToList())
        {
            if (Writes && Stored?.Knows(link) != true)
                await handles.Index(link, cancellationToken);

            // Looked at before it was named there: it is looked at again.
            around.Forget(link.Named);
            if (walked.Remove(link.Named) || !link.IsClaimed)
                ahead.Enqueue(link.Named);
        }

        foreach (var ruling in rulings.Where(ruling => !around.Rulings.Contains(ruling)).ToList())
        {
            if (Writes && Stored?.Rulings.Contains(ruling.Id) != true)
                await handles.Index(ruling, ruling.Other, cancellationToken);
            around.Forget(ruling.Other);
            walked.Remove(ruling.Other);
            ahead.Enqueue(ruling.Other);
        }

        around.Links.UnionWith(links);
        around.Rulings.UnionWith(rulings);
    }

    // The log, too: an event is there before its customer's state is, and before what it names is written at the handles.
    private async Task LookIfKnown(Handle handle, CancellationToken cancellationToken)
    {
        var place = await Look(handle, cancellationToken);
        NoteIfCrowded(place);
        if (place.Links.All(link => link.IsClaimed))
            await read(handle);
    }

    private async Task<HandlePlace> Look(Handle at, CancellationToken cancellationToken) =>
        around.Places.TryGetValue(at, out var seen) ? seen : Take(await handles.Look(at, cancellationToken));

    private HandlePlace Take(HandlePlace place)
    {
        around.Add(place, limits);
        return place;
    }

    private bool IsShared(HandlePlace place) => Domain.Customers.People.IsShared(place.Handle, place.Links, around.Rulings, limits);

    private bool NoteIfCrowded(HandlePlace place)
    {
        var isCrowded = Claims.IsCrowded(place.Links, limits);
        if (isCrowded)
            around.Shared.Add(place.Handle);
        return isCrowded;
    }

    private void Enqueue(IEnumerable<Handle> found)
    {
        foreach (var handle in found)
            ahead.Enqueue(handle);
    }
}
