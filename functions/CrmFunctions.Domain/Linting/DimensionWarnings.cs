using System.Globalization;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Linting;

/// <summary>What is measured, and what it weighs.</summary>
internal static class DimensionWarnings
{
    private const int Most = 5;
    private const decimal Half = 50;

    public static void Find(Standard standard, Findings findings)
    {
        var dimensions = standard.Dimensions;
        if (dimensions.IsEmpty)
            return;
        Balance(standard, findings);
        for (var i = 0; i < dimensions.Length; i++)
        {
            var path = $"dimensions[{i}]";
            Direction(dimensions[i], path, findings);
            Cuts(dimensions[i], path, findings);
            for (var j = 0; j < i; j++)
            {
                if (dimensions[j].What == dimensions[i].What && dimensions[i].Blend is null && dimensions[j].Blend is null)
                {
                    findings.Warn(
                        "same-measure-twice",
                        path,
                        new(
                            $"'{dimensions[i].Name}' measures the same as '{dimensions[j].Name}': it counts twice.",
                            $"“{dimensions[i].Name}”与“{dimensions[j].Name}”衡量的是同一件事，等于重复计分。"
                        ),
                        new("Join the two into one, or give one another window.", "请合并为一个维度，或改用不同的时间窗口。")
                    );
                }
            }
        }
    }

    private static void Balance(Standard standard, Findings findings)
    {
        var dimensions = standard.Dimensions;
        if (dimensions.Length == 1)
        {
            findings.Warn(
                "one-dimension",
                "dimensions",
                new(
                    "One dimension decides everything: who is strong in any other way is not seen.",
                    "只有一个维度：客户在其他方面的价值完全看不到。"
                ),
                new(
                    "Add at least one of recency, frequency, engagement or potential.",
                    "请至少再加一个维度，如最近一次消费、频次、活跃度或潜力。"
                )
            );
        }

        if (dimensions.Length > Most)
        {
            findings.Warn(
                "many-dimensions",
                "dimensions",
                new(
                    $"There are {dimensions.Length} dimensions: nobody can explain a tier by more than {Most}.",
                    $"共有 {dimensions.Length} 个维度：超过 {Most} 个就很难向客户和同事讲清楚等级。"
                ),
                new(
                    $"Keep the {Most} that matter most, and turn the others into rules or tags.",
                    $"保留最重要的 {Most} 个，其余改为规则或标签。"
                )
            );
        }

        if (dimensions.Length > 1 && dimensions.MaxBy(dimension => dimension.Weight) is { Weight: > Half } heavy)
        {
            findings.Warn(
                "dominant-dimension",
                $"dimensions[{dimensions.IndexOf(heavy)}].weight",
                new(
                    $"'{heavy.Name}' has {Number(heavy.Weight)} of 100 points: the others hardly count.",
                    $"“{heavy.Name}”占 {Number(heavy.Weight)} 分（满分 100），其他维度几乎不起作用。"
                ),
                new($"Give it {Half} points or fewer.", $"请降到 {Half} 分或以下。")
            );
        }

        if (dimensions.Length > 1 && dimensions.All(dimension => IsMoney(dimension.Measure)))
        {
            findings.Warn(
                "money-alone",
                "dimensions",
                new(
                    "Only money counts: loyal small customers and large ones who are leaving look alike.",
                    "只看金额：忠诚的小客户与即将流失的大客户无法区分。"
                ),
                new("Add recency, frequency or engagement.", "请加入最近一次消费、频次或活跃度。")
            );
        }

        if (standard.Matrix is null && !dimensions.Any(Falls))
        {
            findings.Warn(
                "never-falls",
                "dimensions",
                new(
                    "Nothing here falls while a customer is silent: who once was high stays high for ever.",
                    "没有任何维度会随客户沉默而下降：曾经的高等级将永远保留。"
                ),
                new(
                    "Give orders or revenue a window such as P365D, or add recency or engagement.",
                    "请为订单或金额设置时间窗口（如 P365D），或加入最近一次消费、活跃度。"
                )
            );
        }
    }

    private static void Direction(Dimension dimension, string path, Findings findings)
    {
        var lowerIsBest = dimension.Measure is Measure.DaysSinceLastOrder or Measure.Complaints;
        if (dimension.Measure == Measure.Attribute || dimension.LowerIsBetter == lowerIsBest)
            return;
        var name = dimension.Name;
        findings.Warn(
            "wrong-way",
            $"{path}.better",
            lowerIsBest
                ? new(
                    $"'{name}' is called better when it is higher: the longer the silence or the more complaints, the higher the tier.",
                    $"“{name}”设为越高越好：沉默越久或投诉越多，等级反而越高。"
                )
                : new(
                    $"'{name}' is called better when it is lower: who does more gets fewer points.",
                    $"“{name}”设为越低越好：客户贡献越多，得分反而越少。"
                ),
            lowerIsBest
                ? new("Write \"better\": \"lower\".", "请写 \"better\": \"lower\"。")
                : new("Write \"better\": \"higher\", or leave it out.", "请写 \"better\": \"higher\"，或删除该项。")
        );
    }

    private static void Cuts(Dimension dimension, string path, Findings findings)
    {
        if (dimension.Rating is Bands bands && bands.Cuts[0] == 0 && dimension.Measure != Measure.Attribute)
        {
            findings.Warn(
                "cut-always-reached",
                $"{path}.bands.at[0]",
                new(
                    $"Every value of '{dimension.Name}' reaches the cut 0: its worst band is empty.",
                    $"“{dimension.Name}”的所有取值都达到分界点 0，最差一档永远为空。"
                ),
                new("Begin with a number above 0.", "请从大于 0 的数开始。")
            );
        }

        if (dimension.Measure.Largest() is not { } largest)
            return;
        var last = dimension.Rating switch
        {
            Bands at => at.Cuts[^1],
            LinearScale line => line.To,
            LogScale log => log.To,
            _ => 0,
        };
        if (last <= largest)
            return;
        findings.Warn(
            "cut-never-reached",
            dimension.Rating is Bands ? $"{path}.bands.at" : $"{path}.scale.to",
            new(
                $"'{dimension.Name}' is never above {Number(largest)}: {Number(last)} is out of reach.",
                $"“{dimension.Name}”最大为 {Number(largest)}，{Number(last)} 无法达到。"
            ),
            new($"Stay at {Number(largest)} or below.", $"请设为 {Number(largest)} 或以下。")
        );
    }

    private static bool IsMoney(Measure measure) => measure is Measure.NetRevenue or Measure.AverageOrder or Measure.PredictedValue;

    // Silence lowers it: days pass, a window moves on, or it fades.
    private static bool Falls(Dimension dimension) =>
        dimension.What.Window is not null
        || dimension.Measure.Fades()
        || dimension.Measure is Measure.DaysSinceLastOrder or Measure.PredictedValue;

    internal static string Number(decimal value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
