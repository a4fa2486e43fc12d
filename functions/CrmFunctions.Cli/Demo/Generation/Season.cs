using NodaTime;

namespace CrmFunctions.Cli.Demo.Generation;

/// <summary>When a shop's customers buy: the year's ups and downs, as a clock that runs faster on busy days.</summary>
/// <remarks>
/// Purchases come at a customer's own steady rate in this clock's time; read back on the calendar they cluster where the shop is busy.
/// The mean speed over all days is one, so that a rate "per day" keeps its meaning.
/// </remarks>
internal sealed class Season
{
    /// <summary>The first day of the year before: older customers joined then.</summary>
    public static readonly LocalDate Before = new(2024, 7, 1);

    /// <summary>The first day of the shop's year.</summary>
    public static readonly LocalDate Start = new(2025, 7, 1);

    /// <summary>The day after the last.</summary>
    public static readonly LocalDate End = new(2026, 7, 1);

    // Orders by hour from 7 to 23: a hump at noon, a higher one in the evening.
    private static readonly double[] Hours = [1, 2, 4, 6, 7, 8, 6, 6, 6, 6, 6, 7, 9, 11, 10, 6, 2];
    private static readonly double[] HoursUpTo = Running(Hours);

    private readonly double[] busyUpTo;
    private readonly DateTimeZone zone;

    public Season(DateTimeZone zone, Func<LocalDate, double> busy)
    {
        this.zone = zone;
        var days = Period.DaysBetween(Before, End);
        var weights = Enumerable.Range(0, days).Select(d => busy(Before.PlusDays(d))).ToArray();
        var mean = weights.Average();
        busyUpTo = Running([.. weights.Select(w => w / mean)]);
    }

    /// <summary>The length of both years in this clock's days.</summary>
    public double Length => busyUpTo[^1];

    /// <summary>Singles' Day, 6.18, and a quiet Spring Festival.</summary>
    public static double China(LocalDate day) =>
        Weekend(day, 1.15)
        * day switch
        {
            { Month: 11, Day: 11 } => 6,
            { Month: 11, Day: < 11 } => 1.8,
            { Month: 6, Day: 18 } => 3.5,
            { Month: 6, Day: > 7 and < 18 } => 1.4,
            { Month: 12, Day: 12 } => 2.5,
            { Year: 2025, Month: 1, Day: > 26 } or { Year: 2025, Month: 2, Day: < 5 } => 0.4,
            { Year: 2026, Month: 2, Day: > 14 and < 25 } => 0.4,
            _ => 1,
        };

    /// <summary>Black Friday, December up to the last day for parcels, and a quiet August.</summary>
    public static double Europe(LocalDate day) =>
        Weekend(day, 1.2)
        * day switch
        {
            { Month: 11, Day: 28 } => 4,
            { Month: 12, Day: < 22 } => 1.9,
            { Month: 12 } => 0.7,
            { Month: 8 } => 0.8,
            _ => 1,
        };

    /// <returns>This clock's time at the start of a day.</returns>
    public double At(LocalDate day)
    {
        var days = Period.DaysBetween(Before, day);
        return days == 0 ? 0 : busyUpTo[days - 1];
    }

    /// <returns>The instant on the calendar, at an hour when people are awake; <c>null</c> outside both years.</returns>
    public Instant? OnCalendar(double time, Dice dice) => time < 0 || time >= Length ? null : Awake(DayAt(time), dice);

    /// <returns>The day on the calendar; <paramref name="time"/> is within both years.</returns>
    public LocalDate DayAt(double time)
    {
        var index = Array.BinarySearch(busyUpTo, time);
        return Before.PlusDays(Math.Min(index < 0 ? ~index : index + 1, busyUpTo.Length - 1));
    }

    /// <returns>An instant of a day, at an hour when people are awake.</returns>
    public Instant Awake(LocalDate day, Dice dice)
    {
        var index = Array.BinarySearch(HoursUpTo, dice.Unit() * HoursUpTo[^1]);
        var second = ((7 + (index < 0 ? ~index : index)) * 3600) + dice.Below(3600);
        return day.At(LocalTime.FromSecondsSinceMidnight(second)).InZoneLeniently(zone).ToInstant();
    }

    public LocalDate DayOf(Instant instant) => instant.InZone(zone).Date;

    private static double Weekend(LocalDate day, double more) => day.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday ? more : 1;

    private static double[] Running(double[] weights)
    {
        var sum = 0.0;
        return [.. weights.Select(w => sum += w)];
    }
}
