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
        var reading = new PlanReading();
        (problems, warnings) = (reading.Problems, reading.Ignored);
        try
        {
            using var document = JsonDocument.Parse(
                json,
                new JsonDocumentOptions
                {
                    MaxDepth = 16,
                    AllowDuplicateProperties = false,
                    CommentHandling = JsonCommentHandling.Skip,
                }
            );
            var plan = reading.Plan(document.RootElement, StandardReader.Version(json));
            return reading.Problems.Count == 0 ? plan : null;
        }
        catch (JsonException broken)
        {
            reading.Problems.Add(new FieldProblem("", $"is not well-formed JSON: {broken.Message}"));
            return null;
        }
    }
}
