using System.Globalization;
using System.Text.RegularExpressions;

namespace CrmFunctions.Domain.Service.Calendars;

/// <summary>Reads cadences as people write them.</summary>
internal static partial class CadenceText
{
    private const string Forms =
        "write weekly Mon, every 2 weeks Mon, monthly 1, monthly last, every 2 months 15, quarterly 1, yearly 1, or a duration such as P30D or P1M";
    private const string Days = "Mon, Tue, Wed, Thu, Fri, Sat or Sun";

    /// <summary>The cadence of a text; null, and why, where it is none.</summary>
    public static Cadence? Read(string text, out string? wrong)
    {
        wrong = null;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(word => word.ToLowerInvariant())
            .ToArray();
        var shift = CalendarShift.Next;
        if (Array.IndexOf(words, "shift") is >= 0 and var at)
        {
            if (words[(at + 1)..] is not [var side] || !Enum.TryParse(side, ignoreCase: true, out shift) || !char.IsAsciiLetter(side[0]))
            {
                wrong = $"'{text}' does not say where a date goes: end with shift next, shift previous or shift none";
                return null;
            }

            words = words[..at];
        }

        var read = words switch
        {
            ["weekly", var day] => WeeklyOn(day, "1", shift, out wrong),
            ["every", var weeks, "week" or "weeks", var day] => WeeklyOn(day, weeks, shift, out wrong),
            ["monthly", var day] => MonthlyOn(day, "1", shift, out wrong),
            ["every", var months, "month" or "months", var day] => MonthlyOn(day, months, shift, out wrong),
            ["quarterly" or "yearly", "last"] => null,
            ["quarterly", var day] => MonthlyOn(day, "3", shift, out wrong),
            ["yearly", var day] => MonthlyOn(day, "12", shift, out wrong),
            [['p', ..] duration] => EveryOf(duration.ToUpperInvariant(), shift, out wrong),
            _ => (Cadence?)null,
        };
        if (read is null && wrong is null)
        {
            wrong = words switch
            {
                ["quarterly", "last"] =>
                    "'quarterly last' could be of the first month or of the third: write quarterly 31 for the ends of January, April, July and October",
                ["yearly", "last"] => "'yearly last' could be of January or of December: write yearly 31 for 31 January",
                _ => $"'{text}' is no cadence: {Forms}",
            };
        }

        return read;
    }

    private static Weekly? WeeklyOn(string day, string weeks, CalendarShift shift, out string? wrong)
    {
        wrong = null;
        if (Weekdays.Read(day) is not { } on)
        {
            wrong = $"'{day}' is no day of the week: write {Days}";
            return null;
        }

        if (Number(weeks) is >= 1 and <= 52 and var number)
            return new Weekly(on, number, shift);
        wrong = $"'{weeks}' is no number of weeks from 1 to 52";
        return null;
    }

    private static Monthly? MonthlyOn(string day, string months, CalendarShift shift, out string? wrong)
    {
        wrong = null;
        if (Number(months) is not { } every || every is not (1 or 2 or 3 or 4 or 6 or 12))
        {
            wrong =
                $"'{months}' is no number of months that a year can be parted into: write 1, 2, 3, 4, 6 or 12, or a duration such as P5M, counted from the customer's own date";
            return null;
        }

        if ((day == "last" ? 31 : Number(day)) is >= 1 and <= 31 and var on)
            return new Monthly(on, every, shift);
        wrong = $"'{day}' is no day of the month from 1 to 31, where 31 is the last day of every month";
        return null;
    }

    private static Every? EveryOf(string duration, CalendarShift shift, out string? wrong)
    {
        wrong = null;
        var match = Duration().Match(duration);
        int Part(string name) => match.Groups[name].Success ? Number(match.Groups[name].Value)!.Value : 0;
        if (!match.Success)
        {
            wrong = $"'{duration}' is no duration of days, weeks, months or years: write one such as P30D, P2W, P1M or P1Y";
            return null;
        }

        var (months, days) = ((Part("years") * 12) + Part("months"), (Part("weeks") * 7) + Part("days"));
        if (months + days > 0 && months <= 1200 && days <= 36600)
            return new Every(months, days, shift);
        wrong = $"'{duration}' is no duration from P1D to P100Y";
        return null;
    }

    private static int? Number(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"\AP(?!\z)(?:(?<years>[0-9]{1,4})Y)?(?:(?<months>[0-9]{1,4})M)?(?:(?<weeks>[0-9]{1,4})W)?(?:(?<days>[0-9]{1,5})D)?\z")]
    private static partial Regex Duration();
}
