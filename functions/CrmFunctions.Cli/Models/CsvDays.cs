using System.Globalization;
using System.Text.RegularExpressions;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Models;

/// <summary>
/// How a file writes its days: such as can be read one way only, or with slashes, whose first number is a month or a day for the whole
/// file.
/// </summary>
internal sealed partial class CsvDays
{
    /// <summary>What is asked for where a day cannot be read.</summary>
    public const string Wanted =
        "a date (2026-06-30, 20260630, 30.06.2026, 6/30/2026, each with or without a time of day, or an ISO 8601 instant)";

    private static readonly string[] Plain = ["yyyyMMdd", "yyyy-MM-dd", "yyyy-M-d", "yyyy/M/d", "yyyy/MM/dd", "d.M.yyyy", "dd.MM.yyyy"];
    private static readonly string[] MonthFirst = ["M/d/yyyy", "M/d/yy"];
    private static readonly string[] DayFirst = ["d/M/yyyy", "d/M/yy"];

    private readonly string[] slashes;

    private CsvDays(string[] slashes) => this.slashes = slashes;

    /// <summary>Looks through a column.</summary>
    /// <param name="file">The file.</param>
    /// <param name="column">The column of days.</param>
    /// <param name="said">monthFirst or dayFirst, where the caller says so; null: the file must show it.</param>
    /// <exception cref="CommandFailedException">Days with slashes could be read both ways throughout.</exception>
    public static CsvDays Of(CsvTable file, int column, string? said)
    {
        if (said is not null)
            return new(said == "dayFirst" ? DayFirst : MonthFirst);
        var (month, day) = (false, false);
        (int Row, string Text)? unclear = null;
        foreach (var row in file.Rows())
        {
            if (
                column >= row.Fields.Length
                || Date(row.Fields[column].Trim()) is not { } text
                || !text.Contains('/', StringComparison.Ordinal)
                || TryPlain(text, out _)
            )
                continue;
            var (asMonth, asDay) = (Exact(text, MonthFirst, out var m), Exact(text, DayFirst, out var d));
            if (asMonth && asDay && m != d)
                unclear ??= (row.Number, text);
            month |= asMonth && !asDay;
            day |= asDay && !asMonth;
        }

        // A file that needs both ways is read by neither: rows then fail one by one, with their number.
        if (month != day || unclear is null)
            return new(day && !month ? DayFirst : MonthFirst);
        throw file.Wrong(
            unclear.Value.Row,
            column,
            unclear.Value.Text,
            "clear: it could be read with the month or the day first; say --dates monthFirst or --dates dayFirst"
        );
    }

    /// <summary>A day, or the day in UTC of an instant with an offset; without an offset, the day as written.</summary>
    public bool TryRead(string text, out DateOnly day)
    {
        if (TryClear(text, out day))
            return true;
        return Date(text) is { } date && Exact(date, slashes, out day);
    }

    /// <summary>A day that can be read one way only.</summary>
    public static bool TryClear(string text, out DateOnly day)
    {
        if (TryPlain(text, out day) || (Date(text) is { } date && TryPlain(date, out day)))
            return true;
        if (
            text.Length < 16
            || text[4] != '-'
            || text[10] is not ('T' or ' ')
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
        )
            return false;
        day = DateOnly.FromDateTime(instant.UtcDateTime);
        return true;
    }

    private static bool TryPlain(string text, out DateOnly day) => Exact(text, Plain, out day);

    private static bool Exact(string text, string[] patterns, out DateOnly day) =>
        DateOnly.TryParseExact(text, patterns, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    // The date before a time of day; null where what follows it is something else, an offset for instance.
    private static string? Date(string text) =>
        TimeOfDay().Match(text) is { Success: true } time ? text[..time.Index]
        : text.Contains(' ', StringComparison.Ordinal) ? null
        : text;

    [GeneratedRegex(@"[ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfDay();
}
