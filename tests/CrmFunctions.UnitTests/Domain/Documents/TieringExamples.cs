using System.Collections.Immutable;
using System.Globalization;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.Tiering.Explaining;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain.Documents;

public sealed class TieringExamples
{
    private const string Engaged = "Customers/Engagement.md";
    private const string Scored = "Tiering/Scorecard.md";

    public static TheoryData<Row> Values => RuleDocument.Theory("Tiering/Measures.md", "Examples");

    public static TheoryData<Row> Decayed => RuleDocument.Theory(Engaged, "Decay, by example");

    public static TheoryData<Row> Banded => RuleDocument.Theory(Scored, "Bands, by example");

    public static TheoryData<Row> Scaled => RuleDocument.Theory(Scored, "Scales, by example");

    public static TheoryData<Row> Unknowns => RuleDocument.Theory(Scored, "Unknown, by example");

    public static TheoryData<Row> Tiered => RuleDocument.Theory(Scored, "Tiers, by example");

    public static TheoryData<Row> Reviewed => RuleDocument.Theory("Tiering/NextReview.md", "Examples");

    [Theory]
    [MemberData(nameof(Values))]
    public void Measures_are_as_the_document_says(Row row)
    {
        double? window = row["window"].Length == 0 ? null : double.Parse(row["window"], CultureInfo.InvariantCulture);
        var dimension = Make.Dimension(Enum.Parse<Measure>(row["measure"], ignoreCase: true), windowDays: window);
        Assert.Equal(row["value"], Written(Term(row["what happened"], row["at"], dimension)));
    }

    [Fact]
    public void Points_of_engagement_are_as_the_document_says()
    {
        var what = Samples.All.ToDictionary(sample => sample.Type, sample => sample.What);
        var rows = RuleDocument.Rows(Engaged, "1. Points");
        Assert.Equal(what.Keys.Order(), rows.Select(row => row["event"]).Order());
        Assert.All(
            rows,
            row => Assert.Equal(double.Parse(row["points"], CultureInfo.InvariantCulture), Engagement.Points(what[row["event"]]))
        );
    }

