using CrmFunctions.Domain.Rfm;
using CrmFunctions.Domain.ValueModels.Orders;
using CrmFunctions.UnitTests.ValueModels;

namespace CrmFunctions.UnitTests.Rfm;

public sealed class RfmTests
{
    private static readonly DateOnly AsOf = new(2026, 6, 30);

    // The R data set mtcars, miles per gallon.
    private static readonly double[] Mpg =
    [
        21,
        21,
        22.8,
        21.4,
        18.7,
        18.1,
        14.3,
        24.4,
        22.8,
        19.2,
        17.8,
        16.4,
        17.3,
        15.2,
        10.4,
        10.4,
        14.7,
        32.4,
        30.4,
        33.9,
        21.5,
        15.5,
        15.2,
        13.3,
        19.2,
        27.3,
        26,
        30.4,
        15.8,
        19.7,
        15,
        21.4,
    ];

    [Fact]
    public void The_compatible_cuts_of_mtcars_are_those_of_R()
    {
        var cuts = RfmScoring.Cuts(Mpg, 1);
        double[] expected = [16.2, 18.92, 22.0, 25.08];
        for (var i = 0; i < 4; i++)
            Assert.Equal(expected[i], cuts[i], 1e-10);
    }

    [Fact]
    public void Equal_values_get_equal_scores_and_the_order_of_rows_never_matters()
    {
        var random = new Random(3);
        var facts = Enumerable
            .Range(0, 400)
            .Select(i => new RfmFacts($"c{i}", random.Next(40), 1 + random.Next(4), random.Next(12)))
            .ToArray();
        var shuffled = facts.ToArray();
        random.Shuffle(shuffled);
        foreach (var binning in Enum.GetValues<RfmBinning>())
        {
            var scores = facts.Zip(RfmScoring.Score(facts, binning)).ToDictionary(pair => pair.First, pair => pair.Second);
            foreach (var (fact, score) in shuffled.Zip(RfmScoring.Score(shuffled, binning)))
                Assert.Equal(scores[fact], score);
            foreach (var same in scores.GroupBy(pair => (pair.Key.RecencyDays, pair.Key.Frequency, pair.Key.Monetary)))
                Assert.Single(same.Select(pair => pair.Value).Distinct());
        }
    }

    [Fact]
    public void More_of_a_value_never_lowers_its_score_and_a_later_order_never_lowers_recency()
    {
        var random = new Random(4);
        var facts = Enumerable
            .Range(0, 300)
            .Select(i => new RfmFacts($"c{i}", random.Next(300), 1 + random.Next(9), random.Next(900) / 7m))
            .ToArray();
        foreach (var binning in new[] { RfmBinning.Quintile, RfmBinning.RCompatible })
        {
            var scored = facts.Zip(RfmScoring.Score(facts, binning)).ToArray();
            Assert.Equal(scored.OrderBy(s => s.First.Monetary).Select(s => s.Second.M), scored.Select(s => s.Second.M).Order());
            Assert.Equal(scored.OrderBy(s => s.First.Frequency).Select(s => s.Second.F), scored.Select(s => s.Second.F).Order());
            Assert.Equal(
                scored.OrderByDescending(s => s.First.RecencyDays).Select(s => s.Second.R),
                scored.Select(s => s.Second.R).Order()
            );
        }
    }

    [Fact]
    public void A_hundred_different_values_fall_into_five_bins_of_twenty()
    {
        var facts = Enumerable.Range(1, 100).Select(i => new RfmFacts($"c{i}", i, i, i)).ToArray();
        var scores = RfmScoring.Score(facts);
        for (var bin = 1; bin <= 5; bin++)
            Assert.Equal((20, 20, 20), (scores.Count(s => s.R == bin), scores.Count(s => s.F == bin), scores.Count(s => s.M == bin)));
        Assert.Equal(new RfmScores(5, 1, 1), scores[0]);
    }

    [Fact]
    public void Nested_bins_score_frequency_within_recency()
    {
        var facts = Enumerable.Range(0, 100).Select(i => new RfmFacts($"c{i}", i, 1 + i, 10)).ToArray();
        var nested = RfmScoring.Score(facts, RfmBinning.Nested);
        foreach (var group in nested.GroupBy(s => s.R))
            Assert.Equal([1, 2, 3, 4, 5], group.Select(s => s.F).Distinct().Order());
    }

