using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CrmFunctions.Domain.Service.Calendars;

/// <summary>生日: a day of the year, and the year of birth where it is known.</summary>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">1 to the month's last; 29 February exists.</param>
/// <param name="Year">1900 or later; null: not known.</param>
/// <exception cref="ArgumentOutOfRangeException">There is no such day.</exception>
/// <remarks>Source: Service/Calendars/Calendars.md, section 3.</remarks>
public sealed partial record Birthday(int Month, int Day, int? Year = null)
{
    // Some address books write 1604 where they do not know the year.
    private const int FirstYear = 1900;
    private const int LeapYear = 2000;

    /// <summary>The day of the month.</summary>
    public int Day { get; } =
        Year is null or (>= FirstYear and <= 9999) && Exists(Year ?? LeapYear, Month, Day)
            ? Day
            : throw new ArgumentOutOfRangeException(nameof(Day), $"{Year}-{Month}-{Day}", "There is no such day.");

    /// <summary>Reads <c>1990-02-28</c>, <c>--02-28</c> or <c>02-28</c>.</summary>
    /// <param name="text">A year before 1900 is one that is not known.</param>
    /// <param name="birthday">What it says.</param>
    /// <param name="wrong">One sentence without a full stop: what is wrong, and what would be right.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Birthday? birthday, [NotNullWhen(false)] out string? wrong)
    {
        (birthday, wrong) = (null, null);
        var match = Written().Match(text.Trim());
        int? Part(string name) => match.Groups[name].Success ? int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) : null;
        if (!match.Success)
        {
            wrong = $"'{text}' is no birthday: write 1990-02-28, or 02-28 where the year is not known";
            return false;
        }

        var (year, month, day) = (
            Part("year") is >= FirstYear and var known ? known : (int?)null,
            Part("month")!.Value,
            Part("day")!.Value
        );
        if (!Exists(year ?? LeapYear, month, day))
        {
            wrong = Exists(LeapYear, month, day)
                ? $"'{text}' does not exist: {year} has no 29 February; write another year, or 02-29 where the year is not known"
                : $"'{text}' does not exist: write month and day as in 1990-02-28, or 02-28 where the year is not known";
            return false;
        }

        birthday = new Birthday(month, day, year);
        return true;
    }

    /// <summary>The text that <see cref="TryParse"/> reads back.</summary>
    public override string ToString() =>
        Year is { } year
            ? string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{Month:00}-{Day:00}")
            : string.Create(CultureInfo.InvariantCulture, $"--{Month:00}-{Day:00}");

    /// <summary>The birthday in a year: of 29 February, the 28th where the year has none.</summary>
    public DateOnly DayIn(int year) => new(year, Month, Math.Min(Day, DateTime.DaysInMonth(year, Month)));

    /// <summary>When the next birthday begins where the customer is.</summary>
    /// <param name="after">UTC. A birthday that begins at this very instant is not next any more.</param>
    /// <param name="zone">The customer's.</param>
    /// <returns>UTC.</returns>
    public DateTimeOffset NextAfter(DateTimeOffset after, TimeZoneInfo zone)
    {
        var year = WallClock.DayOf(after, zone).Year;
        while (WallClock.StartOf(DayIn(year), zone) <= after)
            year++;
        return WallClock.StartOf(DayIn(year), zone);
    }

    private static bool Exists(int year, int month, int day) =>
        month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);

    [GeneratedRegex(@"\A(?:(?<year>[0-9]{4})-|--)?(?<month>[0-9]{2})-(?<day>[0-9]{2})\z")]
    private static partial Regex Written();
}

/// <summary>节日: a day of the year by the Gregorian calendar or by the Chinese one (农历), or some days before or after it.</summary>
/// <param name="IsLunar">By the Chinese calendar.</param>
/// <param name="Month">1 to 12. A leap month (闰月) is never meant: the festival is in the month before it, whose name it repeats.</param>
/// <param name="Day">1 to 31, by the Chinese calendar 1 to 30. In months that are too short it is their last day.</param>
/// <param name="Offset">-30 to 30 days: -1 is the eve.</param>
/// <exception cref="ArgumentOutOfRangeException">There is no such day.</exception>
/// <remarks>Source: Service/Calendars/Calendars.md, section 3.</remarks>
public sealed partial record Festival(bool IsLunar, int Month, int Day, int Offset = 0)
{
    private static readonly ChineseLunisolarCalendar chinese = new();

    /// <summary>The last year whose Chinese calendar is known.</summary>
    public const int LastLunarYear = 2100;

