using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CrmFunctions.Domain.Service.Calendars;

/// <summary>How often something is done: a closed family.</summary>
/// <param name="Shift">What becomes of a planned date on which we do not work.</param>
/// <remarks>Source: Service/Calendars/Calendars.md, section 2.</remarks>
public abstract record Cadence(CalendarShift Shift)
{
    private protected abstract string Text { get; }

    /// <summary>
    /// Reads <c>weekly Mon</c>, <c>every 2 weeks Mon</c>, <c>monthly 1</c>, <c>monthly last</c>, <c>every 2 months 15</c>, <c>quarterly
    /// 1</c>, <c>yearly 1</c> or an ISO 8601 duration of days, weeks, months or years, each perhaps with <c>shift next</c> (also when left
    /// out), <c>shift previous</c> or <c>shift none</c> behind it.
    /// </summary>
    /// <param name="text">As written in a plan; upper and lower case are the same.</param>
    /// <param name="cadence">What it says.</param>
    /// <param name="wrong">One sentence without a full stop: what is wrong, and what would be right.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Cadence? cadence, [NotNullWhen(false)] out string? wrong)
    {
        cadence = CadenceText.Read(text, out wrong);
        return cadence is not null;
    }

    /// <summary>The text that <see cref="TryParse"/> reads back.</summary>
    public sealed override string ToString() =>
        Shift == CalendarShift.Next ? Text : $"{Text} shift {(Shift == CalendarShift.None ? "none" : "previous")}";
}

/// <summary>On a day of the week, every so many weeks.</summary>
/// <param name="On">The day of the week.</param>
/// <param name="Weeks">
/// 1 to 52. Weeks begin on Mondays and are counted from that of 2024-01-01, so that all customers on two weeks have the same ones.
/// </param>
/// <param name="Shift">What becomes of a planned date on which we do not work.</param>
public sealed record Weekly(DayOfWeek On, int Weeks = 1, CalendarShift Shift = CalendarShift.Next) : Cadence(Shift)
{
    private static readonly DateOnly firstMonday = new(2024, 1, 1);

    /// <summary>Every how many weeks, 1 to 52.</summary>
    public int Weeks { get; } = Weeks is >= 1 and <= 52 ? Weeks : throw new ArgumentOutOfRangeException(nameof(Weeks), Weeks, "1 to 52.");

    private protected override string Text =>
        Weeks == 1 ? $"weekly {DayName}" : string.Create(CultureInfo.InvariantCulture, $"every {Weeks} weeks {DayName}");

    private string DayName => $"{On}"[..3];

    private PlannedDates Dates => new(number => firstMonday.AddDays((number * Weeks * 7) + (((int)On + 6) % 7)), Shift);

    /// <summary>The first planned date after a day, shifted where we do not work on it.</summary>
    public DateOnly NextAfter(DateOnly day, BusinessCalendar calendar) => Dates.NextAfter(day, Near(day), calendar);

    /// <summary>The last planned date not after a day, shifted where we do not work on it.</summary>
    public DateOnly LastAtOrBefore(DateOnly day, BusinessCalendar calendar) => Dates.LastAtOrBefore(day, Near(day), calendar);

    private int Near(DateOnly day) => (day.DayNumber - firstMonday.DayNumber) / (Weeks * 7);
}

/// <summary>On a day of the month, every so many months.</summary>
/// <param name="Day">1 to 31. In months that are too short it is their last day; 31 is the last day of every month.</param>
/// <param name="Months">1, 2, 3 (quarterly), 4, 6 or 12 (yearly), counted from January.</param>
/// <param name="Shift">What becomes of a planned date on which we do not work.</param>
public sealed record Monthly(int Day, int Months = 1, CalendarShift Shift = CalendarShift.Next) : Cadence(Shift)
{
    /// <summary>The day of the month, 1 to 31; in months that are too short their last day.</summary>
    public int Day { get; } = Day is >= 1 and <= 31 ? Day : throw new ArgumentOutOfRangeException(nameof(Day), Day, "1 to 31.");

    /// <summary>Every how many months, counted from January.</summary>
    public int Months { get; } =
        Months is 1 or 2 or 3 or 4 or 6 or 12
            ? Months
            : throw new ArgumentOutOfRangeException(nameof(Months), Months, "1, 2, 3, 4, 6 or 12.");

