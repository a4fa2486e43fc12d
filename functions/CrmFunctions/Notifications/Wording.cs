using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Customers;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service;
using CrmFunctions.Domain.Service.Care;
using CrmFunctions.Domain.Service.Owners;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.Tiering.Explaining;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Service;
using CrmFunctions.Service.Owners;
using CrmFunctions.Standards;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications;

/// <summary>Puts notifications into words, if they are still true.</summary>
public sealed class Wording(Desk desk, Serving serving, Team team, Ledger ledger, Clocks clocks, IOptions<NotificationOptions> options)
{
    /// <summary>The words of a notification; null where what it says is no longer true.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="history">Its events, each once.</param>
    /// <param name="notification">What is to be told.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<Words?> Of(StoredCustomer customer, IReadOnlyList<CustomerEvent> history, Notification notification, CancellationToken cancellationToken)
    {
        if (notification is { Rule: Notification.TierChanged, Change: { } change }) return Changed(customer, notification, change);
        if (notification.Rule == Notification.ChurnWarningWithdrawn) return await Withdrawn(customer, notification, cancellationToken);
        var kind = ObligationKinds.FromCode(notification.Rule) ?? throw new FormatException($"'{notification.Rule}' is no rule.");
        var all = desk.Decide(history);
        var care = serving.Care(customer, history, all);
        if (care.Obligations.FirstOrDefault(obligation => obligation.Kind == kind && obligation.Period == notification.Period) is not { } owed) return null;
        var words = kind is ObligationKind.ChurnWarning or ObligationKind.Revisit ? Owed(customer, notification, all.Primary, owed) : Duty(customer, notification, all.Primary, owed, care);
        return words is null ? null : words with { To = await AddressOf(customer, kind, cancellationToken) };
    }

    /// <summary>The key that a row's message is sent under, whatever the channel.</summary>
    public static string KeyOf(MessageRow row) => $"{row.PartitionKey}:{row.Rule}:{row.Period}:{row.Channel}".Replace('.', '_');

