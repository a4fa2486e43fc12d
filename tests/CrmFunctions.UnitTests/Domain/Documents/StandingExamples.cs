using System.Collections.Immutable;
using System.Globalization;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.Tiering.Explaining;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain.Documents;

/// <summary>What holds tiers, what rules and people decide, and what would change it, as the documents say.</summary>
public sealed class StandingExamples
{
    private const string Rule = "Tiering/Rules.md";

    private static readonly Standard ruled = Make.Standard([Make.Dimension()]) with { Stability = Held(0, 0, 14, "") };

    public static TheoryData<Row> Stable => RuleDocument.Theory("Tiering/Stability.md", "Examples");

    public static TheoryData<Row> Ruled => RuleDocument.Theory(Rule, "Rules, by example");

    public static TheoryData<Row> Pinned => RuleDocument.Theory(Rule, "Pins, by example");

    public static TheoryData<Row> Celled => RuleDocument.Theory(Rule, "Matrices, by example");

    public static TheoryData<Row> Changed => RuleDocument.Theory("Tiering/Counterfactuals.md", "Examples");

    [Theory]
    [MemberData(nameof(Stable))]
    public void Tiers_are_held_as_the_document_says(Row row)
    {
        var standard = Make.Standard([Make.Dimension()]) with
        {
            Stability = Held(Number(row["margin"]), Number(row["stay"]), Number(row["grace"]), row["moves"]),
        };
        var decision = Make.Decision(Story.Read(row["what happened"]), Story.When(row["at"]), standard);
        var basis = decision.Receipt.Basis;
        var held =
            basis.Kind != BasisKind.Held ? ""
            : basis.Until is { } until ? $"{basis.Reason} until {Story.Written(until)}"
            : basis.Reason;
        Assert.Equal((row["tier"], row["held by"]), (decision.Tier.Name, held));
        if (basis.Until is { } end)
            Assert.Equal(end, decision.Receipt.Drop?.At);
    }

    [Theory]
    [MemberData(nameof(Ruled))]
    public void Rules_decide_as_the_document_says(Row row)
    {
        var json = Make.StandardJson.Replace("\"lifecycle\"", $"\"rules\": {row["rules"]}, \"lifecycle\"", StringComparison.Ordinal);
        var decision = Make.Decision(
            Story.Read(row["what happened"]),
            Story.When(row["at"]),
            ruled with
            {
                Rules = StandardReader.ReadOrThrow(json).Rules,
            }
        );
        Assert.Equal((row["tier"], row["because"], row["tags"]), (decision.Tier.Name, Because(decision), string.Join(", ", decision.Tags)));
    }

    [Theory]
    [MemberData(nameof(Pinned))]
    public void Pins_count_as_the_document_says(Row row)
    {
        var decision = Make.Decision(Story.Read(row["what happened"]), Story.When(row["at"]), ruled);
        Assert.Equal((row["tier"], row["because"]), (decision.Tier.Name, Because(decision)));
    }

    [Theory]
    [MemberData(nameof(Celled))]
    public void Cells_name_the_tier_as_the_document_says(Row row)
    {
        var standard = Make.Standard(
            [
                Make.Dimension(Measure.NetRevenue, 50, new Bands([100, 1000]), name: "money"),
                Make.Dimension(Measure.Engagement, 50, new Bands([3]), name: "activity"),
            ],
            [.. new[] { "战略", "成长", "潜力" }.Select(name => new Tier(name, 0, ImmutableDictionary<string, string>.Empty, null))]
        ) with
        {
            Kind = StandardKind.Classes,
            Matrix = new Matrix(
                0,
                1,
                [
                    [2, 2],
                    [2, 1],
                    [1, 0],
                ]
            ),
        };
        var decision = Make.Decision(Story.Read(row["what happened"]), Story.When(row["at"]), standard);
        Assert.Equal((row["tier"], row["next class with"]), (decision.Tier.Name, Written(decision.Receipt.Up)));
    }

    [Theory]
    [MemberData(nameof(Changed))]
    public void What_would_change_the_tier_is_what_the_document_says(Row row)
    {
        var margin = Number(row["margin"]);
        var standard = Make.Standard() with { Stability = margin == 0 ? Stability.None : Held(margin, 0, 14, "") };
        var decision = Make.Decision(Story.Read(row["what happened"]), Story.When(row["at"]), standard);
        var drop = decision.Receipt.Drop is { } some ? $"{Story.Written(some.At)} to {some.Tier}" : "never";
        Assert.Equal(
            (row["tier"], row["up"], row["down"], row["drop"]),
            (decision.Tier.Name, Written(decision.Receipt.Up), Written(decision.Receipt.Down), drop)
        );
    }

    private static string Because(Decision decision) =>
        decision.Receipt.Basis switch
        {
            { Kind: BasisKind.Score } => "score",
            { Kind: var kind, Reason: var reason } => $"{kind.ToString().ToLowerInvariant()}: {reason}",
        };

    private static string Written(IEnumerable<Change> changes) =>
        string.Join(
            ", ",
            changes.Select(change => $"{change.Dimension} {change.To.ToString("0.####", CultureInfo.InvariantCulture)} to {change.Tier}")
        );

    private static Stability Held(decimal margin, decimal stay, decimal grace, string moves) =>
        new(
            margin,
            TimeSpan.FromDays((double)stay),
            TimeSpan.FromDays((double)grace),
            moves.Length == 0 ? null : int.Parse(moves, CultureInfo.InvariantCulture)
        );

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
