using System.Collections.Immutable;
using System.Text.Json;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Wording;

/// <summary>
/// The templates that come with the suite, in Chinese and English. One saved under the same name takes a shipped one's place.
/// </summary>
public static class ShippedTemplates
{
    /// <summary>By name.</summary>
    public static ImmutableSortedDictionary<string, Template> All { get; } = Read();

    private static ImmutableSortedDictionary<string, Template> Read()
    {
        using var document = JsonDocument.Parse(EmbeddedText.Read("Wording.shipped.json"));
        return document
            .RootElement.EnumerateArray()
            .Select(json =>
                TemplateReader.Read(json, out var problems)
                ?? throw new FormatException(string.Join("; ", problems.Select(problem => $"{problem.Field} {problem.Message}")))
            )
            .ToImmutableSortedDictionary(template => template.Name, template => template, StringComparer.Ordinal);
    }
}
