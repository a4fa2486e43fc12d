namespace CrmFunctions.Domain.Service.Voice;

/// <summary>When a day has more complaints than chance explains.</summary>
/// <param name="Improbable">A day that only so few days would reach by chance is an alarm; 0 to 1.</param>
/// <param name="Least">Fewer complaints are never an alarm; 1 or more.</param>
/// <param name="Weeks">Whole weeks before the day that say what is usual; 1 or more.</param>
/// <remarks>
/// Source: Service/Voice/Voice.md, section 3. Counts against Poisson probabilities rather than three standard deviations: NIST/SEMATECH
/// e-Handbook of Statistical Methods, section 6.3.3.1, for small means.
/// </remarks>
public sealed record SpikeRule(double Improbable = 0.001, int Least = 5, int Weeks = 4)
{
    /// <summary>Days before the day that are looked at.</summary>
    public int Days => Weeks * 7;

    /// <summary>Judges a day.</summary>
    /// <param name="day">A whole day.</param>
    /// <param name="counts">Complaints by the day they were opened; a day that is missing has none.</param>
    public Spike On(DateOnly day, IReadOnlyDictionary<DateOnly, int> counts)
    {
        int On(int back) => counts.GetValueOrDefault(day.AddDays(-back));
        var mean = Enumerable.Range(1, Days).Sum(On) / (double)Days;
        var sameWeekday = Enumerable.Range(1, Weeks).Select(week => On(week * 7)).Order().ToArray();

        // Where Mondays are always full, a full Monday is no news. Their median, not their mean: last month's spike must not hide the next.
        var usual = Math.Max(mean, (sameWeekday[(Weeks - 1) / 2] + sameWeekday[Weeks / 2]) / 2.0);
        var probability = AtLeast(On(0), usual);
        return new Spike(day, On(0), usual, probability, On(0) >= Least && probability < Improbable);
    }

    /// <summary>The probability that a Poisson variable reaches a count.</summary>
    /// <param name="count">0 or more.</param>
    /// <param name="mean">0 or more.</param>
    public static double AtLeast(int count, double mean)
    {
        if (count == 0)
            return 1;
        if (mean == 0)
            return 0;

        // Added up on the side of the count that is away from the mean, where the terms only get smaller.
        var term = Math.Exp((count * Math.Log(mean)) - mean - Enumerable.Range(1, count).Sum(i => Math.Log(i)));
        var sum = 0.0;
        if (count > mean)
        {
            for (var i = count; term > sum * 1e-17; term *= mean / ++i)
                sum += term;
            return Math.Min(1, sum);
        }

        term *= count / mean;
        for (var i = count - 1; i >= 0 && term > sum * 1e-17; term *= i-- / mean)
            sum += term;
        return Math.Max(0, 1 - sum);
    }
}

/// <summary>A day's complaints, against what is usual.</summary>
/// <param name="Day">The day.</param>
/// <param name="Complaints">Opened on it.</param>
/// <param name="Usual">A day's, by the weeks before.</param>
/// <param name="Probability">That chance gives so many or more, were the day a usual one.</param>
/// <param name="IsAlarm">It is too improbable to be chance.</param>
public sealed record Spike(DateOnly Day, int Complaints, double Usual, double Probability, bool IsAlarm);
