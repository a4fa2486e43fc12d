using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;

namespace CrmFunctions.Customers;

/// <summary>A customer as stored: which handles it has, what is known of it, and what was last decided.</summary>
/// <param name="Id">The strongest of its handles under which events are filed.</param>
/// <param name="Handles">Its handles, and whether events are filed under each.</param>
/// <param name="Links">
/// What the events filed under each name beside it, as they were last seen. Those not among the handles link nobody.
/// </param>
/// <param name="Rulings">Ids of the rulings around its handles that were last seen, in order.</param>
/// <param name="Snapshot">Its events as of the last recalculation that kept them.</param>
/// <param name="Decided">What was last decided. Null: nothing yet.</param>
/// <param name="ReviewWaits">The instant of the row that waits in the review index. Null: none does.</param>
/// <param name="Owed">Names of the obligations that were passed on: to the index, or as messages to the customer.</param>
/// <param name="Outbox">Changes decided that may not have been told yet.</param>
/// <param name="Service">What was announced, who owns it, and what is on the list.</param>
/// <param name="Read">The version read. Null: the customer is new.</param>
public sealed record StoredCustomer(
    Handle Id,
    ImmutableSortedDictionary<string, bool> Handles,
    ImmutableSortedDictionary<string, ImmutableArray<string>> Links,
    ImmutableArray<string> Rulings,
    Snapshot Snapshot,
    Decided? Decided,
    DateTimeOffset? ReviewWaits,
    ImmutableArray<string> Owed,
    ImmutableArray<TierChange> Outbox,
    ServiceState Service,
    ETag? Read
)
{
    /// <summary>The instant as of which it was last decided. UTC. Null: nothing was, or by a version that did not note it.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    private static readonly ImmutableSortedDictionary<string, bool> none = ImmutableSortedDictionary<string, bool>.Empty.WithComparers(
        StringComparer.Ordinal
    );

    /// <summary>A customer nothing is known of but a handle.</summary>
    public static StoredCustomer New(Handle id, ETag? read = null, Decided? decided = null) =>
        new(
            id,
            none.Add(id.Key, true),
            ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.WithComparers(StringComparer.Ordinal),
            [],
            Snapshot.Empty,
            decided,
            null,
            [],
            [],
            ServiceState.Empty,
            read
        );

    /// <summary>The handles under which events are filed.</summary>
    public IEnumerable<Handle> Filed => Handles.Where(pair => pair.Value).Select(pair => Handle.FromKey(pair.Key)!.Value);

    /// <summary>Handles its events carry that link nobody: shared ones, and those of a customer who was unmerged.</summary>
    public IEnumerable<Handle> Shared => NotOwn(isClaimed: false);

    /// <summary>Handles that were claimed beside one of the customer's, and are not the customer's for that.</summary>
    public IEnumerable<Handle> Claimed => NotOwn(isClaimed: true);

    private IEnumerable<Handle> NotOwn(bool isClaimed) =>
        Links
            .Where(pair => Handle.FromKey(pair.Key)!.Value.IsClaim == isClaimed)
            .SelectMany(pair => pair.Value)
            .Distinct()
            .Where(key => !Handles.ContainsKey(key))
            .Select(key => Handle.FromKey(key)!.Value);

    /// <summary>Whether a link is one that was seen.</summary>
    public bool Knows(Link link) => Links.TryGetValue(link.Anchor.Key, out var named) && named.Contains(link.Named.Key);

    /// <summary>The customer as it is now known who it is.</summary>
    public StoredCustomer Being(Person person, IEnumerable<Link> links, IEnumerable<Ruling> rulings) =>
        this with
        {
            Handles = none.AddRange(
                person
                    .Anchors.Select(handle => KeyValuePair.Create(handle.Key, true))
                    .Concat(person.Named.Select(handle => KeyValuePair.Create(handle.Key, false)))
            ),
            Links = links
                .Where(link => person.Anchors.Contains(link.Anchor))
                .GroupBy(link => link.Anchor.Key, link => link.Named.Key)
                .ToImmutableSortedDictionary(
                    group => group.Key,
                    group => group.Distinct().Order(StringComparer.Ordinal).ToImmutableArray(),
                    StringComparer.Ordinal
                ),
            Rulings = [.. rulings.Select(ruling => ruling.Id).Distinct().Order(StringComparer.Ordinal)],
        };

    /// <summary>Whether two are the same person, as far as it is known who they are.</summary>
    public bool IsSamePerson(StoredCustomer other) =>
        Id == other.Id
        && Handles.SequenceEqual(other.Handles)
        && Rulings.SequenceEqual(other.Rulings)
        && Links.Keys.SequenceEqual(other.Links.Keys)
        && Links.Values.Zip(other.Links.Values).All(pair => pair.First.SequenceEqual(pair.Second));
}

