using System.Globalization;
using System.Text;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering.Explaining;

/// <summary>Says a decision in a paragraph of plain Chinese or English.</summary>
public static class TierExplanationText
{
    /// <summary>The paragraph.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="standard">The standard that decided it.</param>
    /// <param name="language">A language tag; Chinese for any tag of it, else English.</param>
    public static string Of(Decision decision, Standard standard, string language)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(standard.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        var text = new StringBuilder();
        if (Language.IsChinese(language))
            Chinese(text, decision, new TierExplanationWords(standard, zone, chinese: true));
        else
            English(text, decision, new TierExplanationWords(standard, zone, chinese: false));
        return text.ToString();
    }

    private static void English(StringBuilder text, Decision decision, TierExplanationWords words)
    {
        var (receipt, basis) = (decision.Receipt, decision.Receipt.Basis);
        text.Append(
            CultureInfo.InvariantCulture,
            $"Tier {words.Named(decision.Tier)}, stage {decision.Stage.LabelIn(Language.English).ToLowerInvariant()}"
        );
        text.Append(
            receipt.Terms.IsEmpty
                ? "."
                : $", with {TierExplanationWords.Number(receipt.Score)} of 100 points: {string.Join("; ", receipt.Terms.Select(words.Line))}."
        );
        text.Append(
            basis.Kind switch
            {
                BasisKind.Pin =>
                    $" {basis.By} set the tier by hand ({basis.Reason}){(basis.Until is { } until ? $" until {words.Date(until)}" : "")}; by itself it would be {basis.Reached}.",
                BasisKind.Rule => $" A rule decided ({basis.Reason}); without it the tier would be {basis.Reached}.",
                BasisKind.Held when basis.Until is { } until =>
                    $" The score is that of tier {basis.Reached} by now; the tier is held {HeldBy(basis.Reason)} until {words.Date(until)}.",
                BasisKind.Held => $" The score is that of tier {basis.Reached}, but within the margin of this one.",
                _ => "",
            }
        );
        if (!receipt.Up.IsEmpty)
            text.Append(CultureInfo.InvariantCulture, $" It would be {words.Changes(receipt, receipt.Up)}.");
        if (!receipt.Down.IsEmpty)
            text.Append(CultureInfo.InvariantCulture, $" It would be lost to {words.Changes(receipt, receipt.Down)}.");
        text.Append(
            receipt.Drop is { } drop
                ? $" With nothing happening it drops to tier {drop.Tier} on {words.Date(drop.At)}."
                : " Silence alone does not lower it."
        );
        if (!receipt.Missing.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture, $" Not known: {string.Join(", ", receipt.Missing.Select(words.Dimension))}; ");
            text.Append(receipt.Certain ? "knowing it could not change the tier." : "knowing it could change the tier.");
        }

        if (!decision.Tags.IsEmpty)
            text.Append(CultureInfo.InvariantCulture, $" Tags: {string.Join(", ", decision.Tags)}.");
        text.Append(CultureInfo.InvariantCulture, $" Decided by {receipt.Standard}.");
    }

    private static void Chinese(StringBuilder text, Decision decision, TierExplanationWords words)
    {
        var (receipt, basis) = (decision.Receipt, decision.Receipt.Basis);
        text.Append(CultureInfo.InvariantCulture, $"等级 {words.Named(decision.Tier)}，阶段“{decision.Stage.LabelIn(Language.Chinese)}”");
        text.Append(
            receipt.Terms.IsEmpty
                ? "。"
                : $"，得分 {TierExplanationWords.Number(receipt.Score)}（满分 100）：{string.Join("；", receipt.Terms.Select(words.Line))}。"
        );
        text.Append(
            basis.Kind switch
            {
                BasisKind.Pin =>
                    $"{basis.By} 人工指定了等级（{basis.Reason}）{(basis.Until is { } until ? $"，有效期至 {words.Date(until)}" : "")}；否则为 {basis.Reached}。",
                BasisKind.Rule => $"由规则决定（{basis.Reason}）；否则为 {basis.Reached}。",
                BasisKind.Held when basis.Until is { } until =>
                    $"得分目前只够 {basis.Reached}，因{HeldByChinese(basis.Reason)}保留到 {words.Date(until)}。",
                BasisKind.Held => $"得分为 {basis.Reached}，但仍在本等级的缓冲区内。",
                _ => "",
            }
        );
        if (!receipt.Up.IsEmpty)
            text.Append(CultureInfo.InvariantCulture, $"升到{words.Changes(receipt, receipt.Up)}。");
        if (!receipt.Down.IsEmpty)
            text.Append(CultureInfo.InvariantCulture, $"降到{words.Changes(receipt, receipt.Down)}。");
        text.Append(receipt.Drop is { } drop ? $"若一直没有新动态，将于 {words.Date(drop.At)} 降到 {drop.Tier}。" : "仅因沉默不会降级。");
        if (!receipt.Missing.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture, $"未知：{string.Join("、", receipt.Missing.Select(words.Dimension))}；");
            text.Append(receipt.Certain ? "补全后等级也不会变。" : "补全后等级可能改变。");
        }

        if (!decision.Tags.IsEmpty)
            text.Append(CultureInfo.InvariantCulture, $"标签：{string.Join("、", decision.Tags)}。");
        text.Append(CultureInfo.InvariantCulture, $"依据标准 {receipt.Standard}。");
    }

    private static string HeldBy(string? reason) =>
        reason switch
        {
            "grace" => "through its days of grace",
            "minimumStay" => "for its minimum stay",
            _ => "because it moved often enough this quarter",
        };

    private static string HeldByChinese(string? reason) =>
        reason switch
        {
            "grace" => "宽限期",
            "minimumStay" => "最短保级期",
            _ => "本季度变动次数已满",
        };
}
