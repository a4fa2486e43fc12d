using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Domain.Customers;

/// <summary>Who is one person: a pure function of everything the log says, in any order.</summary>
/// <remarks>Source: Customers/People.md, sections 2 to 5, where each rule has its worked example.</remarks>
public static class People
{
    /// <summary>The persons among handles.</summary>
    /// <param name="anchors">The handles under which events are filed.</param>
    /// <param name="links">All links of these handles and of those they lead to; shared handles need not be followed.</param>
    /// <param name="rulings">All that people decided about them.</param>
    /// <param name="limits">When a handle is shared.</param>
    /// <param name="claimedOnly">Those of the anchors under which no event is filed that its source vouches for. Null: none.</param>
    /// <returns>Each person once, by name. Handles that are shared and under which nothing is filed are nobody.</returns>
    public static IReadOnlyList<Person> Of(
        IEnumerable<Handle> anchors,
        IReadOnlyCollection<Link> links,
        IReadOnlyCollection<Ruling> rulings,
        SharingLimits limits,
        IReadOnlySet<Handle>? claimedOnly = null
    )
    {
        var filed = anchors.Concat(links.Select(link => link.Anchor)).ToHashSet();
        var linksBy = links.ToLookup(link => link.Anchor);
        var claims = new Claims(filed, links, rulings, limits, claimedOnly);
        var standing = rulings
            .Where(ruling => !ruling.IsAboutOne)
            .GroupBy(ruling => (ruling.One, ruling.Other))
            .Select(group => group.Max(Ruling.ByTime)!)
            .ToList();

        var sets = new DisjointSets(standing.Where(ruling => ruling.Kind == RulingKind.Different));
        foreach (var handle in filed)
            sets.Add(handle);
        foreach (var ruling in standing.Where(ruling => ruling.Kind == RulingKind.Same).Order(Ruling.ByTime))
            sets.Join(ruling.One, ruling.Other);

        // The stronger evidence first: where people were told apart, it is the weaker link that breaks.
        foreach (
            var (named, anchor) in links
                .Where(link => !link.IsClaimed && !claims.IsShared(link.Named) && !claims.IsShared(link.Anchor))
                .Select(link => (link.Named, link.Anchor))
                .Distinct()
                .OrderBy(pair => pair.Named.Rank)
                .ThenBy(pair => pair.Anchor)
                .ThenBy(pair => pair.Named)
        )
        {
            sets.Join(anchor, named);
        }

        // What was claimed comes last, and joins no two of whom anything is known.
        foreach (
            var (claim, target) in filed
                .Where(handle => handle.IsClaim)
                .Select(claim => (claim, Target: claims.TargetOf(linksBy[claim].Select(link => link.Named))))
                .Where(pair => pair.Target is not null)
                .OrderBy(pair => pair.Target)
                .ThenBy(pair => pair.claim)
        )
        {
            sets.JoinUnless(claims.IsKnown, claim, target!.Value);
        }

        return [.. sets.All.Where(set => set.Any(filed.Contains)).Select(PersonOf).OrderBy(person => person.Name)];

        Person PersonOf(IReadOnlyCollection<Handle> set)
        {
            var own = set.Where(filed.Contains).ToHashSet();
            return new Person(
                own.Min(),
                own,
                set.Where(handle => !own.Contains(handle)).ToHashSet(),
                own.SelectMany(anchor => linksBy[anchor]).Select(link => link.Named).Where(named => !set.Contains(named)).ToHashSet()
            );
        }
    }

    /// <summary>Whether a handle stands for several people, and so links nobody.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="links">All links that name it. What was only claimed does not count.</param>
    /// <param name="rulings">All that people decided about it; others may be among them.</param>
    /// <param name="limits">The limits.</param>
    public static bool IsShared(Handle handle, IEnumerable<Link> links, IEnumerable<Ruling> rulings, SharingLimits limits)
    {
        if (rulings.Where(ruling => ruling.IsAboutOne && ruling.One == handle).Max(Ruling.ByTime) is { } ruling)
            return ruling.Kind == RulingKind.Shared;
        if (handle.Kind is not ("email" or "phone"))
            return false;
        var beside = links
            .Where(link => !link.IsClaimed)
            .Select(link => (link.Anchor, link.Within))
            .Distinct()
            .ToLookup(link => link.Anchor.Kind is not ("email" or "phone"));
        var ofOneSource = handle.Kind == "phone" ? limits.PhoneIds : limits.EmailIds;
        return beside[true].Where(link => link.Within.Length > 0).GroupBy(link => link.Within).Any(group => group.Count() > ofOneSource)
            || beside[true].Count() > limits.Ids
            || beside[false].Count() > limits.Contacts;
    }
}