    [Fact]
    public void A_base_where_all_are_alike_has_one_score_for_all()
    {
        var scores = RfmScoring.Score([.. Enumerable.Range(0, 9).Select(i => new RfmFacts($"c{i}", 3, 1, 5))]);
        Assert.Equal(new RfmScores(1, 1, 1), Assert.Single(scores.Distinct()));
        Assert.Empty(RfmScoring.Score([]));
    }

    [Fact]
    public void Every_cell_has_a_segment_and_ten_and_eleven_names_are_used()
    {
        var cells =
            from r in Enumerable.Range(1, 5)
            from f in Enumerable.Range(1, 5)
            from m in Enumerable.Range(1, 5)
            select new RfmScores(r, f, m);
        Assert.Equal(10, cells.Select(cell => RfmSegments.Of(cell)).Distinct().Count());
        Assert.Equal(11, cells.Select(cell => RfmSegments.Of(cell, RfmSegmentation.Eleven)).Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => RfmSegments.Of(new(0, 1, 1)));
    }

    [Fact]
    public void Refunds_are_netted_cancelled_orders_do_not_count_and_the_window_is_kept()
    {
        var book = OrderBook.From([
            new("a", AsOf.AddDays(-400), 50),
            new("a", AsOf.AddDays(-20), 30),
            new("a", AsOf.AddDays(-20), 12),
            new("a", AsOf.AddDays(-2), -10),
            new("b", AsOf.AddDays(-9), 80),
            new("b", AsOf.AddDays(-40), 25),
            new("b", AsOf.AddDays(-3), -80),
            new("gone", AsOf.AddDays(-5), 10),
            new("gone", AsOf.AddDays(-5), -10),
            new("later", AsOf.AddDays(1), 10),
        ]);

        Assert.Equal([new RfmFacts("a", 20, 3, 82), new RfmFacts("b", 40, 1, 25)], RfmFacts.All(book, AsOf));
        Assert.Equal([new RfmFacts("a", 20, 1, 32), new RfmFacts("b", 40, 1, 25)], RfmFacts.All(book, AsOf, 365, mergeSameDay: true));
    }

    [ReferenceDataFact]
    public void The_compatible_mode_equals_R_in_995_of_995_rows()
    {
        var book = OrderBook.From(
            ReferenceData
                .Csv("rfm/orders.csv")
                .Select(row => new Transaction(row[0], ReferenceData.Day(row[1]), (decimal)ReferenceData.Number(row[2])))
        );
        var facts = RfmFacts.All(book, new(2006, 12, 31));
        var ours = facts.Zip(RfmScoring.Score(facts, RfmBinning.RCompatible)).ToDictionary(pair => pair.First.Customer);
        var equal = 0;
        foreach (var row in ReferenceData.Csv("rfm/rfm_orders_expected.csv"))
        {
            var (fact, score) = ours[row[0]];
            var same =
                $"{fact.RecencyDays},{fact.Frequency},{fact.Monetary},{score.R},{score.F},{score.M}" == string.Join(',', row[1..7])
                && RfmSegments.Of(score, RfmSegmentation.R) == row[8];
            equal += same ? 1 : 0;
        }

        Assert.Equal(995, equal);
        Assert.Equal(4906, facts.Sum(fact => fact.Frequency));
        var champions = ours
            .Values.Where(pair => RfmSegments.Of(pair.Second, RfmSegmentation.R) == "Champions")
            .Select(pair => pair.First)
            .ToArray();
        Assert.Equal((158, 1234, 120178m), (champions.Length, champions.Sum(fact => fact.Frequency), champions.Sum(fact => fact.Monetary)));
    }

    [ReferenceDataFact]
    public void Both_segment_grids_equal_the_public_ones_in_every_cell()
    {
        foreach (var row in ReferenceData.Csv("rfm/rfm_segments_10_rf_grid.csv"))
            Assert.Equal(row[2], RfmSegments.Of(new(int.Parse(row[0]), int.Parse(row[1]), 3)));
        foreach (var row in ReferenceData.Csv("rfm/rfm_segments_11_cells.csv"))
            Assert.Equal(row[1], RfmSegments.Of(new(row[0][0] - '0', row[0][1] - '0', row[0][2] - '0'), RfmSegmentation.Eleven));
    }
}
