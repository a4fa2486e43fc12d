using CrmFunctions.Domain.ValueModels.Numerics;

namespace CrmFunctions.Domain.Rfm;

/// <summary>How values become scores of 1 to 5.</summary>
public enum RfmBinning
{
    /// <summary>Each of R, F and M over the whole base: a score means the same for everyone. The default.</summary>
    Quintile,

    /// <summary>R over the whole base, F within each score of R, M within each pair of those.</summary>
    Nested,

    /// <summary>
    /// As the R package <c>rfm</c>: cuts at quantile + 1, closed below and open above. Fractional amounts between a quantile and one more
    /// are misplaced.
    /// </summary>
    RCompatible,
}

/// <summary>Scores of a customer, each 1 (worst) to 5 (best).</summary>
/// <param name="R">Recency: 5 for those who ordered last.</param>
/// <param name="F">Frequency.</param>
/// <param name="M">Monetary value.</param>
public readonly record struct RfmScores(int R, int F, int M);

/// <summary>Quintile scores. Equal values get equal scores in any order of rows.</summary>
/// <remarks>Cuts are quantiles of type 7 at .2, .4, .6 and .8; rules and sources: Rfm/Rfm.md.</remarks>
public static class RfmScoring
{
    private static readonly double[] Quintiles = [0.2, 0.4, 0.6, 0.8];

    /// <summary>Scores all customers; the result is in the order of <paramref name="facts"/>.</summary>
    public static RfmScores[] Score(IReadOnlyList<RfmFacts> facts, RfmBinning binning = RfmBinning.Quintile)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Count == 0)
            return [];
        var all = Enumerable.Range(0, facts.Count).ToArray();
        var r = Scores(all, i => -facts[i].RecencyDays, binning, i => facts[i].RecencyDays);
        if (binning != RfmBinning.Nested)
        {
            var f = Scores(all, i => facts[i].Frequency, binning);
            var m = Scores(all, i => (double)facts[i].Monetary, binning);
            return [.. all.Select(i => new RfmScores(r[i], f[i], m[i]))];
        }

        var scores = new RfmScores[facts.Count];
        foreach (var sameR in all.GroupBy(i => r[i]))
        {
            var f = Scores([.. sameR], i => facts[i].Frequency, binning);
            foreach (var sameF in sameR.GroupBy(i => f[i]))
            {
                var m = Scores([.. sameF], i => (double)facts[i].Monetary, binning);
                foreach (var i in sameF)
                    scores[i] = new(r[i], f[i], m[i]);
            }
        }

        return scores;
    }

    /// <summary>The four cuts between the quintiles of some values.</summary>
    /// <param name="values">At least one, in any order.</param>
    /// <param name="plus">Added to each cut: one in the compatible mode.</param>
    public static double[] Cuts(IEnumerable<double> values, double plus = 0)
    {
        double[] sorted = [.. values.Order()];
        return [.. Quintiles.Select(probability => Quantiles.Type7(sorted, probability) + plus)];
    }

    // Quintile: a value above a cut is in a higher bin. Compatible: a value at a cut, too; and recency is binned as it is and then turned
    // round.
    private static Dictionary<int, int> Scores(int[] some, Func<int, double> value, RfmBinning binning, Func<int, double>? reversed = null)
    {
        if (binning != RfmBinning.RCompatible)
        {
            var cuts = Cuts(some.Select(value));
            return some.ToDictionary(i => i, i => 1 + cuts.Count(cut => value(i) > cut));
        }

        var read = reversed ?? value;
        var shifted = Cuts(some.Select(read), 1);
        return some.ToDictionary(
            i => i,
            i =>
            {
                var passed = shifted.Count(cut => read(i) >= cut);
                return reversed is null ? 1 + passed : 5 - passed;
            }
        );
    }
}
