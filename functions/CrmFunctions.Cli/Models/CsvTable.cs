using System.Globalization;
using CrmFunctions.Cli.Commands;
using CsvHelper;

namespace CrmFunctions.Cli.Models;

/// <summary>
/// A file of rows under a heading, read one row after the other. Separated by commas, semicolons, tabs, or spaces in fixed width.
/// </summary>
internal sealed class CsvTable
{
    private static readonly string[] Delimiters = [",", ";", "\t"];

    private readonly string path;
    private readonly string delimiter;

    private CsvTable(string path, string delimiter, string[] columns) => (this.path, this.delimiter, Columns) = (path, delimiter, columns);

    public string[] Columns { get; }

    /// <exception cref="CommandFailedException">The file cannot be read or has no heading.</exception>
    public static CsvTable Open(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var heading = reader.ReadLine();
            if (string.IsNullOrWhiteSpace(heading))
                throw new CommandFailedException($"{path}: the first line has no column names.");
            var delimiter = Delimiters.FirstOrDefault(heading.Contains) ?? " ";
            return new(path, delimiter, Split(heading, delimiter));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path}: {unreadable.Message}");
        }
    }

    /// <summary>The place of a column.</summary>
    /// <exception cref="CommandFailedException">There is none of this name; the message lists those there are.</exception>
    public int Column(string name) =>
        Find(name) ?? throw new CommandFailedException($"{path}: there is no column '{name}'; it has {string.Join(", ", Columns)}.");

    public int? Find(string name) => Array.IndexOf(Columns, name) is >= 0 and var place ? place : null;

    public IEnumerable<CsvRow> Rows()
    {
        if (delimiter == " ")
        {
            foreach (var (line, index) in File.ReadLines(path).Select((line, index) => (line, index)).Skip(1))
                if (!string.IsNullOrWhiteSpace(line))
                    yield return new(this, index + 1, Split(line, delimiter));
            yield break;
        }

        // The first row after the heading is row 2, as in a spreadsheet.
        using var csv = CsvReader.Create(File.OpenRead(path), new CsvReaderOptions { HasHeader = false }, leaveOpen: false);
        for (var number = 1; Next(csv); number++)
            if (number > 1)
                yield return new(this, number, csv.Current.ToArray());
    }

    public CommandFailedException Wrong(int row, int column, string text, string wanted) =>
        new($"{path}: row {row}, column '{Columns[column]}': '{text}' is not {wanted}.");

    public CommandFailedException Wrong(int row, string what) => new($"{path}: row {row}: {what}");

    private bool Next(CsvReader csv)
    {
        try
        {
            return csv.Read();
        }
        catch (CsvFormatException broken)
        {
            throw new CommandFailedException($"{path}: row {broken.RecordNumber} cannot be read: {broken.Message}");
        }
    }

    private static string[] Split(string line, string delimiter) =>
        delimiter == " "
            ? line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            : [.. line.Split(delimiter).Select(name => name.Trim().Trim('"'))];
}

/// <summary>One row.</summary>
internal readonly record struct CsvRow(CsvTable File, int Number, string[] Fields)
{
    /// <exception cref="CommandFailedException">The row is too short.</exception>
    public string Text(int column) =>
        column < Fields.Length
            ? Fields[column].Trim()
            : throw File.Wrong(
                Number,
                $"column '{File.Columns[column]}' is missing; the row has {Fields.Length} of {File.Columns.Length} columns."
            );

    public double Real(int column)
    {
        var text = Text(column);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw File.Wrong(Number, column, text, "a number");
    }

    public int Whole(int column)
    {
        var number = Real(column);
        return number == Math.Floor(number) && number is >= 0 and <= int.MaxValue
            ? (int)number
            : throw File.Wrong(Number, column, Text(column), "a whole number of zero or more");
    }

    public decimal Amount(int column)
    {
        var text = Text(column);
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
            ? amount
            : throw File.Wrong(Number, column, text, "an amount");
    }

    /// <summary>The day in a column, as the file writes dates.</summary>
    public DateOnly Day(int column, CsvDays days)
    {
        var text = Text(column);
        return days.TryRead(text, out var day) ? day : throw File.Wrong(Number, column, text, CsvDays.Wanted);
    }
}
