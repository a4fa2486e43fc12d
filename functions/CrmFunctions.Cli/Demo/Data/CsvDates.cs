using CrmFunctions.Cli.Commands;
using CsvHelper;
using NodaTime;
using NodaTime.Text;

namespace CrmFunctions.Cli.Demo.Data;

/// <summary>
/// Finds where the dates of a CSV file end, in one pass over one column. Rows without a date that can be read are the import's to refuse.
/// </summary>
internal static class CsvDates
{
    // Instants first; then dates that can be read one way only.
    private static readonly LocalDatePattern[] Dates =
    [
        LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd"),
        LocalDatePattern.CreateWithInvariantCulture("uuuu-MM-dd"),
        LocalDatePattern.CreateWithInvariantCulture("dd.MM.uuuu"),
    ];

    private static readonly LocalDatePattern MonthFirst = LocalDatePattern.CreateWithInvariantCulture("MM/dd/uuuu");
    private static readonly LocalDatePattern DayFirst = LocalDatePattern.CreateWithInvariantCulture("dd/MM/uuuu");

    private static readonly LocalDateTimePattern[] LocalTimes =
    [
        LocalDateTimePattern.ExtendedIso,
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd' 'HH:mm:ss"),
    ];

    /// <summary>The end of the last date's day in <paramref name="zone"/>.</summary>
    /// <exception cref="CommandFailedException">
    /// A column is missing, no date can be read, or month and day cannot be told apart.
    /// </exception>
    public static Instant End(string path, IReadOnlyDictionary<string, string> columns, DateTimeZone zone)
    {
        LocalDate? last = null;
        LocalDate? lastWithSlashes = null;
        (int Row, string Text)? dayFirst = null,
            unclear = null,
            unread = null;
        var monthFirst = false;

        foreach (var (row, text) in Column(path, columns))
        {
            if (Read(text, zone) is { } date)
            {
                last = last is { } l ? LocalDate.Max(l, date) : date;
                continue;
            }

            var month = MonthFirst.Parse(text);
            var day = DayFirst.Parse(text);
            if (month.Success)
            {
                if (day.Success && day.Value != month.Value)
                    unclear ??= (row, text);
                else
                    monthFirst |= !day.Success;
                lastWithSlashes = lastWithSlashes is { } l ? LocalDate.Max(l, month.Value) : month.Value;
            }
            else if (day.Success)
                dayFirst ??= (row, text);
            else
                unread ??= (row, text);
        }

        if ((dayFirst ?? (monthFirst ? null : unclear)) is { } doubtful)
        {
            throw new CommandFailedException(
                $"--data {path}, row {doubtful.Row}, column {columns["date"]}: {doubtful.Text} could be read as another day; write 2026-06-30 or 20260630."
            );
        }

        if (lastWithSlashes is { } slashes)
            last = last is { } l ? LocalDate.Max(l, slashes) : slashes;
        if (last is { } found)
            return zone.AtStartOfDay(found.PlusDays(1)).ToInstant();
        throw new CommandFailedException(
            unread is { } bad
                ? $"--data {path}, row {bad.Row}, column {columns["date"]}: {bad.Text} is no date; write 2026-06-30, 20260630, 30.06.2026 or 2026-06-30T09:30:00Z."
                : $"--data {path}: there is no row in it."
        );
    }

    private static LocalDate? Read(string text, DateTimeZone zone)
    {
        foreach (var pattern in Dates)
        {
            if (pattern.Parse(text) is { Success: true } date)
                return date.Value;
        }

        if (OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } instant)
            return instant.Value.ToInstant().InZone(zone).Date;
        foreach (var pattern in LocalTimes)
        {
            if (pattern.Parse(text) is { Success: true } local)
                return local.Value.Date;
        }

        return null;
    }

    // The first row after the heading is row 2, as in a spreadsheet.
    private static IEnumerable<(int Row, string Text)> Column(string path, IReadOnlyDictionary<string, string> columns)
    {
        using var csv = CsvReader.Create(Files.Open(path), CsvReaderOptions.Default, false);
        csv.ReadHeader();
        foreach (var (meaning, name) in columns)
        {
            if (!csv.TryGetFieldIndex(name, out _))
                throw new CommandFailedException(
                    $"--columns {meaning}={name}: {path} has no such column; it has {string.Join(", ", csv.Headers.ToArray())}."
                );
        }

        var index = csv.GetFieldIndex(columns["date"]);
        for (var row = 2; csv.Read(); row++)
            yield return (row, csv.GetString(index).Trim());
    }
}