/// <summary>Events kept with the state, so that a review reads no log and a long log is read from here on.</summary>
/// <param name="Events">In the order of folding.</param>
/// <param name="Through">The storage's time of the last row of the log among them; null: none was read.</param>
/// <param name="Rows">Rows of their own that hold them; 0: they stand in the state row.</param>
/// <param name="Handles">
/// Keys of the handles whose part of the log is in it. Others the customer has come by since: a joined one, or one under which nothing was
/// filed.
/// </param>
public sealed record Snapshot(IReadOnlyList<CustomerEvent> Events, DateTimeOffset? Through, int Rows, ImmutableHashSet<string> Handles)
{
    /// <summary>None.</summary>
    public static Snapshot Empty { get; } = new([], null, 0, []);

    /// <summary>Whether all of a customer's handles are in it.</summary>
    public bool Covers(StoredCustomer customer) => customer.Filed.All(handle => Handles.Contains(handle.Key));
}

/// <summary>What was last decided of a customer.</summary>
/// <param name="Tier">The tier's name.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Score">The score.</param>
/// <param name="Standard">Scheme and version that decided.</param>
/// <param name="NextReview">When silence alone changes it.</param>
/// <param name="Events">Events known.</param>
/// <param name="Orders">Orders that count.</param>
/// <param name="LastOrderAt">The last of them.</param>
/// <param name="ChurnWarningFrom">When silence makes the customer one about to be lost. Null: there is no order.</param>
/// <param name="Others">Tiers of the other schemes in force: JSON list of <see cref="OtherTier"/>, in their order.</param>
/// <param name="Tags">Tags: JSON list, in ordinal order.</param>
/// <param name="Digest">Equal for equal histories and decisions.</param>
/// <param name="Quality">What is wrong with what is known.</param>
public sealed record Decided(
    string Tier,
    Stage Stage,
    decimal Score,
    string Standard,
    DateTimeOffset? NextReview,
    int Events,
    int Orders,
    DateTimeOffset? LastOrderAt,
    DateTimeOffset? ChurnWarningFrom,
    string Others,
    string Tags,
    string Digest,
    string Quality
)
{
    /// <summary>A decision as it is kept.</summary>
    public static Decided Of(DecisionSet all, string history, string quality)
    {
        var (facts, decision) = (all.Facts, all.Primary);
        var others = all
            .Decisions.Skip(1)
            .Select(other => new OtherTier(other.By.Scheme, other.Tier.Name, other.Score, other.Standard))
            .ToArray();
        return new Decided(
            decision.Tier.Name,
            decision.Stage,
            decision.Score,
            decision.Standard,
            all.NextReview,
            facts.Events,
            facts.Orders.Length,
            facts.Orders is [.., var last] ? last.At : null,
            facts.Orders.IsEmpty ? null : decision.Stages.ChurnWarningFrom,
            JsonSerializer.Serialize(others, DecidedJson.Default.OtherTierArray),
            JsonSerializer.Serialize([.. all.Tags], DecidedJson.Default.StringArray),
            DigestOf(all, history),
            quality
        );
    }

    /// <summary>Tiers of the other schemes in force.</summary>
    public IReadOnlyList<OtherTier> ReadOthers() => JsonSerializer.Deserialize(Others, DecidedJson.Default.OtherTierArray)!;

    /// <summary>The tags.</summary>
    public IReadOnlyList<string> ReadTags() => JsonSerializer.Deserialize(Tags, DecidedJson.Default.StringArray)!;

    // What is owed, and when it is looked at next, are part of the decision; when it was made is not.
    private static string DigestOf(DecisionSet all, string history) =>
        Base32.Hash(
            string.Join(
                '\n',
                [
                    history,
                    .. all.Decisions.SelectMany(decision =>
                        new[] { decision.Standard, decision.Tier.Name, decision.Score.ToString("0.0000", CultureInfo.InvariantCulture) }
                    ),
                    all.Primary.Stage.Code(),
                    $"{all.NextReview:O}",
                    .. all.Primary.Obligations.Select(obligation => obligation.Name),
                    .. all.Tags.Select(tag => $"tag:{tag}"),
                ]
            ),
            51
        );
}

/// <summary>A change of tier or stage.</summary>
/// <param name="At">When it was decided.</param>
/// <param name="FromTier">Null: the first decision.</param>
/// <param name="ToTier">The tier since.</param>
/// <param name="FromStage">Null: the first decision.</param>
/// <param name="ToStage">The stage since.</param>
/// <param name="Scheme">The scheme; null: the primary one.</param>
public sealed record TierChange(
    DateTimeOffset At,
    string? FromTier,
    string ToTier,
    string? FromStage,
    string ToStage,
    string? Scheme = null
);

/// <summary>The tier in a scheme that is not the primary one.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Tier">The tier's name.</param>
/// <param name="Score">The score.</param>
/// <param name="Standard">Scheme and version that decided.</param>
public sealed record OtherTier(string Scheme, string Tier, decimal Score, string Standard);

/// <summary>JSON inside what was decided.</summary>
[JsonSerializable(typeof(OtherTier[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class DecidedJson : JsonSerializerContext;
