using System.Globalization;

namespace CrmFunctions.Domain.Events;

/// <summary>Instants as they stand in events: RFC 3339, kept as UTC to the millisecond.</summary>
public static class Instants
{
    private static readonly string[] formats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd' 'HH:mm:ssK",
        "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Reads an instant that says its offset (<c>Z</c> or <c>+08:00</c>); null for anything else.</summary>
    public static DateTimeOffset? Parse(string text)
    {
        // 'K' would take an instant without an offset and give it the machine's zone.
        if (text.Length is < 20 or > 64 || !(text[^1] is 'Z' or 'z' || text[^6] is '+' or '-'))
            return null;
        var upper = ShortFraction(text.ToUpperInvariant());
        return DateTimeOffset.TryParseExact(upper, formats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var instant)
            ? Milliseconds(instant)
            : null;
    }

    // RFC 3339 sets no limit to the digits of a second; nanoseconds are common, and ticks are what can be parsed.
    private static string ShortFraction(string text)
    {
        const int point = 19;
        const int digits = 7;
        if (text[point] != '.')
            return text;
        var end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return end - point - 1 > digits ? string.Concat(text.AsSpan(0, point + 1 + digits), text.AsSpan(end)) : text;
    }

    /// <summary>The instant in UTC, cut to whole milliseconds.</summary>
    public static DateTimeOffset Milliseconds(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}
