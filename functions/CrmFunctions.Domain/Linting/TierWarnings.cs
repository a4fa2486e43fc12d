using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Domain.Linting;

/// <summary>Tiers that nobody can be in, and what they are called.</summary>
internal static class TierWarnings
{
    private const int Most = 7;

    public static void Find(Standard standard, Calibration calibration, Findings findings)
    {
        Names(standard, findings);
        var byRule = standard.Rules.Where(rule => rule.Effect is not null).Select(rule => rule.Tier).ToHashSet();
        if (standard is { Kind: StandardKind.Ladder, Matrix: null })
            Scores(standard, calibration, byRule, findings);
        else
            Named(standard, byRule, findings);
    }

    private static void Names(Standard standard, Findings findings)
    {
        if (standard.Tiers.Length == 1)
        {
            findings.Warn(
                "one-tier",
                "tiers",
                new("There is one tier: everybody is served alike.", "只有一个等级：对所有客户一视同仁。"),
                new("Have two or more.", "请至少设置两个等级。")
            );
        }

        if (standard.Tiers.Length > Most)
        {
            findings.Warn(
                "many-tiers",
                "tiers",
                new(
                    $"There are {standard.Tiers.Length} tiers: hardly anybody serves more than {Most} in different ways.",
                    $"共有 {standard.Tiers.Length} 个等级：很少有团队能区分服务 {Most} 个以上的等级。"
                ),
                new("Join tiers that are served alike.", "请合并服务方式相同的等级。")
            );
        }

        for (var i = 0; i < standard.Tiers.Length; i++)
        {
            Labelled(standard.Tiers[i].Label.Keys, $"tiers[{i}].label", standard.Tiers[i].Name, needed: true, findings);
        }

        for (var i = 0; i < standard.Dimensions.Length; i++)
        {
            Labelled(standard.Dimensions[i].Label.Keys, $"dimensions[{i}].label", standard.Dimensions[i].Name, needed: false, findings);
        }
    }

    private static void Labelled(IEnumerable<string> languages, string path, string name, bool needed, Findings findings)
    {
        var missing = new[] { Language.Chinese, Language.English }.Except(languages).ToList();
        if (missing.Count == 0 || (missing.Count == 2 && !needed))
            return;
        findings.Warn(
            "missing-label",
            path,
            new(
                $"'{name}' has no label in {string.Join(" and ", missing)}: receipts in it show the bare name.",
                $"“{name}”缺少 {string.Join("、", missing)} 的名称：该语言的说明里只会显示代号。"
            ),
            new("Add \"label\": { \"zh-CN\": …, \"en\": … }.", "请补上 \"label\": { \"zh-CN\": …, \"en\": … }。")
        );
    }

    private static void Scores(Standard standard, Calibration calibration, HashSet<int> byRule, Findings findings)
    {
        var any = new AttainableScores(standard, calibration, _ => false);
        var tiers = standard.Tiers;
        var reached = Enumerable.Range(0, tiers.Length).Select(i => any.AnyIn(tiers[i].From, i == 0 ? null : tiers[i - 1].From)).ToList();
        for (var i = 0; i < tiers.Length; i++)
        {
            if (reached[i] || byRule.Contains(i))
                continue;
            var largest = DimensionWarnings.Number(any.Largest);
            findings.Warn(
                "unreachable-tier",
                $"tiers[{i}].from",
                any.Largest < tiers[i].From
                    ? new(
                        $"No customer can reach tier {tiers[i].Name}: the best there is earns {largest} points.",
                        $"没有客户能达到 {tiers[i].Name}：最好的情况也只有 {largest} 分。"
                    )
                    : new(
                        $"No sum of points lies in tier {tiers[i].Name}: bands jump over it.",
                        $"没有任何得分落在 {tiers[i].Name} 内：分档得分会直接跳过它。"
                    ),
                new("Move its threshold, take caps off, or leave the tier out.", "请调整门槛、取消封顶，或删除该等级。")
            );
        }

        var unknown = standard.Dimensions.Where(dimension => OftenUnknown(dimension, standard, calibration)).ToList();
        if (unknown.Count == 0 || unknown.Count == standard.Dimensions.Length || !reached[0])
            return;
        var rest = new AttainableScores(standard, calibration, unknown.Contains);
        if (rest.Largest >= tiers[0].From)
            return;
        var names = string.Join(", ", unknown.Select(dimension => dimension.Name));
        findings.Warn(
            "top-needs-the-unknown",
            "tiers[0].from",
            new(
                $"Of {names} nothing is known of many customers; they earn {DimensionWarnings.Number(rest.Largest)} points at most and cannot reach tier {tiers[0].Name}.",
                $"许多客户没有 {names} 的数据，他们最多只能得 {DimensionWarnings.Number(rest.Largest)} 分，无法达到 {tiers[0].Name}。"
            ),
            new(
                "Write \"whenUnknown\": \"neutral\" there, give these dimensions less weight, or lower the threshold.",
                "请对这些维度使用 \"whenUnknown\": \"neutral\"、降低其权重，或降低门槛。"
            )
        );
    }

    private static void Named(Standard standard, HashSet<int> byRule, Findings findings)
    {
        var cells = standard.Matrix?.Cells.SelectMany(line => line).ToHashSet() ?? [];
        for (var i = 0; i < standard.Tiers.Length; i++)
        {
            // The last of the classes is for customers who fit no other.
            var otherwise = standard.Matrix is null && i == standard.Tiers.Length - 1;
            if (cells.Contains(i) || byRule.Contains(i) || otherwise)
                continue;
            var name = standard.Tiers[i].Name;
            findings.Warn(
                "unnamed-tier",
                $"tiers[{i}]",
                standard.Matrix is null
                    ? new($"No rule names the class {name}: nobody is in it.", $"没有规则指向 {name}：不会有客户属于它。")
                    : new(
                        $"No cell of the matrix and no rule names tier {name}: nobody is in it.",
                        $"矩阵的单元格和规则都没有指向 {name}：不会有客户属于它。"
                    ),
                new("Name it somewhere, or leave it out.", "请在某处指向它，或删除该等级。")
            );
        }
    }

    private static bool OftenUnknown(Dimension dimension, Standard standard, Calibration calibration) =>
        dimension.Measure switch
        {
            Measure.Potential => dimension.Blend is not { } blend
                || OftenUnknown(dimension with { What = blend.With, Blend = null }, standard, calibration),
            Measure.Satisfaction or Measure.Attribute => true,
            Measure.PAlive or Measure.PredictedValue => calibration.Model?.Currency != standard.Currency,
            _ => false,
        };
}
