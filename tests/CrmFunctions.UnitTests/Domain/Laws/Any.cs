using System.Globalization;
using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain.Laws;

/// <summary>A customer, a standard with its calibration, and an instant to decide at.</summary>
public sealed record Situation(IReadOnlyList<CustomerEvent> History, Standard Standard, Calibration Calibration, DateTimeOffset Now)
{
    public Decision Decide() => Make.Decision(History, Now, Standard, Calibration);

    public override string ToString() =>
        string.Join(
            "\n",
            History
                .OrderBy(e => e.OccurredAt)
                .Select(e => $"{e.OccurredAt:O} {e.Name} {e.What}")
                .Append($"now {Now:O}")
                .Concat(Standard.Dimensions.Select(d => $"{d}"))
        );
}

/// <summary>What the laws are tried on: histories with ties, repetitions and events dated ahead, standards of every kind.</summary>
internal static class Any
{
    public const int Days = 420;

    private static readonly Gen<DateTimeOffset> instant = Gen.OneOf(
        Gen.Choose(0, Days).Select(day => Make.Day(day)),
        Gen.Choose(0, Days * 86_400).Select(second => Make.Start.AddSeconds(second)),
        Gen.Choose(0, Days).SelectMany(_ => Gen.Choose(0, 86_399_999), (day, ms) => Make.Day(day).AddMilliseconds(ms))
    );

    private static readonly Gen<string> order = Gen.Elements("o1", "o2", "o3", "o4", "o5");

    // CHF has no rate.
    private static readonly Gen<Money> money =
        from minor in Gen.OneOf(Gen.Choose(0, 5_000), Gen.Choose(0, 400_000))
        from currency in Gen.Elements("CNY", "CNY", "CNY", "CNY", "EUR", "JPY", "CHF")
        select new Money(minor, currency);

    private static readonly Gen<Happening> happening = Gen.OneOf(
        order.SelectMany(_ => money, (id, amount) => (Happening)new OrderPlaced(id, amount)),
        order.SelectMany(_ => money, (id, amount) => (Happening)new OrderPaid(id, amount)),
        order.SelectMany(_ => money, (id, amount) => (Happening)new OrderPaid(id, amount)),
        from id in order
        from refund in Gen.Elements<string?>(null, "r1", "r2")
        from amount in money
        from whole in Gen.Choose(0, 4)
        select (Happening)new OrderRefunded(id, refund, whole == 0 ? null : amount),
        Gen.Frequency((1, order.Select(id => (Happening)new OrderCancelled(id))), (9, Gen.Constant((Happening)new Visit("p")))),
        Gen.Elements<Happening>(
            new Visit(null),
            new CheckoutAbandoned("c"),
            new FormSubmitted("f", Attributes),
            new Referral("x"),
            new Interaction("chat", true),
            new Interaction("phone", false),
            new FollowUpDone("li"),
            new ComplaintOpened("c1"),
            new ComplaintClosed("c1"),
            new CustomerUpdated(Attributes)
        ),
        Gen.Choose(0, 10).Select(score => (Happening)new Feedback(score, null)),
        from score in Gen.Choose(0, 10_000)
        from expires in Gen.OneOf(Gen.Constant<DateTimeOffset?>(null), instant.Select(at => (DateTimeOffset?)at))
        select (Happening)new PotentialRated(score / 100m, "wang", "met", expires)
    );

    private static Dictionary<string, JsonElement> Attributes { get; } =
        JsonDocument
            .Parse("""{"$type":"x","size":41.5,"a":1.50,"b":"é\ud83d\ude00<&","c":null,"d":true}""")
            .RootElement.EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value);

    public static Gen<CustomerEvent> Event { get; } =
        from what in happening
        from at in instant
        from source in Gen.Elements("shop", "form")
        from id in Gen.Choose(1, 60)
        from late in Gen.Choose(0, 3)
        select new CustomerEvent(source, $"{id}", at, at.AddSeconds(late), new Identifiers(Id: "42"), what);

    public static Gen<IReadOnlyList<CustomerEvent>> History { get; } =
        Gen.Choose(0, 14).SelectMany(length => Event.ListOf(length)).Select(events => (IReadOnlyList<CustomerEvent>)[.. events]);

    public static Gen<Situation> Situation { get; } =
        from history in History
        from standard in Standards()
        from cuts in Gen.Elements(0m, 3m, 40m)
        from now in instant
        select new Situation(history, standard, Calibrated(standard, cuts), now);

    /// <summary>How many cases a law is tried on: as many as usual, or as <c>CRM_LAWS</c> says (<c>scripts/campaign.sh laws</c>).</summary>
    public static int Cases(int usual) =>
        Environment.GetEnvironmentVariable("CRM_LAWS") is { Length: > 0 } said ? int.Parse(said, CultureInfo.InvariantCulture) : usual;

    /// <summary>Tries a law on so many cases; the case that breaks it is in the failure.</summary>
    public static void Always<T>(Gen<T> gen, int cases, Action<T> law) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(cases).WithQuietOnSuccess(true), Prop.ForAll(gen.ToArbitrary(), law));

    private static Gen<Dimension> Dimensions() =>
        from measure in Gen.Elements(Enum.GetValues<Measure>())
        from window in Gen.Elements<double?>(null, null, 30, 365, 7.5)
        from halfLife in Gen.Elements(0.25, 10, 30, 400)
        from lower in Gen.Elements(true, false)
        from unknown in Gen.Elements(WhenUnknown.Zero, WhenUnknown.Neutral)
        from cap in Gen.Elements(1m, 1m, 0.6m)
        from rule in Gen.Elements<PointsRule>(
            new Bands([30, 60, 120.5m, 240]),
            new Bands([1, 2, 4, 7]),
            new Bands([0, 50, 200, 800, 3000]),
            new LinearScale(0, 20),
            new LinearScale(10.5m, 100.5m),
            new LinearScale(0, 400),
            new LogScale(1, 500),
            new LogScale(0.25m, 3),
            new PercentileBands([20, 40, 60, 80])
        )
        let better = !measure.Fades() && (measure is Measure.DaysSinceLastOrder or Measure.Complaints || lower)
        select Make.Dimension(measure, 1, rule, better, window, halfLife, unknown) with
        {
            Cap = cap,
        };

    private static Gen<Standard> Standards() => Gen.OneOf(Gen.Constant(Make.Standard()), Random());

    private static Gen<Standard> Random() =>
        from count in Gen.Choose(1, 6)
        from dimensions in Dimensions().ListOf(count)
        from cuts in Gen.Choose(1, 999).ListOf(3)
        from revisit in Gen.Elements<double?>(null, 1, 30, 45.5)
        select Make.Standard(
            [.. Weighted([.. dimensions])],
            Make.Tiers(cuts.Select(cut => cut / 10m).Append(0m).Distinct().OrderDescending(), revisit)
        );

    private static IEnumerable<Dimension> Weighted(IReadOnlyList<Dimension> dimensions)
    {
        var share = Math.Floor(1_000_000m / dimensions.Count) / 10_000m;
        return dimensions.Select(
            (dimension, i) =>
                dimension with
                {
                    Name = $"{dimension.Name}{i}",
                    Weight = i == 0 ? 100 - (share * (dimensions.Count - 1)) : share,
                    Cap = Math.Round(dimension.Cap * (i == 0 ? 100 - (share * (dimensions.Count - 1)) : share), 4),
                }
        );
    }

    private static Calibration Calibrated(Standard standard, decimal step) =>
        Make.Calibration(standard.Dimensions, 0, step, step * 2, step * 3);
}
