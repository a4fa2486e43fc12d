using System.Globalization;
using System.Text;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering;

/// <summary>Says a decision in a paragraph of plain Chinese or English.</summary>
public static class ReceiptText
{
    /// <summary>The paragraph.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="standard">The standard that decided it.</param>
    /// <param name="language">A language tag; Chinese for any tag of it, else English.</param>
    public static string Of(Decision decision, Standard standard, string language)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(standard.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        return Language.IsChinese(language) ? Chinese(decision, standard, zone) : English(decision, standard, zone);
    }

    private static string English(Decision decision, Standard standard, TimeZoneInfo zone)
    {
        var receipt = decision.Receipt;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Tier {Named(decision.Tier, Language.English)}, stage {decision.Stage.LabelIn(Language.English).ToLowerInvariant()}, with {Number(receipt.Score)} of 100 points: ");
        text.AppendJoin("; ", receipt.Terms.Select(term => $"{term.Dimension} {Value(term, standard, chinese: false)} earns {Number(term.Points)} of {Number(term.Weight)}"));
        text.Append('.');
        if (receipt.Up is [_, ..])
        {
            text.Append(CultureInfo.InvariantCulture, $" It would be tier {receipt.Up[0].Tier} with ");
            text.AppendJoin(", or ", receipt.Up.Select(change => $"{change.Dimension} at {Amount(change.To, Term(receipt, change.Dimension), standard, chinese: false)}"));
            text.Append('.');
        }

        text.Append(receipt.Drop is { } drop
            ? $" With nothing happening it drops to tier {drop.Tier} on {Date(drop.At, zone)}."
            : " Silence alone does not lower it.");
        if (receipt.Missing.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" Not known: {string.Join(", ", receipt.Missing)}; ");
            text.Append(receipt.Certain ? "knowing it could not change the tier." : "knowing it could change the tier.");
        }

        return text.Append(CultureInfo.InvariantCulture, $" Decided by {receipt.Standard}.").ToString();
    }

    private static string Chinese(Decision decision, Standard standard, TimeZoneInfo zone)
    {
        var receipt = decision.Receipt;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"等级 {Named(decision.Tier, Language.Chinese)}，阶段“{decision.Stage.LabelIn(Language.Chinese)}”，得分 {Number(receipt.Score)}（满分 100）：");
        text.AppendJoin("；", receipt.Terms.Select(term => $"{Dimension(term.Dimension)}{Value(term, standard, chinese: true)}，得 {Number(term.Points)}/{Number(term.Weight)}"));
        text.Append('。');
        if (receipt.Up is [_, ..])
        {
            text.Append(CultureInfo.InvariantCulture, $"升到 {receipt.Up[0].Tier} 只需其中一项：");
            text.AppendJoin("，或 ", receipt.Up.Select(change => $"{Dimension(change.Dimension)}达到{Amount(change.To, Term(receipt, change.Dimension), standard, chinese: true)}"));
            text.Append('。');
        }

        text.Append(receipt.Drop is { } drop ? $"若一直没有新动态，将于 {Date(drop.At, zone)} 降到 {drop.Tier}。" : "仅因沉默不会降级。");
        if (receipt.Missing.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"未知：{string.Join("、", receipt.Missing.Select(Dimension))}；");
            text.Append(receipt.Certain ? "补全后等级也不会变。" : "补全后等级可能改变。");
        }

        return text.Append(CultureInfo.InvariantCulture, $"依据标准 {receipt.Standard}。").ToString();
    }

    private static Term Term(Receipt receipt, string dimension) => receipt.Terms.First(term => term.Dimension == dimension);

    private static string Named(Tier tier, string language) => tier.LabelIn(language) == tier.Name ? tier.Name : $"{tier.Name} ({tier.LabelIn(language)})";

    private static string Value(Term term, Standard standard, bool chinese) => (term.Value, term.Known, chinese) switch
    {
        ({ } value, _, _) => Amount(value, term, standard, chinese),
        (null, true, true) => "从未下单",
        (null, true, false) => "(never ordered)",
        (null, false, true) => "未知",
        (null, false, false) => "(unknown)",
    };

    private static string Amount(decimal value, Term term, Standard standard, bool chinese)
    {
        var number = Number(value);
        return (term.Measure, chinese) switch
        {
            (Measure.DaysSinceLastOrder or Measure.Tenure, true) => $" {number} 天",
            (Measure.DaysSinceLastOrder or Measure.Tenure, false) => value == 1 ? "1 day" : $"{number} days",
            (Measure.Orders, true) => $" {number} 单",
            (Measure.Orders, false) => value == 1 ? "1 order" : $"{number} orders",
            (Measure.NetRevenue or Measure.AverageOrder, true) => $" {number} {standard.Currency}",
            (Measure.NetRevenue or Measure.AverageOrder, false) => $"{number} {standard.Currency}",
            (_, true) => $" {number}",
            _ => number,
        };
    }

    private static string Dimension(string name) => name switch
    {
        "recency" => "最近一次下单距今",
        "frequency" => "下单次数",
        "monetary" => "净消费额",
        "engagement" => "活跃度",
        "potential" => "潜力评分",
        _ => name,
    };

    private static string Number(decimal value) => value.ToString("#,0.####", CultureInfo.InvariantCulture);

    private static string Date(DateTimeOffset instant, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(instant, zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