    private protected override string Text =>
        (Months, Day) switch
        {
            (1, 31) => "monthly last",
            (1, _) => string.Create(CultureInfo.InvariantCulture, $"monthly {Day}"),
            (3, _) => string.Create(CultureInfo.InvariantCulture, $"quarterly {Day}"),
            (12, _) => string.Create(CultureInfo.InvariantCulture, $"yearly {Day}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"every {Months} months {Day}"),
        };

    private PlannedDates Dates => new(Planned, Shift);

    /// <summary>The first planned date after a day, shifted where we do not work on it.</summary>
    public DateOnly NextAfter(DateOnly day, BusinessCalendar calendar) => Dates.NextAfter(day, Near(day), calendar);

    /// <summary>The last planned date not after a day, shifted where we do not work on it.</summary>
    public DateOnly LastAtOrBefore(DateOnly day, BusinessCalendar calendar) => Dates.LastAtOrBefore(day, Near(day), calendar);

    private int Near(DateOnly day) => (((day.Year - 1) * 12) + day.Month - 1) / Months;

    private DateOnly Planned(int number)
    {
        var (year, month) = (1 + (number * Months / 12), 1 + (number * Months % 12));
        return new DateOnly(year, month, Math.Min(Day, DateTime.DaysInMonth(year, month)));
    }
}

/// <summary>Every so many months and days, counted from a date: the last contact, the entry into a tier.</summary>
/// <param name="Months">0 to 1200. The nth date lies n times as many months after the anchor: 31 January, 28 February, 31 March.</param>
/// <param name="Days">0 to 36600, beside the months; one of both is more than zero.</param>
/// <param name="Shift">What becomes of a planned date on which we do not work.</param>
public sealed record Every(int Months, int Days, CalendarShift Shift = CalendarShift.Next) : Cadence(Shift)
{
    private const double DaysOfAMonth = 365.2425 / 12;

    /// <summary>Every how many months, 0 to 1200.</summary>
    public int Months { get; } =
        Months is >= 0 and <= 1200 ? Months : throw new ArgumentOutOfRangeException(nameof(Months), Months, "0 to 1200.");

    /// <summary>Every how many days beside the months, 0 to 36600.</summary>
    public int Days { get; } =
        Days is >= 0 and <= 36600 && Days + Months > 0
            ? Days
            : throw new ArgumentOutOfRangeException(nameof(Days), Days, "0 to 36600, and 1 at least without months.");

    private protected override string Text =>
        (Months, Days) switch
        {
            (0, _) => string.Create(CultureInfo.InvariantCulture, $"P{Days}D"),
            (_, 0) => string.Create(CultureInfo.InvariantCulture, $"P{Months}M"),
            _ => string.Create(CultureInfo.InvariantCulture, $"P{Months}M{Days}D"),
        };

    /// <summary>
    /// The first planned date after a day, shifted where we do not work on it. The anchor itself is none, and nothing is planned before it.
    /// </summary>
    public DateOnly NextAfter(DateOnly anchor, DateOnly day, BusinessCalendar calendar)
    {
        if (day < anchor)
            day = anchor;
        return Dates(anchor).NextAfter(day, Near(anchor, day), calendar);
    }

    /// <summary>The last planned date not after a day, shifted where we do not work on it; null before the first.</summary>
    public DateOnly? LastAtOrBefore(DateOnly anchor, DateOnly day, BusinessCalendar calendar)
    {
        if (day <= anchor || NextAfter(anchor, anchor, calendar) > day)
            return null;
        return Dates(anchor).LastAtOrBefore(day, Near(anchor, day), calendar);
    }

    private PlannedDates Dates(DateOnly anchor) => new(number => anchor.AddMonths(number * Months).AddDays(number * Days), Shift, First: 1);

    private int Near(DateOnly anchor, DateOnly day) => (int)((day.DayNumber - anchor.DayNumber) / ((Months * DaysOfAMonth) + Days));
}

/// <summary>Planned dates by number, and where they go on days on which we do not work.</summary>
/// <param name="Planned">Later with every number.</param>
/// <param name="Shift">Keeps their order: several may fall on one date, and are one then.</param>
/// <param name="First">No number is less.</param>
internal readonly record struct PlannedDates(Func<int, DateOnly> Planned, CalendarShift Shift, int First = int.MinValue)
{
    /// <summary>The first after a day; the search begins at a number nearby.</summary>
    public DateOnly NextAfter(DateOnly day, int near, BusinessCalendar calendar)
    {
        var number = Math.Max(near, First);
        while (number > First && At(number, calendar) > day)
            number--;
        while (At(number, calendar) <= day)
            number++;
        return At(number, calendar);
    }

    /// <summary>The last not after a day, of which there must be one; the search begins at a number nearby.</summary>
    public DateOnly LastAtOrBefore(DateOnly day, int near, BusinessCalendar calendar)
    {
        var number = Math.Max(near, First);
        while (At(number, calendar) <= day)
            number++;
        while (At(number, calendar) > day)
            number--;
        return At(number, calendar);
    }

    private DateOnly At(int number, BusinessCalendar calendar) => calendar.Shift(Planned(number), Shift);
}