/// <summary>That an event filed under one handle names another.</summary>
/// <param name="Anchor">The handle the event is filed under.</param>
/// <param name="Named">Another that it carries.</param>
/// <param name="Within">What tells anchors apart: the source of a shop id, <c>*</c> for a unionid, and nothing for others.</param>
public readonly record struct Link(Handle Anchor, Handle Named, string Within)
{
    /// <summary>Whether it was only claimed: then it joins nobody who is known.</summary>
    public bool IsClaimed => Anchor.IsClaim;

    /// <summary>The links of an event.</summary>
    public static IEnumerable<Link> Of(Events.CustomerEvent happened) =>
        Handle.Filed(happened.Customer, happened.Source) is { } anchor
            ? Handle
                .All(happened.Customer, happened.Source)
                .Where(named => named != anchor)
                .Select(named => new Link(anchor, named, Apart(anchor, happened.Source)))
            : [];

    private static string Apart(Handle anchor, string source) =>
        anchor.Kind switch
        {
            "id" => source,
            "unionid" => "*",
            _ => "",
        };
}

/// <summary>What a person of ours can decide about who is who.</summary>
public enum RulingKind
{
    /// <summary>Two handles are one person.</summary>
    Same,

    /// <summary>Two handles are two people.</summary>
    Different,

    /// <summary>A handle is one person's, however many ids it was named beside.</summary>
    Personal,

    /// <summary>A handle is several people's, however few ids it was named beside.</summary>
    Shared,
}

/// <summary>A decision of ours about who is who. The last one about the same handles holds.</summary>
/// <param name="Id">Its key in the log. Breaks ties of time.</param>
/// <param name="Kind">What was decided.</param>
/// <param name="One">The stronger of the two handles, or the one it is about.</param>
/// <param name="Other">The weaker of the two handles, or the one it is about again.</param>
/// <param name="At">When. UTC.</param>
public sealed record Ruling(string Id, RulingKind Kind, Handle One, Handle Other, DateTimeOffset At)
{
    /// <summary>Orders rulings: the last one holds.</summary>
    public static IComparer<Ruling> ByTime { get; } =
        Comparer<Ruling>.Create(
            static (one, other) => one.At != other.At ? one.At.CompareTo(other.At) : string.CompareOrdinal(one.Id, other.Id)
        );

    /// <summary>It is about one handle, not about a pair.</summary>
    public bool IsAboutOne => Kind is RulingKind.Personal or RulingKind.Shared;
}

/// <summary>From when on an e-mail address or a phone number is taken for that of several people.</summary>
/// <param name="PhoneIds">Ids of one source that one phone number may have been named beside. Families share phones.</param>
/// <param name="EmailIds">Ids of one source that one e-mail address may have been named beside.</param>
/// <param name="Ids">Ids of all sources together, of either.</param>
/// <param name="Contacts">E-mail addresses that one phone number may have been named beside.</param>
/// <param name="Claims">
/// Different sets of identifiers in which any identifier may have been claimed. Claimed more often, it attaches no claim to anybody.
/// </param>
public sealed record SharingLimits(int PhoneIds = 1, int EmailIds = 3, int Ids = 8, int Contacts = 3, int Claims = 20)
{
    /// <summary>The limits where nobody has set others.</summary>
    public static SharingLimits Default { get; } = new();
}

/// <summary>One person.</summary>
/// <param name="Name">The strongest handle under which events are filed: it names the person, in any order of the events.</param>
/// <param name="Anchors">Handles under which events are filed.</param>
/// <param name="Named">Further handles that are the person's.</param>
/// <param name="Shared">
/// Handles the person's events carry that are not the person's: that link nobody, that were only claimed beside one of the person's, or
/// that belong to a person they were unmerged from.
/// </param>
public sealed record Person(Handle Name, IReadOnlySet<Handle> Anchors, IReadOnlySet<Handle> Named, IReadOnlySet<Handle> Shared);
