namespace CrmFunctions.Domain.Linting;

/// <summary>Something about a standard that its author should hear before it is published.</summary>
/// <param name="Severity">Whether the standard can be used at all.</param>
/// <param name="Code">Stable name of the kind of finding, such as <c>dominant-dimension</c>; <c>cannot-work</c> for every error.</param>
/// <param name="Path">The member concerned, such as <c>tiers[1].from</c>; empty for the whole.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Advice">What to change.</param>
public sealed record Finding(FindingSeverity Severity, string Code, string Path, BilingualText Problem, BilingualText Advice);

/// <summary>Whether a standard can be used.</summary>
public enum FindingSeverity
{
    /// <summary>It cannot decide.</summary>
    Error,

    /// <summary>It can, and perhaps not as its author means it.</summary>
    Warning,
}

/// <summary>One sentence in the two languages of the suite.</summary>
public sealed record BilingualText(string English, string Chinese)
{
    /// <summary>Chinese for any tag of it, else English.</summary>
    public string In(string? language) => Language.IsChinese(language) ? Chinese : English;
}

/// <summary>Gathers warnings.</summary>
internal sealed class Findings
{
    private readonly List<Finding> found = [];

    public IReadOnlyList<Finding> All => found;

    public void Warn(string code, string path, BilingualText problem, BilingualText advice) =>
        found.Add(new Finding(FindingSeverity.Warning, code, path, problem, advice));
}
