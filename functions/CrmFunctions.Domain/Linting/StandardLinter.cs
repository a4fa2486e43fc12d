using System.Collections.Immutable;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Domain.Linting;

/// <summary>Says of a standard what cannot work, and what works and should be looked at again before it is published.</summary>
/// <remarks>Source: Standards/Standards.md, where each warning has its example.</remarks>
public static class StandardLinter
{
    /// <summary>The code of everything that keeps a standard from being used.</summary>
    public const string CannotWork = "cannot-work";

    private static readonly BilingualText correct = new("Correct it: the standard cannot be used like this.", "请改正：标准目前无法使用。");
    private static readonly BilingualText leaveOut = new("Correct the name, or leave it out.", "请改正名称，或删除该项。");

    /// <summary>Reads a standard and looks at it.</summary>
    /// <param name="json">The standard as written.</param>
    /// <param name="calibration">The calibration it would use. Null: none is at hand.</param>
    /// <returns>Errors first; empty where there is nothing to say.</returns>
    public static ImmutableArray<Finding> Lint(string json, Calibration? calibration = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        var standard = StandardReader.Read(json, out var problems, out var ignored);
        return
        [
            .. problems.Select(problem => Of(FindingSeverity.Error, CannotWork, problem, correct)),
            .. ignored.Select(problem => Of(FindingSeverity.Warning, "means-nothing", problem, leaveOut)),
            .. standard is null ? [] : Warnings(standard, calibration),
        ];
    }

    /// <summary>What should be looked at again in a standard that can work.</summary>
    /// <param name="standard">The standard.</param>
    /// <param name="calibration">The calibration it would use. Null: none is at hand.</param>
    public static ImmutableArray<Finding> Warnings(Standard standard, Calibration? calibration = null)
    {
        ArgumentNullException.ThrowIfNull(standard);
        var findings = new Findings();
        DimensionWarnings.Find(standard, findings);
        TierWarnings.Find(standard, calibration ?? Calibration.None, findings);
        StabilityWarnings.Find(standard, findings);
        RuleWarnings.Find(standard, findings);
        BaseWarnings.Find(standard, calibration ?? Calibration.None, findings);
        return [.. findings.All];
    }

    // What the reader says is in English: it names members of the JSON, which are English words.
    private static Finding Of(FindingSeverity severity, string code, FieldProblem problem, BilingualText advice) =>
        new(severity, code, problem.Field, new BilingualText(problem.Message, problem.Message), advice);
}
