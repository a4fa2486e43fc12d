using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Domain.Customers;

/// <summary>Whom claims belong to: sets of identifiers for which no source vouches.</summary>
/// <remarks>Source: Customers/People.md, section 5.</remarks>
public sealed class Claims
{
    private readonly HashSet<Handle> known;
    private readonly HashSet<Handle> shared;
    private readonly HashSet<Handle> crowded;

    /// <summary>The claims among links.</summary>
    /// <param name="anchors">The handles under which events are filed.</param>
    /// <param name="links">All links, of claims and others.</param>
    /// <param name="rulings">All that people decided.</param>
    /// <param name="limits">When a handle is shared, and when it is claimed too often.</param>
    /// <param name="claimedOnly">Those of the anchors under which no event is filed that its source vouches for. Null: none.</param>
    public Claims(
        IEnumerable<Handle> anchors,
        IReadOnlyCollection<Link> links,
        IReadOnlyCollection<Ruling> rulings,
        SharingLimits limits,
        IReadOnlySet<Handle>? claimedOnly
    )
    {
        var linksOf = links.ToLookup(link => link.Named);
        known =
        [
            .. anchors.Where(anchor => !anchor.IsClaim && claimedOnly?.Contains(anchor) != true),
            .. links.Where(link => !link.IsClaimed).SelectMany(link => new[] { link.Anchor, link.Named }),
        ];
        shared =
        [
            .. linksOf
                .Select(group => group.Key)
                .Concat(rulings.Where(ruling => ruling.IsAboutOne).Select(ruling => ruling.One))
                .Distinct()
                .Where(handle => People.IsShared(handle, linksOf[handle], rulings, limits)),
        ];
        crowded = [.. linksOf.Where(group => IsCrowded(group, limits)).Select(group => group.Key)];
    }

    /// <summary>Whether a handle is named in an event whose source vouches for it.</summary>
    public bool IsKnown(Handle handle) => known.Contains(handle);

    /// <summary>Whether a handle stands for several people.</summary>
    public bool IsShared(Handle handle) => shared.Contains(handle);

    /// <summary>
    /// The handle whose person a claim belongs to: the strongest of its handles that is known, or the strongest where none is. Null: it
    /// stands alone, for all of them are shared or claimed too often.
    /// </summary>
    /// <param name="claimed">The handles that were claimed together.</param>
    public Handle? TargetOf(IEnumerable<Handle> claimed) =>
        claimed
            .Where(handle => !shared.Contains(handle) && !crowded.Contains(handle))
            .OrderBy(handle => known.Contains(handle) ? 0 : 1)
            .ThenBy(handle => handle)
            .Cast<Handle?>()
            .FirstOrDefault();

    /// <summary>Whether a handle was claimed in too many sets to say whose they are.</summary>
    /// <param name="links">All links that name it.</param>
    /// <param name="limits">The limits.</param>
    public static bool IsCrowded(IEnumerable<Link> links, SharingLimits limits) =>
        links.Where(link => link.IsClaimed).Select(link => link.Anchor).Distinct().Skip(limits.Claims).Any();
}
