using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Linting;

/// <summary>What keeps tiers from swinging, and the times that customers and colleagues live by.</summary>
internal static class StabilityWarnings
{
    public static void Find(Standard standard, Findings findings)
    {
        Holding(standard, findings);
        Lengths(standard.Lifecycle, findings);
        Revisits(standard, findings);
    }

    private static void Holding(Standard standard, Findings findings)
    {
        var (stability, tiers) = (standard.Stability, standard.Tiers);
        var byScore = standard is { Kind: StandardKind.Ladder, Matrix: null };
        if (stability == Stability.None && tiers.Length > 1 && !standard.Dimensions.IsEmpty)
        {
            findings.Warn(
                "no-stability",
                "stability",
                new(
                    "Nothing keeps tiers from swinging: who stands at a threshold may move up and down every few days.",
                    "没有任何稳定措施：处在门槛附近的客户可能几天就升降一次。"
                ),
                new(
                    "Add, for example, \"stability\": { \"demoteMargin\": 5, \"minimumStay\": \"P30D\", \"grace\": \"P14D\", \"maxMovesPerQuarter\": 2 }.",
                    "例如加入 \"stability\": { \"demoteMargin\": 5, \"minimumStay\": \"P30D\", \"grace\": \"P14D\", \"maxMovesPerQuarter\": 2 }。"
                )
            );
        }

        if (byScore && tiers.Length > 1 && stability.DemoteMargin > 0)
        {
            var narrow = Enumerable.Range(0, tiers.Length - 1).MinBy(i => tiers[i].From - tiers[i + 1].From);
            var gap = tiers[narrow].From - tiers[narrow + 1].From;
            if (stability.DemoteMargin >= gap)
            {
                var (margin, between) = (DimensionWarnings.Number(stability.DemoteMargin), DimensionWarnings.Number(gap));
                findings.Warn(
                    "margin-too-wide",
                    "stability.demoteMargin",
                    new(
                        $"The margin of {margin} points is as wide as tier {tiers[narrow + 1].Name} and more ({between} points below {tiers[narrow].Name}): with a score from the bottom of {tiers[narrow + 1].Name} one still stays in {tiers[narrow].Name}.",
                        $"缓冲 {margin} 分不小于 {tiers[narrow].Name} 与 {tiers[narrow + 1].Name} 的间距（{between} 分）：得分已到 {tiers[narrow + 1].Name} 最低处，客户仍留在 {tiers[narrow].Name}。"
                    ),
                    new(
                        $"Take less than half of the gap: {DimensionWarnings.Number(gap / 2)} points or fewer.",
                        $"请设为间距的一半以内：不超过 {DimensionWarnings.Number(gap / 2)} 分。"
                    )
                );
            }
        }

        Quarterly(stability.MinimumStay, "minimumStay", findings);
        Quarterly(stability.Grace, "grace", findings);
    }

    private static void Quarterly(TimeSpan length, string name, Findings findings)
    {
        if (length <= Stability.Quarter)
            return;
        findings.Warn(
            "longer-than-a-quarter",
            $"stability.{name}",
            new(
                $"With {name} of {Days(length)} days a fall is seen more than a quarter late: reviews would show tiers of the past.",
                $"{name} 为 {Days(length)} 天：降级要晚一个季度以上才体现，季度复盘看到的是过去的等级。"
            ),
            new($"Take P{Days(Stability.Quarter)}D or less.", $"请设为 P{Days(Stability.Quarter)}D 或更短。")
        );
    }

    private static void Lengths(LifecycleRules lifecycle, Findings findings)
    {
        if (lifecycle.NewFor <= lifecycle.Dormant.AtLeast)
            return;
        findings.Warn(
            "new-and-dormant",
            "lifecycle.newFor",
            new(
                $"A customer is new for {Days(lifecycle.NewFor)} days, but dormant after {Days(lifecycle.Dormant.AtLeast)} days of silence: one order, and the new customer sleeps.",
                $"新客期为 {Days(lifecycle.NewFor)} 天，而沉默 {Days(lifecycle.Dormant.AtLeast)} 天即为沉睡：只下过一单的新客会直接变成沉睡。"
            ),
            new("Make newFor shorter than dormant.", "请让 newFor 短于 dormant。")
        );
    }

    private static void Revisits(Standard standard, Findings findings)
    {
        var warning = standard.Lifecycle.ChurnWarning.Otherwise;
        for (var i = 0; i < standard.Tiers.Length; i++)
        {
            var tier = standard.Tiers[i];
            if (tier.Revisit > warning)
            {
                findings.Warn(
                    "revisit-too-late",
                    $"tiers[{i}].revisit",
                    new(
                        $"Customers of tier {tier.Name} are revisited after {Days(tier.Revisit.Value)} days, later than the churn warning ({Days(warning)} days).",
                        $"{tier.Name} 的回访间隔 {Days(tier.Revisit.Value)} 天，比流失预警（{Days(warning)} 天）还晚。"
                    ),
                    new("Revisit before the warning comes.", "请让回访早于流失预警。")
                );
            }

            if (
                standard.Kind != StandardKind.Ladder
                || i + 1 == standard.Tiers.Length
                || standard.Tiers[i + 1].Revisit is not { } below
                || tier.Revisit <= below
            )
                continue;
            findings.Warn(
                "revisit-order",
                $"tiers[{i}].revisit",
                new(
                    $"Tier {tier.Name} is revisited less often than {standard.Tiers[i + 1].Name}, the tier below.",
                    $"{tier.Name} 的回访频率低于下一级 {standard.Tiers[i + 1].Name}。"
                ),
                new($"Give {tier.Name} a revisit of P{Days(below)}D or less.", $"请为 {tier.Name} 设置 P{Days(below)}D 或更短的回访间隔。")
            );
        }
    }

    private static string Days(TimeSpan length) => DimensionWarnings.Number((decimal)length.TotalDays);
}
