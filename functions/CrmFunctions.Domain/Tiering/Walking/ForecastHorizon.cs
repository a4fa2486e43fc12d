using CrmFunctions.Domain.Tiering.Measuring;

namespace CrmFunctions.Domain.Tiering.Walking;

/// <summary>How far ahead anything is foreseen: a hundred years.</summary>
internal static class ForecastHorizon
{
    /// <summary>The instant, as UTC ticks, from which on nothing is foreseen at another.</summary>
    public static long Of(long now)
    {
        var longest = DaySteps.Longest * TimeSpan.TicksPerDay;
        var last = DateTimeOffset.MaxValue.UtcTicks - TimeSpan.TicksPerDay;
        return now > last - longest ? last : now + longest;
    }

    /// <summary>The first whole second at or after an instant.</summary>
    public static long WholeSecond(long instant)
    {
        var rest = instant % TimeSpan.TicksPerSecond;
        return rest == 0 ? instant : instant + TimeSpan.TicksPerSecond - rest;
    }
}