    [Theory]
    [MemberData(nameof(Decayed))]
    public void Engagement_fades_as_the_document_says(Row row)
    {
        var halfLife = double.Parse(row["half-life in days"], CultureInfo.InvariantCulture);
        Assert.Equal(
            row["engagement"],
            Written(Term(row["what happened"], row["at"], Make.Dimension(Measure.Engagement, halfLifeDays: halfLife)))
        );

        var touches = Facts.From(Story.Read(row["what happened"]), Story.When(row["at"])).Touches;
        var defined = Engagement.At(touches.AsSpan(), TimeSpan.FromDays(halfLife), Story.When(row["at"]));
        Assert.Equal(row["engagement"], Math.Round(defined, 4).ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [MemberData(nameof(Banded))]
    public void Bands_earn_what_the_document_says(Row row)
    {
        var cuts = row["cuts"].Replace("percentiles", "", StringComparison.Ordinal).Split(',').Select(Decimal).ToImmutableArray();
        PointsRule rule = row["cuts"].StartsWith("percentiles", StringComparison.Ordinal)
            ? new PercentileBands([.. cuts.Select((_, i) => i + 1m)])
            : new Bands(cuts);
        var dimension = Make.Dimension(weight: Decimal(row["weight"]), rating: rule, lowerIsBetter: row["better"] == "lower");
        var calibration = Make.Calibration([dimension], [.. cuts]);

        var term = Term($"0 rated {row["value"]}", "1", dimension, calibration);
        Assert.Equal((Decimal(row["band"]), Decimal(row["points"])), (term.Band!.Value, term.Points));
    }

    [Theory]
    [MemberData(nameof(Scaled))]
    public void Scales_earn_what_the_document_says(Row row)
    {
        var scale = new LinearScale(Decimal(row["from"]), Decimal(row["to"]));
        var term = Term(
            $"0 rated {row["value"]}",
            "1",
            Make.Dimension(weight: Decimal(row["weight"]), rating: scale, lowerIsBetter: row["better"] == "lower")
        );
        Assert.Equal((null, Decimal(row["points"])), (term.Band, term.Points));
    }

    [Theory]
    [MemberData(nameof(Unknowns))]
    public void Unknown_is_not_zero(Row row)
    {
        var dimension = Make.Dimension(
            Enum.Parse<Measure>(row["measure"], ignoreCase: true),
            whenUnknown: Enum.Parse<WhenUnknown>(row["when unknown"], ignoreCase: true),
            lowerIsBetter: row["measure"] == "daysSinceLastOrder"
        );
        var receipt = Make.Decision(Story.Read(row["what happened"]), Make.Day(1), Make.Standard([dimension])).Receipt;
        Assert.Equal(
            (row["value"], row["missing"], Decimal(row["points"])),
            (Written(receipt.Terms[0]), receipt.Missing.Length > 0 ? "yes" : "no", receipt.Terms[0].Points)
        );
    }

    [Theory]
    [MemberData(nameof(Tiered))]
    public void Tiers_begin_where_the_document_says(Row row)
    {
        var decision = Make.Decision(Story.Read($"0 rated {row["score"]}"), Make.Day(1), Make.Standard([Make.Dimension()]));
        Assert.Equal(
            (Decimal(row["score"]), row["tier"], row["next tier with"]),
            (
                decision.Score,
                decision.Tier.Name,
                string.Concat(decision.Receipt.Up.Select(change => change.To.ToString("0.##", CultureInfo.InvariantCulture)))
            )
        );
    }

    [Theory]
    [MemberData(nameof(Reviewed))]
    public void The_next_review_is_when_the_document_says(Row row)
    {
        var decision = Make.Decision(Story.Read(row["what happened"]), Story.When(row["now"]));
        var drop = decision.Receipt.Drop is { } some ? $"{Story.Written(some.At)} to {some.Tier}" : "never";
        Assert.Equal((row["tier"], row["next review"], row["drop"]), (decision.Tier.Name, Story.Written(decision.NextReview), drop));
    }

    private static Term Term(string story, string at, Dimension dimension, Calibration? calibration = null) =>
        Make.Decision(Story.Read(story), Story.When(at), Make.Standard([dimension]), calibration).Receipt.Terms[0];

    private static string Written(Term term) =>
        (term.Value, term.Known) switch
        {
            ({ } value, _) => value.ToString("0.############", CultureInfo.InvariantCulture),
            (null, true) => "worst",
            (null, false) => "unknown",
        };

    private static decimal Decimal(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>One of each kind of happening, by event type; an interaction in both directions.</summary>
internal static class Samples
{
    public static IReadOnlyList<(string Type, Happening What)> All { get; } =
    [
        (EventTypes.OrderPlaced, new OrderPlaced("o1", Make.Amount(1))),
        (EventTypes.OrderPaid, new OrderPaid("o1", Make.Amount(1))),
        (EventTypes.OrderRefunded, new OrderRefunded("o1", "r1", null)),
        (EventTypes.OrderCancelled, new OrderCancelled("o1")),
        (EventTypes.CheckoutAbandoned, new CheckoutAbandoned(null)),
        (EventTypes.CustomerCreated, new CustomerCreated(null)),
        (EventTypes.CustomerUpdated, new CustomerUpdated(null)),
        (EventTypes.CustomerErased, new CustomerErased()),
        (EventTypes.FormSubmitted, new FormSubmitted(null, null)),
        (EventTypes.Visit, new Visit(null)),
        ($"{EventTypes.Interaction}, in", new Interaction(null, true)),
        ($"{EventTypes.Interaction}, out", new Interaction(null, false)),
        (EventTypes.Feedback, new Feedback(7, null)),
        (EventTypes.ComplaintOpened, new ComplaintOpened("c1")),
        (EventTypes.ComplaintClosed, new ComplaintClosed("c1")),
        (EventTypes.Referral, new Referral(null)),
        (EventTypes.FollowUpDone, new FollowUpDone(null)),
        (EventTypes.ConsentChanged, new ConsentChanged("email", "news", true)),
        (EventTypes.PotentialRated, new PotentialRated(50, "wang", "met", null)),
        (EventTypes.TierPinned, new TierPinned("value", "A", "wang", "signed", null)),
        (EventTypes.TierUnpinned, new TierUnpinned("value", "wang", null)),
    ];
}