    /// <summary>The day of the month.</summary>
    public int Day { get; } =
        Exists(IsLunar, Month, Day) ? Day : throw new ArgumentOutOfRangeException(nameof(Day), $"{Month}-{Day}", "There is no such day.");

    /// <summary>Days after it, or before it.</summary>
    public int Offset { get; } =
        Offset is >= -30 and <= 30 ? Offset : throw new ArgumentOutOfRangeException(nameof(Offset), Offset, "-30 to 30.");

    /// <summary>
    /// Reads <c>12-25</c>, <c>lunar 8-15</c>, and either with days behind it: <c>lunar 1-1 -1</c> is New Year's Eve (除夕).
    /// </summary>
    /// <param name="text">As written in a plan.</param>
    /// <param name="festival">What it says.</param>
    /// <param name="wrong">One sentence without a full stop: what is wrong, and what would be right.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Festival? festival, [NotNullWhen(false)] out string? wrong)
    {
        (festival, wrong) = (null, null);
        var match = Written().Match(text.Trim());
        int Part(string name) => match.Groups[name].Success ? int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) : 0;
        var (lunar, month, day, offset) = (match.Groups["lunar"].Success, Part("month"), Part("day"), Part("offset"));
        wrong = (match.Success, Exists(lunar, month, day), offset) switch
        {
            (false, _, _) => $"'{text}' is no festival: write 12-25, or lunar 8-15, and -1 behind it for its eve",
            (_, false, _) when lunar => $"'{text}' does not exist: months of the Chinese calendar are 1 to 12, their days 1 to 30",
            (_, false, _) => $"'{text}' does not exist: write month and day as in 12-25",
            (_, _, < -30 or > 30) => $"'{text}' is too far from its day: write -30 to 30 days behind it",
            _ => null,
        };
        if (wrong is not null)
            return false;
        festival = new Festival(lunar, month, day, offset);
        return true;
    }

    /// <summary>The text that <see cref="TryParse"/> reads back.</summary>
    public override string ToString()
    {
        var day = IsLunar
            ? string.Create(CultureInfo.InvariantCulture, $"lunar {Month}-{Day}")
            : string.Create(CultureInfo.InvariantCulture, $"{Month:00}-{Day:00}");
        return Offset == 0 ? day : day + Offset.ToString(" +0; -0", CultureInfo.InvariantCulture);
    }

    /// <summary>The festival of a year.</summary>
    /// <param name="year">
    /// By the Chinese calendar, the year that begins in this one and may end in the next: <c>lunar 12-8</c> of 2023 is on 2024-01-18. 1901
    /// to 2100 there.
    /// </param>
    public DateOnly DayIn(int year)
    {
        if (!IsLunar)
            return new DateOnly(year, Month, Math.Min(Day, DateTime.DaysInMonth(year, Month))).AddDays(Offset);

        // The leap month, counted through, stands behind the month whose name it repeats, and those after it are one further.
        var leap = chinese.GetLeapMonth(year);
        var month = leap > 0 && Month >= leap ? Month + 1 : Month;
        return DateOnly
            .FromDateTime(chinese.ToDateTime(year, month, Math.Min(Day, chinese.GetDaysInMonth(year, month)), 0, 0, 0, 0))
            .AddDays(Offset);
    }

    /// <summary>When the next such day begins where the customer is.</summary>
    /// <param name="after">UTC. A day that begins at this very instant is not next any more.</param>
    /// <param name="zone">The customer's.</param>
    /// <returns>UTC.</returns>
    /// <exception cref="ArgumentOutOfRangeException">By the Chinese calendar, after 2100.</exception>
    public DateTimeOffset NextAfter(DateTimeOffset after, TimeZoneInfo zone)
    {
        // That of a Chinese year, or with days behind it, may be in the next year.
        var year = WallClock.DayOf(after, zone).Year - 1;
        while (WallClock.StartOf(DayIn(year), zone) <= after)
            year++;
        return WallClock.StartOf(DayIn(year), zone);
    }

    private static bool Exists(bool lunar, int month, int day) =>
        month is >= 1 and <= 12 && day >= 1 && day <= (lunar ? 30 : DateTime.DaysInMonth(2000, month));

    [GeneratedRegex(@"\A(?<lunar>lunar )?(?<month>[0-9]{1,2})-(?<day>[0-9]{1,2})(?: (?<offset>[+-][0-9]{1,2}))?\z")]
    private static partial Regex Written();
}
