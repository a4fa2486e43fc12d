using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrmFunctions.Benchmarks.Results;

/// <summary>The table that is printed: every figure beside its budget.</summary>
internal sealed class Report(Machine machine)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly List<(string Section, Figure Figure)> lines = [];

    public void Add(string section, IEnumerable<Figure> figures) => lines.AddRange(figures.Select(figure => (section, figure)));

    public Task Print(TextWriter to, bool json) => to.WriteLineAsync(json ? AsJson() : AsText());

    private string AsJson() =>
        JsonSerializer.Serialize(
            new
            {
                machine,
                figures = lines.Select(line => new
                {
                    line.Section,
                    line.Figure.Name,
                    line.Figure.Value,
                    line.Figure.Unit,
                    line.Figure.Limit,
                    line.Figure.Within,
                }),
            },
            Json
        );

    private string AsText()
    {
        string[][] rows =
        [
            ["section", "what", "measured", "unit", "budget", ""],
            .. lines.Select(line =>
                (string[])
                    [
                        line.Section,
                        line.Figure.Name,
                        Number(line.Figure.Value),
                        line.Figure.Unit,
                        line.Figure.Limit is { } limit ? (limit.IsMost ? "≤ " : "≥ ") + Number(limit.Bound) : "",
                        line.Figure.Within switch
                        {
                            true => "ok",
                            false => "OVER",
                            null => "",
                        },
                    ]
            ),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = rows.Select(row =>
            string.Join("  ", row.Select((cell, column) => column is 2 or 4 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])))
                .TrimEnd()
        );
        var load = machine.Load is { } waiting ? FormattableString.Invariant($", load {waiting:0.0} before") : "";
        return FormattableString.Invariant($"{machine.At:yyyy-MM-dd HH:mm} UTC, {machine.Cores} cores{load}, {machine.Runtime}\n\n")
            + string.Join('\n', text);
    }

    // Three figures that count are more than a shared machine gives.
    private static string Number(double value) =>
        value switch
        {
            double.NaN => "?",
            0 => "0",
            _ when Math.Abs(value) >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
            _ when Math.Abs(value) >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
            _ => value.ToString("0.##", CultureInfo.InvariantCulture),
        };
}
