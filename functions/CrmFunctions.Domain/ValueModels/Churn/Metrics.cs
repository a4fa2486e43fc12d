namespace CrmFunctions.Domain.ValueModels.Churn;

/// <summary>How well scores foretell what happened.</summary>
public static class Metrics
{
    /// <summary>
    /// Area under the ROC curve: the chance that one to whom it happened scored above one to whom it did not; ties count half.
    /// </summary>
    /// <returns>0 to 1; not-a-number where it happened to all or to none.</returns>
    /// <remarks>Source: Hanley and McNeil (1982), Radiology 143(1): the Mann-Whitney statistic.</remarks>
    public static double Auc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> happened)
    {
        var keys = scores.ToArray();
        var values = happened.ToArray();
        Array.Sort(keys, values);
        var (rankSum, positives) = (0.0, 0L);
        for (var i = 0; i < keys.Length; )
        {
            var (end, hits) = (i, 0);
            for (; end < keys.Length && keys[end] == keys[i]; end++)
                hits += values[end] ? 1 : 0;
            rankSum += hits * ((i + 1 + end) / 2.0);
            positives += hits;
            i = end;
        }

        var negatives = keys.Length - positives;
        return (rankSum - positives * (positives + 1) / 2.0) / ((double)positives * negatives);
    }

    /// <summary>Standard error of the difference between two scores' AUC on the same customers.</summary>
    /// <returns>Zero or more; not-a-number with fewer than two on either side.</returns>
    /// <remarks>Source: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44(3).</remarks>
    public static double AucLeadError(ReadOnlySpan<double> scores, ReadOnlySpan<double> others, ReadOnlySpan<bool> happened)
    {
        var (placed, placedOther) = (Placements(scores, happened), Placements(others, happened));
        var (hits, misses) = (new List<double>(), new List<double>());
        for (var i = 0; i < happened.Length; i++)
            (happened[i] ? hits : misses).Add(placed[i] - placedOther[i]);
        return Math.Sqrt(Variance(hits) / hits.Count + Variance(misses) / misses.Count);
    }

    /// <summary>Mean squared error of probabilities; 0 is perfect.</summary>
    /// <remarks>Source: Brier (1950), Monthly Weather Review 78(1).</remarks>
    public static double Brier(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> happened)
    {
        var sum = 0.0;
        for (var i = 0; i < probabilities.Length; i++)
            sum += Math.Pow(probabilities[i] - (happened[i] ? 1 : 0), 2);
        return sum / probabilities.Length;
    }

    /// <summary>Share of the actual total that those with the highest predictions have; ties at the border share it evenly.</summary>
    /// <param name="predicted">Predictions.</param>
    /// <param name="actual">What came, zero or more.</param>
    /// <param name="top">Share of the customers to look at, 0.1 for the top decile.</param>
    public static double TopShare(ReadOnlySpan<double> predicted, ReadOnlySpan<double> actual, double top)
    {
        var keys = predicted.ToArray();
        var values = actual.ToArray();
        Array.Sort(keys, values);
        var (left, taken, total) = (top * keys.Length, 0.0, 0.0);
        foreach (var value in values)
            total += value;
        for (var end = keys.Length; end > 0 && left > 0; )
        {
            // Equal predictions share what is left; one that is no number equals none, itself included.
            var start = end - 1;
            var sum = values[start];
            for (; start > 0 && keys[start - 1] == keys[end - 1]; start--)
                sum += values[start - 1];
            taken += sum * Math.Min(1, left / (end - start));
            left -= end - start;
            end = start;
        }

        return taken / total;
    }

    // For each, the share of the other side that it is rightly ranked against; ties count half.
    private static double[] Placements(ReadOnlySpan<double> scores, ReadOnlySpan<bool> happened)
    {
        var keys = scores.ToArray();
        var places = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, places);
        var placements = new double[keys.Length];
        var (hits, misses) = (0, 0);
        var total = 0;
        foreach (var each in happened)
            total += each ? 1 : 0;
        for (var i = 0; i < keys.Length; )
        {
            var (end, tiedHits) = (i, 0);
            for (; end < keys.Length && keys[end] == keys[i]; end++)
                tiedHits += happened[places[end]] ? 1 : 0;
            var tiedMisses = end - i - tiedHits;
            for (; i < end; i++)
                placements[places[i]] = happened[places[i]]
                    ? (misses + tiedMisses / 2.0) / (keys.Length - total)
                    : (total - hits - tiedHits / 2.0) / total;
            (hits, misses) = (hits + tiedHits, misses + tiedMisses);
        }

        return placements;
    }

    private static double Variance(List<double> values)
    {
        var mean = values.Count == 0 ? 0 : values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
    }
}
