namespace CrmFunctions.Domain;

/// <summary>Between instants and what clocks on the wall show, where clocks are put forward and back, or a whole day is left out.</summary>
/// <remarks>
/// Zones are asked for the offset of an instant only, never of a wall time: the answers for wall times that do not exist, or exist twice,
/// differ by how a zone's change is recorded.
/// </remarks>
public static class WallClock
{
    /// <summary>
    /// The first instant at which the clocks show a time, or a later one: a time that they skip is the end of the gap, and of one that
    /// comes twice it is the first.
    /// </summary>
    /// <param name="wall">Date and time without a zone.</param>
    /// <param name="zone">Where the clocks hang.</param>
    /// <returns>UTC.</returns>
    public static DateTimeOffset InstantOf(DateTime wall, TimeZoneInfo zone)
    {
        // No zone is a day from UTC, so that the change, if there is one nearby, lies between these two.
        var asUtc = new DateTimeOffset(DateTime.SpecifyKind(wall, DateTimeKind.Unspecified), TimeSpan.Zero);
        var before = asUtc - zone.GetUtcOffset(asUtc.AddDays(-1));
        var after = asUtc - zone.GetUtcOffset(asUtc.AddDays(1));
        if (Shows(before))
            return before;
        if (Shows(after))
            return after;

        // In the gap: before the change at `after`, behind it at `before`.
        var (early, late) = (after, before);
        while (late - early > TimeSpan.FromTicks(1))
        {
            var middle = early + ((late - early) / 2);
            if (zone.GetUtcOffset(middle) == zone.GetUtcOffset(early))
                early = middle;
            else
                late = middle;
        }

        return late;

        bool Shows(DateTimeOffset instant) => instant + zone.GetUtcOffset(instant) == asUtc;
    }

    /// <summary>The instant at which a day begins.</summary>
    /// <returns>UTC. Not always midnight: in some zones the clocks skip it once a year.</returns>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone) => InstantOf(day.ToDateTime(TimeOnly.MinValue), zone);

    /// <summary>The date that calendars on the wall show at an instant.</summary>
    public static DateOnly DayOf(DateTimeOffset instant, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);
}
