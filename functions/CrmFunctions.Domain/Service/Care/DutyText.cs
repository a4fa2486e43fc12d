using System.Globalization;
using CrmFunctions.Domain.Lifecycle;

namespace CrmFunctions.Domain.Service.Care;

/// <summary>Says in one sentence why a duty is on the list.</summary>
public static class DutyText
{
    /// <summary>The sentence, with when it is due.</summary>
    /// <param name="duty">The duty.</param>
    /// <param name="tier">The customer's tier, as people call it.</param>
    /// <param name="lastOrder">The last order that counts. UTC. Null: none.</param>
    /// <param name="now">UTC.</param>
    /// <param name="zone">For dates.</param>
    /// <param name="language"><c>zh-CN</c> or <c>en</c>.</param>
    public static string Of(OpenDuty duty, string tier, DateTimeOffset? lastOrder, DateTimeOffset now, TimeZoneInfo zone, string language)
    {
        var (why, due) = (Why(duty, tier, lastOrder, now, zone, language), Time(duty.Due, zone));
        return (now >= duty.Due, Language.IsChinese(language)) switch
        {
            (true, true) => $"{why}；已于 {due} 逾期。",
            (true, false) => $"{why}; overdue since {due}.",
            (false, true) => $"{why}；截止 {due}。",
            _ => $"{why}; due {due}.",
        };
    }

    /// <summary>The reason alone, without a full stop. As <see cref="Of"/>.</summary>
    public static string Why(OpenDuty duty, string tier, DateTimeOffset? lastOrder, DateTimeOffset now, TimeZoneInfo zone, string language)
    {
        string Date(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string Time(DateTimeOffset at) => DutyText.Time(at, zone);
        var days = lastOrder is { } last ? (int)(now - last).TotalDays : 0;
        return (duty.Kind, Language.IsChinese(language), lastOrder) switch
        {
            (ObligationKind.ChurnWarning, true, { } at) => $"{tier} 客户自 {Date(at)} 起 {days} 天没有下单，即将流失",
            (ObligationKind.ChurnWarning, false, { } at) =>
                $"{tier} customer without an order for {days} days, since {Date(at)}: about to be lost",
            (ObligationKind.Revisit, true, { } at) => $"{tier} 客户按计划应于 {Date(duty.Since)} 回访，最近一次下单 {Date(at)}",
            (ObligationKind.Revisit, false, { } at) => $"{tier} customer, visit planned for {Date(duty.Since)}; last order {Date(at)}",
            (ObligationKind.SignOfLife, true, _) => $"沉睡的 {tier} 客户在 {Time(duty.Since)} 有了动静，请趁热联系",
            (ObligationKind.SignOfLife, false, _) =>
                $"{tier} customer who slept showed a sign of life at {Time(duty.Since)}: get in touch while it lasts",
            (ObligationKind.Complaint, true, _) => $"{tier} 客户在 {Time(duty.Since)} 投诉，尚无人回应",
            (ObligationKind.Complaint, false, _) => $"{tier} customer complained at {Time(duty.Since)} and nobody has answered",
            (ObligationKind.Reply, true, _) => $"{tier} 客户在 {Time(duty.Since)} 来信，尚无人回复",
            (ObligationKind.Reply, false, _) => $"{tier} customer wrote at {Time(duty.Since)} and nobody has answered",
            (_, true, _) => $"{tier} 客户自 {Date(duty.Since)} 起待跟进",
            _ => $"{tier} customer to be looked after since {Date(duty.Since)}",
        };
    }

    /// <summary>An instant as people of ours read it.</summary>
    public static string Time(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
