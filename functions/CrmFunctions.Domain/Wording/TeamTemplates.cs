using System.Collections.Immutable;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Permission;

namespace CrmFunctions.Domain.Wording;

/// <summary>
/// What the suite itself has to tell people of ours, and the variables that it knows then. A template of such a name must be able to say
/// it.
/// </summary>
/// <remarks>Source: Wording/Templates.md, section 3.</remarks>
public static class TeamTemplates
{
    /// <summary>A tier or stage has changed.</summary>
    public const string TierChanged = "tier-changed";

    /// <summary>A customer is about to be lost.</summary>
    public const string ChurnWarning = "churn-warning";

    /// <summary>A warning was wrong.</summary>
    public const string ChurnWarningWithdrawn = "churn-warning-withdrawn";

    /// <summary>A visit is due.</summary>
    public const string Revisit = "revisit";

    /// <summary>A complaint, a reply or a sign of life waits for an answer.</summary>
    public const string Duty = "duty";

    /// <summary>A duty is late.</summary>
    public const string Overdue = "overdue";

    /// <summary>A duty is late for so long that the lead is told.</summary>
    public const string Escalated = "escalated";

    /// <summary>A day has more complaints than chance explains.</summary>
    public const string ComplaintSpike = "complaint-spike";

    private static readonly ImmutableArray<string> customer = ["customer", "name", "tier", "stage", "owner"];
    private static readonly ImmutableArray<string> duty = [.. customer, "title", "due", "why"];

    /// <summary>The variables that may stand in each, by name.</summary>
    public static ImmutableSortedDictionary<string, ImmutableArray<string>> Variables { get; } =
        new Dictionary<string, ImmutableArray<string>>
        {
            [TierChanged] = [.. customer, "from", "to"],
            [ChurnWarning] = [.. customer, "lastOrder", "since", "why"],
            [ChurnWarningWithdrawn] = [.. customer, "lastOrder"],
            [Revisit] = [.. customer, "lastOrder", "since", "why"],
            [Duty] = duty,
            [Overdue] = duty,
            [Escalated] = duty,
            [ComplaintSpike] = ["day", "complaints", "usual"],
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Why a template could leave something unsaid that the team must hear; nothing of templates for customers.</summary>
    public static IEnumerable<FieldProblem> Problems(Template template)
    {
        if (!Variables.TryGetValue(template.Name, out var known))
            yield break;
        if (template.Purpose != Purpose.Transactional)
            yield return new FieldProblem("purpose", $"must be transactional: {template.Name} is told to the team");
        foreach (var (i, text) in template.Texts.Index())
        {
            foreach (var name in text.Variables.Except(known))
                yield return new FieldProblem(
                    $"texts[{i}]",
                    $"has {{{{{name}}}}}, which nobody gives; {template.Name} has {string.Join(", ", known)}"
                );
        }

        if (!template.Texts.Any(text => (text.Tier, text.Stage, text.Channel) == default))
        {
            yield return new FieldProblem(
                "texts",
                $"has none for all tiers, stages and channels; without it {template.Name} would be left unsaid for some"
            );
        }
    }
}
