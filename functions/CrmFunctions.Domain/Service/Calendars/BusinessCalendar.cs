using System.Collections.Immutable;

namespace CrmFunctions.Domain.Service.Calendars;

/// <summary>When we work: which days, and from when to when on each.</summary>
/// <param name="Zone">Whose clocks and dates count.</param>
/// <param name="Days">The days of the week on which we work; one at least.</param>
/// <param name="Opens">When a workday opens, by the clocks of <paramref name="Zone"/>.</param>
/// <param name="Closes">When it closes, later than <paramref name="Opens"/>; 00:00 is the midnight that ends the day.</param>
/// <param name="Holidays">Dates on which we do not work although their day of the week says so.</param>
/// <param name="Workdays">调休: dates on which we do work although their day of the week says not.</param>
/// <exception cref="ArgumentException">No day; closing not after opening; a date that is both a holiday and a workday.</exception>
/// <remarks>Source: Service/Calendars/Calendars.md, section 1.</remarks>
public sealed record BusinessCalendar(
    TimeZoneInfo Zone,
    ImmutableHashSet<DayOfWeek> Days,
    TimeOnly Opens,
    TimeOnly Closes,
    ImmutableHashSet<DateOnly> Holidays,
    ImmutableHashSet<DateOnly> Workdays
)
{
    /// <inheritdoc cref="BusinessCalendar(TimeZoneInfo, ImmutableHashSet{DayOfWeek}, TimeOnly, TimeOnly, ImmutableHashSet{DateOnly}, ImmutableHashSet{DateOnly})"/>
    public ImmutableHashSet<DayOfWeek> Days { get; } =
        !Days.IsEmpty ? Days : throw new ArgumentException("A calendar needs one day of the week at least.", nameof(Days));

    /// <summary>When a workday closes, by the clocks of the zone; 00:00 is the midnight that ends the day.</summary>
    public TimeOnly Closes { get; } =
        Closes > Opens || Closes == TimeOnly.MinValue
            ? Closes
            : throw new ArgumentException(
                $"A day must close after it opens at {Opens:HH\\:mm}, not at {Closes:HH\\:mm}; 00:00 is the midnight that ends it.",
                nameof(Closes)
            );

    /// <summary>调休: dates on which we do work although their day of the week says not.</summary>
    public ImmutableHashSet<DateOnly> Workdays { get; } =
        Workdays.Intersect(Holidays) is { IsEmpty: false } both
            ? throw new ArgumentException($"{both.Min():yyyy-MM-dd} cannot be both a holiday and a workday.", nameof(Workdays))
            : Workdays;

    /// <summary>Monday to Friday, 09:00 to 18:00, without holidays.</summary>
    public static BusinessCalendar Weekdays(TimeZoneInfo zone) =>
        new(
            zone,
            [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday],
            new TimeOnly(9, 0),
            new TimeOnly(18, 0),
            [],
            []
        );

    /// <summary>Whether we work on a date.</summary>
    public bool IsWorkday(DateOnly day) => Workdays.Contains(day) || (Days.Contains(day.DayOfWeek) && !Holidays.Contains(day));

    /// <summary>The date in the calendar's zone at an instant.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => WallClock.DayOf(instant, Zone);

    /// <summary>When a day opens, or would if it were a workday.</summary>
    /// <returns>UTC. An hour that the clocks skip opens at the end of the gap; of one that comes twice, the first counts.</returns>
    public DateTimeOffset OpensAt(DateOnly day) => WallClock.InstantOf(day.ToDateTime(Opens), Zone);

    /// <summary>When a day closes, or would if it were a workday.</summary>
    /// <returns>UTC. The first instant that is not worked any more.</returns>
    public DateTimeOffset ClosesAt(DateOnly day) =>
        Closes == TimeOnly.MinValue ? EndOf(day) : WallClock.InstantOf(day.ToDateTime(Closes), Zone);

    /// <summary>When a day is over: what was due on it is overdue from here on.</summary>
    /// <returns>UTC. The first instant of the next day, at any hours of work.</returns>
    public DateTimeOffset EndOf(DateOnly day) => WallClock.StartOf(day.AddDays(1), Zone);

    /// <summary>The date itself if it is a workday; else the nearest workday on the side that is said.</summary>
    public DateOnly Shift(DateOnly day, CalendarShift shift)
    {
        var step = shift switch
        {
            CalendarShift.Next => 1,
            CalendarShift.Previous => -1,
            CalendarShift.None => 0,
            _ => throw new ArgumentOutOfRangeException(nameof(shift), shift, "No such shift."),
        };
        while (step != 0 && !IsWorkday(day))
            day = day.AddDays(step);
        return day;
    }

    /// <summary>
    /// The first instant from another on at which so much open time has passed: 4 h from Friday 16:00 are Monday 11:00 where we close at
    /// 18:00 and open at 09:00.
    /// </summary>
    /// <param name="from">UTC, open or not.</param>
    /// <param name="work">Zero or more, as a stopwatch that runs while we are open shows it. Zero gives <paramref name="from"/>.</param>
    /// <returns>UTC. Work that ends with a day is done when it closes, not when the next one opens.</returns>
    public DateTimeOffset Add(DateTimeOffset from, TimeSpan work)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(work, TimeSpan.Zero);
        if (work == TimeSpan.Zero)
            return from.ToUniversalTime();
        foreach (var (opens, closes) in OpenFrom(from))
        {
            if (closes - opens >= work)
                return opens + work;
            work -= closes - opens;
        }

        throw new ArgumentOutOfRangeException(nameof(work), work, "Ends beyond the calendar.");
    }

    /// <summary>How much open time lies between two instants.</summary>
    /// <returns>Negative where <paramref name="to"/> is the earlier.</returns>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset to)
    {
        if (to < from)
            return -Between(to, from);
        return OpenFrom(from)
            .TakeWhile(hours => hours.Opens < to)
            .Aggregate(TimeSpan.Zero, (sum, hours) => sum + ((hours.Closes < to ? hours.Closes : to) - hours.Opens));
    }

    // What is open from an instant on, without end. It begins a day early: where the clocks were put back over midnight, an instant of one
    // date can lie within another's hours.
    private IEnumerable<(DateTimeOffset Opens, DateTimeOffset Closes)> OpenFrom(DateTimeOffset from)
    {
        from = from.ToUniversalTime();
        for (var day = DayOf(from).AddDays(-1); day < DateOnly.MaxValue; day = day.AddDays(1))
        {
            if (!IsWorkday(day))
                continue;
            var (opens, closes) = (OpensAt(day), ClosesAt(day));
            if (opens < from)
                opens = from;
            if (opens < closes)
                yield return (opens, closes);
        }
    }
}

/// <summary>What becomes of a planned date on which we do not work.</summary>
public enum CalendarShift
{
    /// <summary>It moves to the next workday.</summary>
    Next,

    /// <summary>It moves to the workday before.</summary>
    Previous,

    /// <summary>It stays: what is planned does not need us at work.</summary>
    None,
}
