using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Service.Plans;

/// <summary>Reads plans from JSON, and says what cannot work.</summary>
/// <remarks>Source: Service/Plans/Plans.md.</remarks>
public static class PlanReader
{
    /// <summary>Reads one plan.</summary>
    /// <param name="json">The plan as written; it gives the version.</param>
    /// <param name="problems">What cannot work, by field.</param>
    /// <param name="warnings">What is written and means nothing.</param>
    /// <returns>Null exactly when there are problems.</returns>
    public static Plan? Read(string json, out IReadOnlyList<FieldProblem> problems, out IReadOnlyList<FieldProblem> warnings)
    {
        warnings = [];
        try
        {
            using var document = JsonText.Parse(
                json,
                new JsonDocumentOptions
                {
                    MaxDepth = 16,
                    AllowDuplicateProperties = false,
                    CommentHandling = JsonCommentHandling.Skip,
                }
            );
            problems =
                JsonText.FirstBroken(document.RootElement) is { } broken ? [broken]
                : document.RootElement.ValueKind != JsonValueKind.Object ? [new FieldProblem("", "must be a JSON object")]
                : [];
            if (problems.Count > 0)
                return null;
            var fields = JsonFields.Of(document.RootElement, StandardFields.Rules);
            var plan = PlanReading.Plan(fields, StandardReader.Version(json));
            (problems, warnings) = (fields.Problems, fields.Ignored);
            return problems.Count == 0 ? plan : null;
        }
        catch (JsonException notJson)
        {
            problems = [new FieldProblem("", $"is not well-formed JSON: {notJson.Message}")];
            return null;
        }
    }
}
