using System.Collections.Immutable;
using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain.Laws;

/// <summary>
/// Standards with all there is: stability, rules, matrices, classes, blends; and customers with tags, attributes and pins.
/// </summary>
internal static class AnyRich
{
    private static readonly Gen<Condition> atoms = Gen.Elements<Condition>(
        new HasTag("vip"),
        new HasTag("given"),
        new HasText("industry", ["finance", "retail"]),
        new InRange(new Quantity(Measure.Orders, TimeSpan.FromDays(90)), 2, null),
        new InRange(new Quantity(Measure.Engagement, null, TimeSpan.FromDays(10)), 0.5m, 4),
        new InRange(new Quantity(Measure.DaysSinceLastOrder), null, 45),
        new InRange(new Quantity(Measure.Complaints, TimeSpan.FromDays(60)), 1, null),
        new InRange(new Quantity(Measure.Attribute, Attribute: "size"), 10, 50)
    );

    private static readonly Gen<Condition> conditions = Gen.OneOf(
        atoms,
        atoms.Select(atom => (Condition)new Negation(atom)),
        atoms.SelectMany(_ => atoms, (one, other) => (Condition)new AllOf([one, other])),
        atoms.SelectMany(_ => atoms, (one, other) => (Condition)new AnyOf([one, other]))
    );

    private static readonly Gen<Stability> stability =
        from margin in Gen.Elements(0m, 3m, 7.5m)
        from stay in Gen.Elements(0, 10.5, 45)
        from grace in Gen.Elements(0, 0.25, 14)
        from moves in Gen.Elements<int?>(null, 2, 3)
        select new Stability(margin, TimeSpan.FromDays(stay), TimeSpan.FromDays(grace), moves);

    /// <summary>A customer, a rich standard, and an instant.</summary>
    public static Gen<Situation> Situation { get; } =
        from plain in Any.Situation
        from more in Happening().ListOf(4)
        from at in Gen.Choose(0, Any.Days * 24).ListOf(4)
        from standard in Enriched(plain.Standard)
        select plain with
        {
            History =
            [
                .. plain.History,
                .. more.Zip(at, (what, hour) => Make.Event(what, Make.Start.AddHours(hour), $"more-{hour}-{what.GetType().Name}")),
            ],
            Standard = standard,
            Calibration = plain.Calibration,
        };

    private static Gen<Happening> Happening() =>
        Gen.OneOf(
            Gen.Elements<Happening>(
                new CustomerUpdated(null, [new TagChange("vip", true, null)]),
                new CustomerUpdated(null, [new TagChange("vip", true, Make.Day(200))]),
                new CustomerUpdated(null, [new TagChange("vip", false, null)]),
                new TierUnpinned("value", "wang", null),
                Attribute("industry", "finance"),
                Attribute("size", 40)
            ),
            Gen.Elements<Happening>(
                new TierPinned("value", "A", "wang", "signed", null),
                new TierPinned("value", "B", "wang", "signed", Make.Day(150)),
                new TierPinned("other", "A", "wang", "signed", null),
                new TierPinned("value", "nowhere", "wang", "signed", null),
                new Visit(null)
            )
        );

    private static Gen<Standard> Enriched(Standard standard) =>
        from held in stability
        from rules in Rule(standard.Tiers.Length).ListOf(3)
        from ruled in Gen.Elements(true, false)
        from kind in Gen.Elements(0, 0, 0, 1, 2)
        from cells in Gen.Choose(0, standard.Tiers.Length - 1).ListOf(21 * 21)
        select Shaped(standard with { Stability = held, Rules = ruled ? [.. rules] : [] }, kind, [.. cells]);

    private static Gen<Rule> Rule(int tiers) =>
        from when in conditions
        from effect in Gen.Elements<RuleEffect?>(RuleEffect.Is, RuleEffect.AtLeast, RuleEffect.AtMost, null)
        from tier in Gen.Choose(0, tiers - 1)
        select new Rule(when, effect, tier, effect is null || tier == 0 ? "given" : null, "because");

    // 0: by score; 1: a ladder by matrix; 2: classes by matrix. A matrix needs two dimensions in bands.
    private static Standard Shaped(Standard standard, int kind, int[] cells)
    {
        var bands = standard
            .Dimensions.Select((dimension, i) => (i, Count: dimension.Rating is Bands given ? given.Cuts.Length + 1 : 0))
            .Where(axis => axis.Count > 0)
            .Take(2)
            .ToList();
        if (kind == 0 || bands is not [var rows, var columns])
            return standard;
        return standard with
        {
            Kind = kind == 1 ? StandardKind.Ladder : StandardKind.Classes,
            Rules = kind == 1 ? standard.Rules : [.. standard.Rules.Where(rule => rule.Effect is null or RuleEffect.Is)],
            Matrix = new Matrix(
                rows.i,
                columns.i,
                [.. Enumerable.Range(0, rows.Count).Select(row => cells.AsSpan(row * columns.Count, columns.Count).ToImmutableArray())]
            ),
        };
    }

    private static CustomerUpdated Attribute<T>(string name, T value) =>
        new(new Dictionary<string, JsonElement> { [name] = JsonSerializer.SerializeToElement(value) });
}
