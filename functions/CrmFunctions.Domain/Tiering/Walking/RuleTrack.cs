using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering.Measuring;

namespace CrmFunctions.Domain.Tiering.Walking;

/// <summary>What the rules of a standard say at an instant.</summary>
/// <param name="Is">The tier that a rule names; -1: none does.</param>
/// <param name="AtLeast">The lowest tier allowed.</param>
/// <param name="AtMost">The highest tier allowed.</param>
/// <param name="Matched">A bit for each rule that concerns the customer.</param>
internal readonly record struct RuleConstraint(int Is, int AtLeast, int AtMost, ulong Matched)
{
    /// <summary>No rule says anything.</summary>
    public static RuleConstraint Silent { get; } = new(-1, int.MaxValue, 0, 0);

    /// <summary>The tier where the score or the matrix says another.</summary>
    public int Applied(int tier) => Is >= 0 ? Is : Math.Max(AtMost, Math.Min(AtLeast, tier));
}

/// <summary>The rules of a standard, looked at while time goes forward.</summary>
/// <remarks>Source: Tiering/Rules.md.</remarks>
internal sealed class RuleTrack
{
    private readonly Standard standard;
    private readonly TagTrack tags;
    private readonly Dictionary<InRange, Gauge> gauges = [];
    private readonly Dictionary<string, AttributeGauge> texts = new(StringComparer.Ordinal);

    public RuleTrack(Subject customer, TagTrack tags)
    {
        (standard, this.tags) = (customer.Standard, tags);
        foreach (var rule in standard.Rules)
            Prepare(rule.When, customer);
    }

    /// <summary>The first instant after the last move at which a rule may say something else, fading and tags left aside.</summary>
    public long Next { get; private set; } = long.MinValue;

    /// <summary>A value that a rule looks at runs down by itself.</summary>
    public bool Fades { get; private set; }

    public void Move(long now)
    {
        (Next, Fades) = (Gauge.Never, false);
        foreach (var gauge in gauges.Values.Concat(texts.Values))
        {
            if (gauge.Next <= now)
                gauge.Move(now);
            Next = Math.Min(Next, gauge.Next);
            Fades |= gauge.Fades;
        }
    }

    public RuleConstraint At(long now)
    {
        var ruling = RuleConstraint.Silent;
        for (var i = 0; i < standard.Rules.Length; i++)
        {
            var rule = standard.Rules[i];
            if (!Holds(rule.When, now, ruling.Matched))
                continue;
            ruling = ruling with { Matched = ruling.Matched | (1UL << i) };
            ruling = rule.Effect switch
            {
                RuleEffect.Is when ruling.Is < 0 => ruling with { Is = rule.Tier },
                RuleEffect.AtLeast => ruling with { AtLeast = Math.Min(ruling.AtLeast, rule.Tier) },
                RuleEffect.AtMost => ruling with { AtMost = Math.Max(ruling.AtMost, rule.Tier) },
                _ => ruling,
            };
        }

        return ruling;
    }

    /// <summary>Where every value that fades stands among its rule's ends: equal as long as no rule says anything else.</summary>
    public long Positions(long now)
    {
        var positions = 0L;
        foreach (var (range, gauge) in gauges)
        {
            if (gauge.Fades)
                positions = (positions * 3) + (gauge.At(now) is { State: ReadingState.Known } reading ? Position(range, reading.Value) : 0);
        }

        return positions;
    }

    /// <summary>
    /// The values that are not known and that rules look at whose word reaches the tier: by an effect, or by a tag that a rule looks at.
    /// </summary>
    public IEnumerable<string> Missing(long now)
    {
        var tagsLookedAt = standard
            .Rules.SelectMany(rule => Looked(rule.When))
            .OfType<HasTag>()
            .Select(has => has.Tag)
            .ToHashSet(StringComparer.Ordinal);
        var heard = standard.Rules.Where(rule => rule.Effect is not null || (rule.Tag is { } tag && tagsLookedAt.Contains(tag)));
        foreach (var what in heard.SelectMany(rule => Looked(rule.When)).Distinct())
        {
            var unknown = what switch
            {
                InRange range => gauges[range].At(now).State == ReadingState.Unknown,
                HasText text => texts[text.Attribute].Text is null,
                _ => false,
            };
            if (unknown)
                yield return what is HasText named ? named.Attribute : NameOf(((InRange)what).What);
        }
    }

    /// <summary>The events behind what a rule looks at.</summary>
    public IEnumerable<string> Events(Rule rule) =>
        Looked(rule.When)
            .SelectMany(what =>
                what switch
                {
                    InRange range => gauges[range].Events(),
                    HasText text => texts[text.Attribute].Events(),
                    _ => [],
                }
            )
            .Distinct();

    private static string NameOf(Quantity what) =>
        what.Attribute ?? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(what.Measure.ToString());

    private static IEnumerable<Condition> Looked(Condition condition) =>
        condition switch
        {
            AllOf all => all.Conditions.SelectMany(Looked),
            AnyOf any => any.Conditions.SelectMany(Looked),
            Negation not => Looked(not.Condition),
            _ => [condition],
        };

    private void Prepare(Condition condition, Subject customer)
    {
        foreach (var what in Looked(condition))
        {
            if (what is InRange range)
                gauges.TryAdd(range, Gauge.Of(range.What, DaySteps.At(new[] { range.AtLeast, range.Below }.OfType<decimal>()), customer));
            if (what is HasText text)
                texts.TryAdd(text.Attribute, new AttributeGauge(customer.Facts.Attributes, text.Attribute));
        }
    }

    private bool Holds(Condition condition, long now, ulong matched) =>
        condition switch
        {
            HasTag tag => tags.Has(tag.Tag) || Given(tag.Tag, matched),
            InRange range => gauges[range].At(now) is { State: ReadingState.Known } reading && Position(range, reading.Value) == 1,
            HasText text => texts[text.Attribute].Text is { } said && text.Texts.Contains(said, StringComparer.OrdinalIgnoreCase),
            AllOf all => all.Conditions.All(each => Holds(each, now, matched)),
            AnyOf any => any.Conditions.Any(each => Holds(each, now, matched)),
            Negation not => !Holds(not.Condition, now, matched),
            _ => throw new InvalidOperationException($"No rule holds {condition.GetType().Name}."),
        };

    private bool Given(string tag, ulong matched)
    {
        for (var i = 0; i < standard.Rules.Length; i++)
        {
            if ((matched & (1UL << i)) != 0 && standard.Rules[i].Tag == tag)
                return true;
        }

        return false;
    }

    // Below the range, in it, above it.
    private static int Position(InRange range, decimal value) =>
        value < range.AtLeast ? 0
        : value >= range.Below ? 2
        : 1;
}
