namespace CrmFunctions.Domain.ValueModels.Prediction;

/// <summary>Finds the silence at which a condition begins, to the second.</summary>
/// <remarks>
/// A margin above zero means that the condition holds. Over u = ln(1 + days) margins are smooth, so a bracket is closed by false position
/// with the Illinois step in about ten evaluations, and two more decide between neighbouring seconds. Source of the step: Dowell and
/// Jarratt (1971), BIT 11(2).
/// </remarks>
internal static class SilenceSearch
{
    /// <summary>What takes longer is never: a hundred years.</summary>
    public const double LongestDays = 36500;

    private const int Grid = 28;
    private const double SecondsPerDay = 86400;

    /// <summary>
    /// The last silence at which the margin rises above zero; zero where it is above it from the start and does not rise through it again.
    /// </summary>
    /// <param name="margin">Of days of silence.</param>
    /// <param name="rises">The margin never falls: the last rise is the only one.</param>
    /// <returns>Whole seconds; null where the margin is not above zero within a hundred years.</returns>
    public static TimeSpan? LastRise(Func<double, double> margin, bool rises)
    {
        var end = Math.Log(1 + LongestDays);
        var (low, high) = (0.0, end);
        var (atLow, atHigh) = (margin(0), margin(LongestDays));
        if (rises)
        {
            if (atLow > 0)
                return TimeSpan.Zero;
            if (!(atHigh > 0))
                return null;
        }
        else
        {
            // From the far end back to the last stretch that begins at or below zero and ends above it.
            var found = false;
            for (var i = Grid - 1; i >= 0 && !found; i--)
            {
                low = end * i / Grid;
                atLow = i == 0 ? margin(0) : margin(Math.Exp(low) - 1);
                found = atHigh > 0 && !(atLow > 0);
                if (!found)
                    (high, atHigh) = (low, atLow);
            }

            if (!found)
                return atHigh > 0 ? TimeSpan.Zero : null;
        }

        return TimeSpan.FromSeconds(Second(margin, Root(margin, low, atLow, high, atHigh)));
    }

    private static double Root(Func<double, double> margin, double low, double atLow, double high, double atHigh)
    {
        var (last, side) = (double.NaN, 0);
        for (var i = 0; i < 200; i++)
        {
            var next = low + (high - low) * (atLow / (atLow - atHigh));
            if (!(next > low && next < high))
                next = (low + high) / 2;

            // Half a second at this silence is as near as is needed: seconds are told apart afterwards.
            var moved = Math.Abs(next - last);
            last = next;
            if (moved < 0.5 / SecondsPerDay * Math.Exp(-next) || high - low < 1e-13)
                break;
            var at = margin(Math.Exp(next) - 1);
            if (at > 0)
            {
                (high, atHigh) = (next, at);
                if (side == 1)
                    atLow /= 2;
                side = 1;
            }
            else
            {
                (low, atLow) = (next, at);
                if (side == -1)
                    atHigh /= 2;
                side = -1;
            }
        }

        return Math.Exp(last) - 1;
    }

    // The first whole second at which the margin is above zero, near a root that is right to about a second.
    private static long Second(Func<double, double> margin, double days)
    {
        bool Holds(long second) => margin(second / SecondsPerDay) > 0;

        var high = (long)Math.Ceiling(days * SecondsPerDay);
        var step = 1L;
        var low = high - 1;
        if (Holds(high))
        {
            while (low >= 0 && Holds(low))
                (high, low, step) = (low, low - step * 2, step * 2);
            low = Math.Max(low, -1);
        }
        else
        {
            (low, high) = (high, high + 1);
            while (!Holds(high))
                (low, high, step) = (high, high + step * 2, step * 2);
        }

        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (Holds(middle))
                high = middle;
            else
                low = middle;
        }

        return high;
    }
}
