using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;

namespace CrmFunctions.Customers.People;

/// <summary>What was gathered.</summary>
/// <param name="Before">The customer as stored under its name. Null: there is none yet, or the handle is nobody's.</param>
/// <param name="Customer">The customer as it is now known who it is.</param>
/// <param name="Readings">The log of each of its handles.</param>
/// <param name="Around">What was seen on the way to finding out who it is; empty where there was no need to.</param>
public sealed record GatheredCustomer(
    StoredCustomer? Before,
    StoredCustomer Customer,
    Dictionary<Handle, LogReading> Readings,
    IdentityNeighbourhood Around
)
{
    /// <summary>Events of all its handles, in any order, some perhaps twice.</summary>
    public IEnumerable<CustomerEvent> Events => Readings.Values.SelectMany(reading => reading.Events);

    /// <summary>The storage's time of the last row read.</summary>
    public DateTimeOffset? Through =>
        Readings
            .Values.Select(reading => reading.Through)
            .Where(through => through > DateTimeOffset.MinValue)
            .Cast<DateTimeOffset?>()
            .Max();

    /// <summary>Handles under which there are events that an erasure should have met.</summary>
    public IEnumerable<Handle> Late => Readings.Where(pair => pair.Value.IsLate).Select(pair => pair.Key);

    /// <inheritdoc cref="IdentityNeighbourhood.Moves"/>
    public IEnumerable<HandlePlace> Moves => Around.Moves;

    /// <summary>Whether there was no customer of this name.</summary>
    public bool IsNew => Around.Self is { } self && Around.Places[self.Name].State is not { Kind: CustomerRow.Customer };

    /// <summary>Whether another process may work on the same handles at the same time: what was written is then read again.</summary>
    public bool IsAmongOthers => Around.Shared.Count > 0 || Around.Rulings.Count > 0 || Around.Self?.Anchors.Count > 1;
}

/// <summary>The part of everybody's handles that lies around one.</summary>
public sealed record IdentityNeighbourhood
{
    /// <summary>The places looked at.</summary>
    public Dictionary<Handle, HandlePlace> Places { get; } = [];

    /// <summary>All links of them.</summary>
    public HashSet<Link> Links { get; } = [];

    /// <summary>All rulings about them.</summary>
    public HashSet<Ruling> Rulings { get; } = [];

    /// <summary>Those of them that are shared, or claimed too often: nobody is looked for beyond.</summary>
    public HashSet<Handle> Shared { get; } = [];

    /// <summary>Handles whose customers are to be told to find out anew who they are.</summary>
    public HashSet<Handle> Concerned { get; } = [];

    /// <summary>
    /// What is not on the list for review yet: shared handles, and claims about several customers. It comes to be when all concerned were
    /// told.
    /// </summary>
    public List<HandlePlace> ToBeListed { get; } = [];

    /// <summary>Whose handle it is. Null: nobody's.</summary>
    public Person? Self { get; init; }

    /// <summary>Rows of the customer's handles that must become signs to its name.</summary>
    public IEnumerable<HandlePlace> Moves =>
        Self is not { } self
            ? []
            : self
                .Anchors.Where(anchor => anchor != self.Name)
                .Select(anchor => Places[anchor])
                .Where(place => place.State is not { Kind: CustomerRow.Moved } sign || sign.MovedTo != self.Name.Key);

    /// <summary>Takes in what stands at a place; of more claims than the limit only so many as show that there are.</summary>
    public void Add(HandlePlace place, SharingLimits limits)
    {
        Places[place.Handle] = place;
        Links.UnionWith(place.Links.Where(link => !link.IsClaimed));
        Links.UnionWith(place.Links.Where(link => link.IsClaimed).Take(limits.Claims + 1));
        Rulings.UnionWith(place.Rulings);
    }

    /// <summary>Has a place looked at once more.</summary>
    public void Forget(Handle handle) => Places.Remove(handle);
}
