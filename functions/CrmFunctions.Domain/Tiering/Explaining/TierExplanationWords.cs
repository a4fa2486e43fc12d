using System.Collections.Immutable;
using System.Globalization;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering.Explaining;

/// <summary>The words of a receipt: values with their units, dates in the business's zone.</summary>
internal sealed class TierExplanationWords(Standard standard, TimeZoneInfo zone, bool chinese)
{
    public static string Number(decimal value) => value.ToString("#,0.####", CultureInfo.InvariantCulture);

    public string Named(Tier tier)
    {
        var label = tier.LabelIn(chinese ? Language.Chinese : Language.English);
        return label == tier.Name ? tier.Name : $"{tier.Name} ({label})";
    }

    public string Line(Term term)
    {
        var worth = term.Cap < term.Weight ? term.Cap : term.Weight;
        return chinese
            ? $"{Dimension(term.Dimension)}{Value(term)}，得 {Number(term.Points)}/{Number(worth)}"
            : $"{Dimension(term.Dimension)} {Value(term)} earns {Number(term.Points)} of {Number(worth)}";
    }

    /// <summary>"tier A with orders at 7 orders, or monetary at 800 CNY", by the tiers that the changes lead to.</summary>
    public string Changes(TierExplanation receipt, IEnumerable<Change> changes) =>
        string.Join(
            chinese ? "，" : ", or ",
            changes
                .GroupBy(change => change.Tier)
                .Select(group =>
                {
                    var ways = group.Select(change =>
                        Term(receipt, change.Dimension) is var term && chinese
                            ? $"{Dimension(change.Dimension)}为{Amount(change.To, term)}"
                            : $"{Dimension(change.Dimension)} at {Amount(change.To, term)}"
                    );
                    return chinese
                        ? $" {group.Key} 只需其中一项：{string.Join("，或 ", ways)}"
                        : $"tier {group.Key} with {string.Join(", or ", ways)}";
                })
        );

    /// <summary>The dimension's label, or else its name.</summary>
    public string Dimension(string name)
    {
        var label =
            standard.Dimensions.FirstOrDefault(dimension => dimension.Name == name)?.Label ?? ImmutableDictionary<string, string>.Empty;
        return label.TryGetValue(chinese ? Language.Chinese : Language.English, out var words) ? words
            : chinese ? Chinese(name)
            : name;
    }

    public string Date(DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Chinese(string name) =>
        name switch
        {
            "recency" => "最近一次下单距今",
            "frequency" => "下单次数",
            "monetary" => "净消费额",
            "engagement" => "活跃度",
            "potential" => "潜力评分",
            _ => name,
        };

    private static Term Term(TierExplanation receipt, string dimension) => receipt.Terms.First(term => term.Dimension == dimension);

    private string Value(Term term) =>
        (term.Value, term.Known, chinese) switch
        {
            ({ } value, _, _) => Amount(value, term),
            (null, true, true) => "从未下单",
            (null, true, false) => "(never ordered)",
            (null, false, true) => "未知",
            (null, false, false) => "(unknown)",
        };

    private string Amount(decimal value, Term term)
    {
        var number = Number(value);
        return (term.Measure, chinese) switch
        {
            (Measure.DaysSinceLastOrder or Measure.Tenure, true) => $" {number} 天",
            (Measure.DaysSinceLastOrder or Measure.Tenure, false) => value == 1 ? "1 day" : $"{number} days",
            (Measure.Orders, true) => $" {number} 单",
            (Measure.Orders, false) => value == 1 ? "1 order" : $"{number} orders",
            (Measure.NetRevenue or Measure.AverageOrder or Measure.PredictedValue, true) => $" {number} {standard.Currency}",
            (Measure.NetRevenue or Measure.AverageOrder or Measure.PredictedValue, false) => $"{number} {standard.Currency}",
            (_, true) => $" {number}",
            _ => number,
        };
    }
}
