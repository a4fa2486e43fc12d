using CrmFunctions.Domain.Events;
using CrmFunctions.Sources.Importing.Mapping;
using CrmFunctions.Sources.Importing.Reading;

namespace CrmFunctions.Sources.Importing.Notation;

/// <summary>
/// Finds out, from all rows of a file together, how its amounts and dates are written: one value that can only be read one way speaks for
/// all.
/// </summary>
/// <remarks>Source: Sources/Importing/IMPORTING.md, "One notation a file".</remarks>
public sealed class NotationTally(ColumnMapping mapping, RowReader reader)
{
    private readonly int[] decimals = new int[2];
    private readonly int[] dates = new int[2];
    private (int Row, string Text)? eitherAmount;
    private (int Row, string Text)? eitherDate;

    /// <summary>Looks at a row.</summary>
    public void Add(FileRow row, int number)
    {
        if (mapping is { Amount: not null, Decimals: null })
        {
            var text = reader.Cell(row, mapping.Amount);
            if (Amounts.Judge(text, reader.CurrencyOf(row), out var either) is { } sign)
                decimals[(int)sign]++;
            else if (either)
                eitherAmount ??= (number, text);
        }

        if (mapping is { Date: not null, Dates: null })
        {
            var text = reader.Cell(row, mapping.Date);
            if (Dates.Judge(text, out var either) is { } order)
                dates[(int)order]++;
            else if (either)
                eitherDate ??= (number, text);
        }
    }

    /// <summary>The mapping with what was found out.</summary>
    /// <param name="problems">What could not be, and what to say so that it can.</param>
    public ColumnMapping Decide(out IReadOnlyList<FieldProblem> problems)
    {
        var found = new List<FieldProblem>();
        problems = found;
        return mapping with
        {
            Decimals =
                mapping.Decimals
                ?? (DecimalSign?)Majority(
                    decimals,
                    eitherAmount,
                    found,
                    "decimals",
                    mapping.Amount,
                    "decimals=point where 1,234 is a thousand, or decimals=comma where 1.234 is"
                ),
            Dates =
                mapping.Dates
                ?? (DateOrder?)Majority(
                    dates,
                    eitherDate,
                    found,
                    "dates",
                    mapping.Date,
                    "dates=day where 3/4/2026 is in April, or dates=month where it is in March"
                ),
        };
    }

    // A row that is written the other way cannot be read in the way of the many: it is refused by itself, and never misread.
    private static int? Majority(
        int[] votes,
        (int Row, string Text)? either,
        List<FieldProblem> problems,
        string field,
        string? column,
        string say
    )
    {
        if (votes[0] != votes[1])
            return votes[0] > votes[1] ? 0 : 1;
        if (votes[0] > 0)
        {
            problems.Add(
                new FieldProblem(field, $"column '{column}' is written one way in {votes[0]} rows and the other way in as many; send {say}")
            );
        }
        else if (either is { } example)
        {
            problems.Add(
                new FieldProblem(
                    field,
                    $"column '{column}': '{example.Text.Trim()}' in row {example.Row} can be read in two ways and no other row says which; send {say}"
                )
            );
        }

        return null;
    }
}
