using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Suggesting;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Domain.Linting;

/// <summary>How a standard fits the base that its calibration looked at, and what it needs of one.</summary>
internal static class BaseWarnings
{
    private const decimal CrowdedTop = 0.3m;
    private const decimal Crowded = 0.8m;

    public static void Find(Standard standard, Calibration calibration, Findings findings)
    {
        Needed(standard, calibration, findings);
        for (var i = 0; i < standard.Dimensions.Length; i++)
            Distinguishes(standard.Dimensions[i], i, calibration, findings);
        if (standard is { Kind: StandardKind.Ladder, Matrix: null, Tiers.Length: > 1 } && !calibration.Scores.IsEmpty)
            Sizes(standard, new Distribution(calibration.Scores), findings);
    }

    private static void Needed(Standard standard, Calibration calibration, Findings findings)
    {
        for (var i = 0; i < standard.Dimensions.Length; i++)
        {
            var dimension = standard.Dimensions[i];
            if (dimension.Rating is not PercentileBands || calibration.Percentiles.ContainsKey(dimension.Name))
                continue;
            findings.Warn(
                "percentiles-without-calibration",
                $"dimensions[{i}].bands.percentiles",
                new(
                    $"The bands of '{dimension.Name}' are percentiles of the base, and no calibration at hand has them.",
                    $"“{dimension.Name}”按客户群百分位分档，而目前没有包含它的校准。"
                ),
                new(
                    "Calibrate before it comes into force, or write absolute cuts: \"bands\": { \"at\": [ … ] }.",
                    "请在生效前先校准，或改用绝对分界点：\"bands\": { \"at\": [ … ] }。"
                )
            );
        }

        if (calibration.Model?.Currency == standard.Currency)
            return;
        var asks = new List<string>();
        if (standard.Lifecycle.Dormant.Condition is not null)
            asks.Add("lifecycle.dormant");
        if (standard.Lifecycle.ChurnWarning.Condition is not null)
            asks.Add("lifecycle.churnWarning");
        asks.AddRange(
            standard
                .Dimensions.Select((dimension, i) => (dimension, i))
                .Where(pair => pair.dimension.Measure is Measure.PAlive or Measure.PredictedValue)
                .Select(pair => $"dimensions[{pair.i}].measure")
        );
        asks.AddRange(
            standard
                .Rules.Select((rule, i) => (rule, i))
                .Where(pair => Conditions.Looked(pair.rule.When).Any(AsksModel))
                .Select(pair => $"rules[{pair.i}].when")
        );
        foreach (var path in asks)
        {
            findings.Warn(
                "model-without-calibration",
                path,
                new(
                    $"This asks a value model, and no calibration at hand has one in {standard.Currency}: until there is one the length \"otherwise\" counts, and values are unknown.",
                    $"这里要用到价值模型，而目前没有以 {standard.Currency} 计价的模型：在此之前按 \"otherwise\" 的时长计算，相关数值视为未知。"
                ),
                new("Calibrate a base with repeat orders, or write a plain duration.", "请用有复购的客户群做一次校准，或直接写固定时长。")
            );
        }
    }

    private static void Distinguishes(Dimension dimension, int index, Calibration calibration, Findings findings)
    {
        if (!calibration.Percentiles.TryGetValue(dimension.Name, out var values) || calibration.Customers == 0)
            return;
        var table = new Tiering.Scoring.PointsTable(dimension, calibration);
        var (low, high) = (values[1], values[^2]);
        if (table.Of(low) != table.Of(high))
            return;
        findings.Warn(
            "no-difference",
            $"dimensions[{index}]",
            new(
                $"Of every hundred customers whose '{dimension.Name}' is known about 98 earn the same: their values lie between {DimensionWarnings.Number(low)} and {DimensionWarnings.Number(high)}.",
                $"“{dimension.Name}”已知的客户中，每一百位约有 98 位得分相同：取值都在 {DimensionWarnings.Number(low)} 到 {DimensionWarnings.Number(high)} 之间。"
            ),
            new(
                "Move its cuts into that range; suggestions from the calibration say where.",
                "请把分界点移到这个范围内；可参考校准给出的建议。"
            )
        );
    }

    private static void Sizes(Standard standard, Distribution scores, Findings findings)
    {
        var tiers = standard.Tiers;
        for (var i = 0; i < tiers.Length; i++)
        {
            var share = scores.ShareFrom(tiers[i].From) - (i == 0 ? 0 : scores.ShareFrom(tiers[i - 1].From));
            if (scores.NoneIn(tiers[i].From, i == 0 ? null : tiers[i - 1].From))
            {
                findings.Warn(
                    "empty-tier",
                    $"tiers[{i}].from",
                    new($"No customer of the base has a score of tier {tiers[i].Name}.", $"当前客户群中没有人的得分落在 {tiers[i].Name}。"),
                    new("Move the thresholds; suggestions from the calibration say where.", "请调整门槛；可参考校准给出的建议。")
                );
            }
            else if (share > (i == 0 ? CrowdedTop : Crowded))
            {
                findings.Warn(
                    "crowded-tier",
                    $"tiers[{i}].from",
                    new(
                        $"About {Percent(share)} % of the base have a score of tier {tiers[i].Name}{(i == 0 ? ": a top tier of so many is none" : "")}.",
                        $"约 {Percent(share)}% 的客户得分落在 {tiers[i].Name}{(i == 0 ? "：最高等级人数过多就失去意义" : "")}。"
                    ),
                    new("Move the thresholds; suggestions from the calibration say where.", "请调整门槛；可参考校准给出的建议。")
                );
            }
        }
    }

    private static string Percent(decimal share) => DimensionWarnings.Number(Math.Round(share * 100));

    private static bool AsksModel(Condition condition) => condition is InRange { What.Measure: Measure.PAlive or Measure.PredictedValue };
}
