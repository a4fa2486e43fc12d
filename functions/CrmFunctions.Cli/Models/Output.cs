using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.ValueModels.Fitting;

namespace CrmFunctions.Cli.Models;

/// <summary>How results are written.</summary>
internal static class Output
{
    public static readonly Option AsJson = new("--json", null, "JSON instead of text");

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Json(Terminal terminal, object value) => terminal.Out.WriteLine(JsonSerializer.Serialize(value, Indented));

    /// <summary>One row of CSV (RFC 4180): a field with a comma, a quote or a line break is quoted.</summary>
    public static void Row(TextWriter to, params ReadOnlySpan<string> fields)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0)
                to.Write(',');
            to.Write(
                fields[i].AsSpan().IndexOfAny(",\"\r\n") < 0
                    ? fields[i]
                    : $"\"{fields[i].Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            );
        }

        to.Write('\n');
    }

    /// <summary>Twelve significant digits.</summary>
    public static string Digits(double value) => value.ToString("G12", CultureInfo.InvariantCulture);

    public static string[] Told(ImmutableArray<FitWarning> warnings) =>
        [.. warnings.Select(warning => $"{warning.Code}: {warning.Message}")];
}
