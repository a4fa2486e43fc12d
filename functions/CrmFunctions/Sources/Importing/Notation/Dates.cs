using System.Globalization;
using System.Text.RegularExpressions;
using CrmFunctions.Domain.Events;
using NodaTime;

namespace CrmFunctions.Sources.Importing.Notation;

/// <summary>What comes first in a file's dates such as 3/4/2026.</summary>
public enum DateOrder
{
    /// <summary>3/4/2026 is the third of April.</summary>
    Day,

    /// <summary>3/4/2026 is the fourth of March.</summary>
    Month,
}

/// <summary>Dates as shops and spreadsheets write them.</summary>
/// <remarks>Source: Sources/Importing/IMPORTING.md, "Dates". A year has four digits: with two nobody can say which is which.</remarks>
public static partial class Dates
{
    private const int Longest = 64;
    private static readonly string[] months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>Which order a date can only have.</summary>
    /// <returns>Null where both or neither would do; then <paramref name="either"/> says whether the two readings differ.</returns>
    public static DateOrder? Judge(string text, out bool either)
    {
        either = false;
        if (Match(text) is not { } match || !match.Groups["a"].Success || match.Groups["p"].Value == ".")
            return null;
        var day = Local(match, DateOrder.Day);
        var month = Local(match, DateOrder.Month);
        either = day is not null && month is not null && day != month;
        return (day, month) switch
        {
            (not null, null) => DateOrder.Day,
            (null, not null) => DateOrder.Month,
            _ => null,
        };
    }

    /// <summary>The instant a date or time means.</summary>
    /// <param name="text">As written.</param>
    /// <param name="order">What comes first where the notation does not say.</param>
    /// <param name="zone">
    /// Of dates without an offset. A date without a time is the day's first instant there, which clock changes may move off midnight.
    /// </param>
    /// <returns>Null where it is no date.</returns>
    public static Instant? Read(string text, DateOrder order, DateTimeZone zone)
    {
        if (Instants.Parse(text.Trim()) is { } instant)
            return Instant.FromDateTimeOffset(instant);
        if (Match(text) is not { } match || Local(match, order) is not { } local)
            return null;
        if (match.Groups["offset"].Value.Replace(":", "", StringComparison.Ordinal) is ['+' or '-', ..] offset)
        {
            var (hours, minutes) = (Number(offset[1..3]), Number(offset[3..]));
            if (hours > 18 || minutes > 59)
                return null;
            var apart = Offset.FromSeconds((offset[0] == '-' ? -1 : 1) * ((hours * 3600) + (minutes * 60)));
            return local.WithOffset(apart).ToInstant();
        }

        if (match.Groups["offset"].Success)
            return local.InUtc().ToInstant();
        return local.TimeOfDay == LocalTime.Midnight ? zone.AtStartOfDay(local.Date).ToInstant() : zone.AtLeniently(local).ToInstant();
    }

    private static Match? Match(string text) =>
        text.Length <= Longest && Notation().Match(CellText.Narrow(text).Trim()) is { Success: true } match ? match : null;

    private static LocalDateTime? Local(Match match, DateOrder order)
    {
        int Part(string name) => match.Groups[name].Success ? Number(match.Groups[name].Value) : 0;
        var (year, month, day) = (Part("y"), Part("m"), Part("d"));
        if (match.Groups["a"].Success)
        {
            // With points the day comes first everywhere.
            var dayFirst = order == DateOrder.Day || match.Groups["p"].Value == ".";
            (day, month) = dayFirst ? (Part("a"), Part("b")) : (Part("b"), Part("a"));
        }

        if (match.Groups["n"] is { Success: true } name)
            month = Array.IndexOf(months, name.Value[..3].ToLowerInvariant()) + 1;
        var hour = Part("h");
        if (match.Groups["half"] is { Success: true } half)
        {
            if (hour is < 1 or > 12)
                return null;
            hour = (hour % 12) + (half.Value is "下午" or ['p' or 'P', ..] ? 12 : 0);
        }

        var valid =
            year >= 1
            && month is >= 1 and <= 12
            && day >= 1
            && day <= CalendarSystem.Iso.GetDaysInMonth(year, month)
            && hour <= 23
            && Part("min") <= 59
            && Part("sec") <= 59;
        if (!valid)
            return null;
        var nanoseconds = long.Parse(match.Groups["f"].Value.PadRight(9, '0'), CultureInfo.InvariantCulture);
        return new LocalDateTime(year, month, day, hour, Part("min"), Part("sec")).PlusNanoseconds(nanoseconds);
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        """
            ^(?:
                (?<y>[0-9]{4})(?<s>[-/.])(?<m>[0-9]{1,2})\k<s>(?<d>[0-9]{1,2})
              | (?<y>[0-9]{4})\s?年\s?(?<m>[0-9]{1,2})\s?月\s?(?<d>[0-9]{1,2})\s?日
              | (?<y>[0-9]{4})(?<m>[0-9]{2})(?<d>[0-9]{2})
              | (?<a>[0-9]{1,2})(?<p>[-/.])(?<b>[0-9]{1,2})\k<p>(?<y>[0-9]{4})
              | (?<d>[0-9]{1,2})[-\x20](?<n>(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december))[-\x20](?<y>[0-9]{4})
            )(?:
                (?:T|,?\x20+|(?<=日))(?<half>上午|下午)?\x20*(?<h>[0-9]{1,2}):(?<min>[0-9]{2})(?::(?<sec>[0-9]{2})(?:[.](?<f>[0-9]{1,9}))?)?
                \x20*(?<half>[AaPp][Mm])?\x20*(?<offset>Z|[+-][0-9]{2}:?[0-9]{2})?
            )?$
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Notation();
}