    /// <summary>The message of a row of the ledger, in the words it was begun with: a second try says what the first said, under the same key.</summary>
    public OutgoingMessage Message(MessageRow row)
    {
        var words = JsonSerializer.Deserialize(row.Words!, NotificationJson.Default.Words)!;
        return new OutgoingMessage(
            KeyOf(row),
            words.To ?? (row.Channel is "email" or "acs-email" ? options.Value.To : null),
            $"customer.{row.Rule}",
            words.Language ?? options.Value.Language,
            words.Subject,
            words.Text,
            JsonSerializer.SerializeToElement(words.Payload, NotificationJson.Default.NotificationPayload),
            words.At)
        {
            Headers = words.Unsubscribe is { } link
                ? new Dictionary<string, string> { ["List-Unsubscribe"] = $"<{link}>", ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click" }
                : new Dictionary<string, string>(),
            FirstTriedAt = row.DecidedAt,
        };
    }

    private Words Changed(StoredCustomer customer, Notification notification, TierChange change)
    {
        var scheme = change.Scheme is null ? "" : $"{change.Scheme}: ";
        var (from, to) = ($"{scheme}{change.FromTier}/{Label(change.FromStage)}", $"{scheme}{change.ToTier}/{Label(change.ToStage)}");
        var (subject, text) = IsChinese
            ? ($"客户等级变更 {from} → {to}", $"客户 {customer.Id} 由 {from} 变为 {to}。")
            : ($"Customer tier changed {from} to {to}", $"Customer {customer.Id} went from {from} to {to}.");
        return new Words(subject, text, change.At, new NotificationPayload(
            customer.Id.Key, notification.Rule, notification.Period, change.ToTier, change.ToStage, change.FromTier, change.FromStage, text, change.Scheme));
    }

    private Words Owed(StoredCustomer customer, Notification notification, Decision decision, Obligation owed)
    {
        var why = ReceiptText.Of(decision, desk.Standard, options.Value.Language);
        var last = customer.Decided?.LastOrderAt?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-";
        var (subject, text) = (owed.Kind, IsChinese) switch
        {
            (ObligationKind.ChurnWarning, true) => ($"流失预警：客户 {customer.Id}", $"自 {last} 起没有下单，即将流失。{why}"),
            (ObligationKind.ChurnWarning, false) => ($"Churn warning: customer {customer.Id}", $"No order since {last}; about to be lost. {why}"),
            (ObligationKind.Revisit, true) => ($"回访提醒：客户 {customer.Id}", $"自 {owed.Since:yyyy-MM-dd} 起应回访。{why}"),
            (ObligationKind.Revisit, false) => ($"Revisit due: customer {customer.Id}", $"A revisit is due since {owed.Since:yyyy-MM-dd}. {why}"),
            _ => throw new ArgumentOutOfRangeException(nameof(owed), owed.Kind, "No words for it."),
        };
        return new Words(subject, text, owed.Since, new NotificationPayload(
            customer.Id.Key, notification.Rule, notification.Period, decision.Tier.Name, decision.Stage.Code(), FromTier: null, FromStage: null, text));
    }

    // Of what is overdue or waits for an answer: which duty it is, in the words of the list.
    private Words? Duty(StoredCustomer customer, Notification notification, Decision decision, Obligation owed, CareAnswer care)
    {
        var name = owed.Kind is ObligationKind.Overdue or ObligationKind.Escalated ? owed.Period : owed.Name;
        if (care.Duties.FirstOrDefault(duty => duty.Of.Name == name) is not { } duty) return null;
        var language = options.Value.Language;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(desk.Standard.TimeZone);
        var text = DutyText.Of(OpenDuty.Of(duty), decision.Tier.LabelIn(language), customer.Decided?.LastOrderAt, decision.At, zone, language);
        var label = duty.Of.Kind.LabelIn(language);
        var subject = (owed.Kind, IsChinese) switch
        {
            (ObligationKind.Overdue, true) => $"已逾期：{label}，客户 {customer.Id}",
            (ObligationKind.Overdue, false) => $"Overdue: {label}, customer {customer.Id}",
            (ObligationKind.Escalated, true) => $"逾期升级：{label}，客户 {customer.Id}，负责人 {customer.Service.Owner ?? "无"}",
            (ObligationKind.Escalated, false) => $"Escalated: {label}, customer {customer.Id}, owner {customer.Service.Owner ?? "nobody"}",
            (_, true) => $"{label}：客户 {customer.Id}",
            _ => $"{label}: customer {customer.Id}",
        };
        return new Words(subject, text, owed.Since, new NotificationPayload(
            customer.Id.Key, notification.Rule, notification.Period, decision.Tier.Name, decision.Stage.Code(), FromTier: null, FromStage: null, text));
    }

    // Only to whom the warning was told.
    private async Task<Words?> Withdrawn(StoredCustomer customer, Notification notification, CancellationToken cancellationToken)
    {
        var told = (await ledger.Read(customer.Filed, cancellationToken)).Any(row => row.Rule == ObligationKind.ChurnWarning.Code() && row.Period == notification.Period && row.Status == MessageStatus.Sent);
        if (!told || customer.Decided is not { } decided) return null;
        var (subject, text) = IsChinese
            ? ($"流失预警已撤回：客户 {customer.Id}", $"一笔迟到的记录表明客户在预警之前已经下单，最近一次下单 {decided.LastOrderAt:yyyy-MM-dd}，无需跟进。")
            : ($"Churn warning withdrawn: customer {customer.Id}", $"A late record shows that the customer had ordered before the warning, last on {decided.LastOrderAt:yyyy-MM-dd}: nothing is to be done.");
        return new Words(subject, text, decided.LastOrderAt ?? default, new NotificationPayload(
            customer.Id.Key, notification.Rule, notification.Period, decided.Tier, decided.Stage.Code(), FromTier: null, FromStage: null, text), await AddressOf(customer, ObligationKind.ChurnWarning, cancellationToken));
    }

    // The owner, or who stands in; of what is overdue for long the owner's lead. Null: the team's address.
    private async Task<string?> AddressOf(StoredCustomer customer, ObligationKind kind, CancellationToken cancellationToken)
    {
        if (customer.Service.Owner is not { } id || await team.Find(id, cancellationToken) is not { } owner) return null;
        var reader = kind == ObligationKind.Escalated ? owner.Lead : Assignment.Acting(owner, clocks.Now);
        return reader is null ? null : (await team.Find(reader, cancellationToken))?.Email;
    }

    private bool IsChinese => Language.IsChinese(options.Value.Language);

    private string Label(string? stage) => stage is null ? "-" : StageNames.FromCode(stage)?.LabelIn(options.Value.Language) ?? stage;
}

/// <summary>What is said.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Text">A paragraph.</param>
/// <param name="At">When what is told of happened.</param>
/// <param name="Payload">The same for programs.</param>
/// <param name="To">The address it goes to; null: the channel's own.</param>
/// <param name="Language">The language; null: the setting's.</param>
/// <param name="Unsubscribe">Where the reader can say no more; null where there is nothing to say no to.</param>
public sealed record Words(
    string Subject, string Text, DateTimeOffset At, NotificationPayload Payload, string? To = null, string? Language = null, string? Unsubscribe = null);

/// <summary>What a webhook's <c>data</c> holds.</summary>
public sealed record NotificationPayload(
    string CustomerId, string Rule, string Period, string? Tier, string? Stage, string? FromTier, string? FromStage, string Text, string? Scheme = null,
    string? Template = null, string? Purpose = null, string? Subject = null);

/// <summary>JSON of words in the ledger and of outgoing payloads.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Words))]
[JsonSerializable(typeof(NotificationPayload))]
internal sealed partial class NotificationJson : JsonSerializerContext;
