using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Standards;

/// <summary>Reads a standard from its JSON, and says of each field that cannot work what would be right.</summary>
public static class StandardReader
{
    private static readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Reads a standard.</summary>
    /// <param name="json">The standard as written; its hash is the version.</param>
    /// <param name="problems">What is wrong, by field.</param>
    /// <returns>Null exactly when there is a problem.</returns>
    public static Standard? Read(string json, out IReadOnlyList<FieldProblem> problems) => Read(json, out problems, out _);

    /// <summary>Reads a standard that must be right.</summary>
    /// <exception cref="FormatException">It is not; the message lists the problems.</exception>
    public static Standard ReadOrThrow(string json) =>
        Read(json, out var problems)
        ?? throw new FormatException("The standard cannot work: " + string.Join("; ", problems.Select(p => $"{p.Field}: {p.Message}")));

    /// <summary>Reads a standard.</summary>
    /// <param name="json">The standard as written.</param>
    /// <param name="problems">What is wrong, by field.</param>
    /// <param name="ignored">Members that mean nothing.</param>
    internal static Standard? Read(string json, out IReadOnlyList<FieldProblem> problems, out IReadOnlyList<FieldProblem> ignored)
    {
        ignored = [];
        try
        {
            using var document = JsonText.Parse(json, strict);
            problems =
                JsonText.FirstBroken(document.RootElement) is { } broken ? [broken]
                : document.RootElement.ValueKind != JsonValueKind.Object ? [new FieldProblem("", "A standard is a JSON object.")]
                : [];
            if (problems.Count > 0)
                return null;
            var fields = JsonFields.Of(document.RootElement, StandardFields.Rules);
            var standard = StandardReading.Standard(fields, Version(json));
            (problems, ignored) = (fields.Problems, fields.Ignored);
            return problems.Count > 0 ? null : standard;
        }
        catch (JsonException notJson)
        {
            problems = [new FieldProblem("", $"A standard is a JSON object: {notJson.Message}")];
            return null;
        }
    }

    /// <summary>The version of a standard or a plan as written, however its lines end.</summary>
    internal static string Version(string json) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ReplaceLineEndings("\n"))))[..12];
}
