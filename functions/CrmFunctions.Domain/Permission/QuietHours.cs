namespace CrmFunctions.Domain.Permission;

/// <summary>The hours in which people may be written to, by the wall clock of where they are.</summary>
/// <param name="From">The first minute, from midnight.</param>
/// <param name="To">The first minute that is quiet again; later than <paramref name="From"/>, at most 24 h.</param>
/// <remarks>Source: Permission/Permission.md, section 3; the default of 08:00 to 21:00 is that of 47 CFR 64.1200(c)(1).</remarks>
public sealed record QuietHours(TimeSpan From, TimeSpan To)
{
    // Beyond a week nothing opens that did not open before.
    private const int Days = 8;

    /// <summary>The first instant from now on at which it is open in every zone; now itself where it is open.</summary>
    /// <param name="zones">Where the customer is, or may be. None: nowhere is known, and it is never open.</param>
    /// <param name="now">UTC.</param>
    /// <returns>Null where no instant of the days to come is open in all of them.</returns>
    public DateTimeOffset? OpenFrom(IReadOnlyCollection<TimeZoneInfo> zones, DateTimeOffset now)
    {
        if (zones.Count == 0)
            return null;
        if (zones.All(zone => IsOpen(zone, now)))
            return now;

        // It becomes open in all of them at the instant at which it becomes open in one.
        return zones
            .SelectMany(zone => Enumerable.Range(-1, Days).Select(day => Opening(zone, now, day)))
            .Where(instant => instant > now && zones.All(zone => IsOpen(zone, instant)))
            .Order()
            .Select(instant => (DateTimeOffset?)instant)
            .FirstOrDefault();
    }

    /// <summary>Whether it is open at an instant.</summary>
    public bool IsOpen(TimeZoneInfo zone, DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, zone).TimeOfDay is var local && local >= From && local < To;

    private DateTimeOffset Opening(TimeZoneInfo zone, DateTimeOffset now, int day) =>
        WallClock.InstantOf(TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(day) + From, zone);
}
