using System.Collections.Immutable;

namespace CrmFunctions.Domain.Standards.Templates;

/// <summary>
/// Standards to begin with, one for each of five industries, each in Chinese and English: the same rules, in other words.
/// </summary>
public static class IndustryTemplates
{
    /// <summary>Their names: 零售, 制造, 金融, 教育, B2B.</summary>
    public static ImmutableArray<string> Names { get; } = ["retail", "manufacturing", "finance", "education", "b2b"];

    /// <summary>The JSON of a template; null where there is none of the name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="language">A language tag; Chinese for any tag of it, else English.</param>
    public static string? Find(string name, string? language) =>
        Names.Contains(name, StringComparer.Ordinal) ? EmbeddedText.Read($"Standards.Templates.{name}.{Language.Of(language)}.json") : null;
}
