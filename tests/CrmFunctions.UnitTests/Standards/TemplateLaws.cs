using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Standards.Templates;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.Tiering.Explaining;
using CrmFunctions.UnitTests.Domain.Laws;

namespace CrmFunctions.UnitTests.Standards;

/// <summary>What holds for every customer of every template: 2,000 of each, or as many as a campaign asks for.</summary>
public sealed class TemplateLaws
{
    private static readonly TimeSpan second = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Names => [.. IndustryTemplates.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Terms_add_up_to_the_score_exactly_and_earn_what_the_scorecard_says(string name) =>
        ForEach(
            name,
            (sample, facts) =>
            {
                var decision = sample.Decide(facts);
                Assert.Equal(decision.Score, decision.Receipt.Terms.Sum(term => term.Points));
                Assert.Equal(decision.Score, decision.Receipt.Score);
                foreach (var (term, dimension) in decision.Receipt.Terms.Zip(sample.Standard.Dimensions))
                {
                    Assert.InRange(term.Points, 0, term.Cap);
                    if (term.Value is { } value)
                        Assert.Equal(Reference.Points(dimension, value, sample.Calibration), term.Points);
                }
            }
        );

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_change_applied_moves_the_tier_and_one_unit_less_does_not(string name)
    {
        var tried = 0;
        ForEach(
            name,
            (sample, facts) =>
            {
                var decision = sample.Decide(facts);
                foreach (var change in decision.Receipt.Up)
                    tried += Try(sample, decision, change, up: true);
                foreach (var change in decision.Receipt.Down)
                    tried += Try(sample, decision, change, up: false);
            }
        );
        Assert.True(tried > SampleBase.Customers, $"only {tried} changes were proposed");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_answer_differs_at_the_next_review_and_not_one_second_before(string name)
    {
        var tried = 0;
        ForEach(
            name,
            (sample, facts) =>
            {
                var decision = sample.Decide(facts);
                if (decision.NextReview is not { } review)
                    return;
                tried++;
                Assert.NotEqual(Answer(decision), Answer(sample.Decide(facts, review)));
                if (review - second > SampleBase.Now)
                    Assert.Equal(Answer(decision), Answer(sample.Decide(facts, review - second)));
            }
        );
        Assert.True(tried > SampleBase.Customers / 2, $"only {tried} have a next review");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Events_permuted_and_repeated_give_the_same_decision(string name)
    {
        var sample = SampleBase.Of(name);
        var random = new Random(7);
        foreach (var (history, facts) in sample.Histories.Zip(sample.Facts))
        {
            var shuffled = history.Concat(history.Where(_ => random.Next(4) == 0)).ToArray();
            random.Shuffle(shuffled);
            var (one, other) = (sample.Decide(facts), sample.Decide(Facts.From(shuffled, SampleBase.Now)));
            Assert.Equal((Answer(one), one.Score, one.NextReview), (Answer(other), other.Score, other.NextReview));
            Assert.Equal(TierExplanationText.Of(one, sample.Standard, "zh-CN"), TierExplanationText.Of(other, sample.Standard, "zh-CN"));
        }
    }

    private static int Try(SampleBase sample, Decision decision, Change change, bool up)
    {
        var (term, dimension) = decision
            .Receipt.Terms.Zip(sample.Standard.Dimensions)
            .Single(pair => pair.First.Dimension == change.Dimension);
        var less = change.To - (Reference.Unit(dimension.Measure) * (dimension.LowerIsBetter == up ? -1 : 1));
        if (sample.Standard.Matrix is { } matrix)
        {
            Assert.Equal(change.Tier, Cell(sample, decision, matrix, dimension, change.To));

            // Of a class that is held the cell says another already.
            if (less >= 0 && decision.Receipt.Basis.Kind == BasisKind.Matrix)
                Assert.Equal(decision.Tier.Name, Cell(sample, decision, matrix, dimension, less));
            return 1;
        }

        // Upwards to the threshold of the tier above; downwards below that of the tier held, less the margin.
        var held = sample.Standard.Tiers.IndexOf(decision.Tier);
        var limit = up ? sample.Standard.Tiers[held - 1].From : decision.Tier.From - sample.Standard.Stability.DemoteMargin;
        decimal With(decimal value) => decision.Score - term.Points + Reference.Points(dimension, value, sample.Calibration);
        Assert.Equal(up, With(change.To) >= limit);
        if (less >= 0 && less <= (dimension.Measure.Largest() ?? decimal.MaxValue))
            Assert.Equal(!up, With(less) >= limit);
        return 1;
    }

    private static string Cell(SampleBase sample, Decision decision, Matrix matrix, Dimension changed, decimal value)
    {
        int Band(int axis)
        {
            var (dimension, term) = (sample.Standard.Dimensions[axis], decision.Receipt.Terms[axis]);
            var cuts = ((Bands)dimension.Rating).Cuts;
            if (dimension == changed)
                return cuts.Count(cut => value >= cut);
            return term.Value is { } known ? cuts.Count(cut => known >= cut)
                : dimension.WhenUnknown == WhenUnknown.Neutral ? cuts.Length / 2
                : 0;
        }

        return sample.Standard.Tiers[matrix.Cells[Band(matrix.Rows)][Band(matrix.Columns)]].Name;
    }

    private static string Answer(Decision decision) =>
        $"{decision.Tier.Name} {decision.Stage} {string.Join(',', decision.Tags)} {string.Join(',', decision.Obligations.Select(obligation => $"{obligation.Name}@{obligation.Since:O}"))}";

    private static void ForEach(string name, Action<SampleBase, Facts> law)
    {
        var sample = SampleBase.Of(name);
        foreach (var facts in sample.Facts)
            law(sample, facts);
    }
}
