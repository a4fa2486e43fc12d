using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Linting;

/// <summary>Rules that do nothing, or more than their author may mean.</summary>
internal static class RuleWarnings
{
    public static void Find(Standard standard, Findings findings)
    {
        for (var i = 0; i < standard.Rules.Length; i++)
        {
            var (rule, path) = (standard.Rules[i], $"rules[{i}]");
            Tags(standard, i, findings);
            if (Conditions.Impossible(rule.When))
            {
                findings.Warn(
                    "rule-for-nobody",
                    $"{path}.when",
                    new("No customer can ever fulfil this condition.", "任何客户都不可能满足这个条件。"),
                    new("Correct the condition, or leave the rule out.", "请改正条件，或删除该规则。")
                );
                continue;
            }

            if (rule.Effect is null)
                continue;
            if (Conditions.Certain(rule.When))
            {
                findings.Warn(
                    "rule-for-everybody",
                    $"{path}.when",
                    new(
                        "Every customer fulfils this condition: scores mean little beside it.",
                        "所有客户都满足这个条件：得分几乎不起作用。"
                    ),
                    new("Make the condition narrower.", "请收窄条件。")
                );
            }

            if (Idle(standard, rule))
            {
                findings.Warn(
                    "rule-without-effect",
                    path,
                    new(
                        $"Everybody is {(rule.Effect == RuleEffect.AtLeast ? "at least" : "at most")} in tier {standard.Tiers[rule.Tier].Name} anyway.",
                        $"所有客户本来就{(rule.Effect == RuleEffect.AtLeast ? "不低于" : "不高于")} {standard.Tiers[rule.Tier].Name}。"
                    ),
                    new("Name another tier, or leave the rule out.", "请指向其他等级，或删除该规则。")
                );
            }
            else if (
                Enumerable.Range(0, standard.Rules.Length).Where(j => Beats(standard.Rules, j, i)).Select(j => (int?)j).FirstOrDefault() is
                { } winner
            )
            {
                findings.Warn(
                    "rule-never-wins",
                    path,
                    new(
                        $"rules[{winner}] concerns everybody whom this one concerns, and decides before it.",
                        $"rules[{winner}] 涵盖了本规则涉及的所有客户，并且优先生效。"
                    ),
                    new("Put the narrower rule first, or leave one out.", "请把更具体的规则放在前面，或删除其一。")
                );
            }
        }
    }

    private static bool Idle(Standard standard, Rule rule) =>
        (rule.Effect == RuleEffect.AtLeast && rule.Tier == standard.Tiers.Length - 1)
        || (rule.Effect == RuleEffect.AtMost && rule.Tier == 0);

    /// <summary>
    /// Where the rule at <paramref name="other"/> says something of the tier, that at <paramref name="one"/> decides instead.
    /// </summary>
    private static bool Beats(IReadOnlyList<Rule> rules, int one, int other)
    {
        if (one == other || !Conditions.Implies(rules[other].When, rules[one].When))
            return false;
        return (rules[one].Effect, rules[other].Effect) switch
        {
            (RuleEffect.Is, RuleEffect.Is) => one < other,
            (RuleEffect.Is, _) => true,
            (RuleEffect.AtLeast, RuleEffect.AtLeast) => rules[one].Tier < rules[other].Tier
                || (rules[one].Tier == rules[other].Tier && one < other),
            (RuleEffect.AtMost, RuleEffect.AtMost) => rules[one].Tier > rules[other].Tier
                || (rules[one].Tier == rules[other].Tier && one < other),
            _ => false,
        };
    }

    private static void Tags(Standard standard, int index, Findings findings)
    {
        var asked = Conditions
            .Looked(standard.Rules[index].When)
            .OfType<HasTag>()
            .Select(condition => condition.Tag)
            .ToHashSet(StringComparer.Ordinal);
        for (var giver = index; giver < standard.Rules.Length; giver++)
        {
            if (standard.Rules[giver].Tag is not { } tag || !asked.Contains(tag) || standard.Rules.Take(index).Any(rule => rule.Tag == tag))
                continue;
            findings.Warn(
                "tag-given-later",
                $"rules[{index}].when",
                new(
                    $"The tag '{tag}' is given by rules[{giver}] only after this rule was looked at; here it counts only where somebody put it on by hand.",
                    $"标签“{tag}”由后面的 rules[{giver}] 才打上：在本规则处，只有人工打的标签才算数。"
                ),
                new($"Put rules[{giver}] before this rule.", $"请把 rules[{giver}] 移到本规则之前。")
            );
        }
    }
}
