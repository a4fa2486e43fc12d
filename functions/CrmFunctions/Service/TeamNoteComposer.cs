using System.Globalization;
using CrmFunctions.Customers;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Domain.Service.Care;
using CrmFunctions.Domain.Service.Owners;
using CrmFunctions.Domain.Tiering.Explaining;
using CrmFunctions.Domain.Wording;
using CrmFunctions.Notifications;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.Service.Owners;
using CrmFunctions.Standards;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Service;

/// <summary>
/// What the suite's own rules have to tell the team, if it is still true: which template, with what in its places, to whom.
/// </summary>
/// <remarks>Source: CrmFunctions.Domain/Wording/Templates.md, section 3.</remarks>
public sealed class TeamNoteComposer(
    TieringEngine engine,
    ServicePlanner planner,
    Team team,
    MessageLedger ledger,
    Clocks clocks,
    IOptions<NotificationOptions> options
) : ITeamNoteComposer
{
    private const string Unknown = "-";

    /// <inheritdoc/>
    public async Task<(Touch Note, MessagePayload About)?> Compose(
        StoredCustomer customer,
        IReadOnlyList<CustomerEvent> history,
        MessageRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request is { Rule: MessageRequest.TierChanged, Change: { } change })
            return Changed(customer, history, request, change);
        if (request.Rule == MessageRequest.ChurnWarningWithdrawn)
            return await Withdrawn(customer, history, request, cancellationToken);
        var kind = ObligationKinds.FromCode(request.Rule) ?? throw new FormatException($"'{request.Rule}' is no rule.");
        return await Owed(customer, history, request, kind, cancellationToken);
    }

    private (Touch, MessagePayload) Changed(
        StoredCustomer customer,
        IReadOnlyList<CustomerEvent> history,
        MessageRequest request,
        TierChange change
    )
    {
        var scheme = change.Scheme is null ? "" : $"{change.Scheme}: ";
        var variables = Known(customer, history, change.ToTier, change.ToStage);
        (variables["from"], variables["to"]) = (
            $"{scheme}{change.FromTier}/{StageLabel(change.FromStage)}",
            $"{scheme}{change.ToTier}/{StageLabel(change.ToStage)}"
        );
        return Say(
            TeamTemplates.TierChanged,
            variables,
            change.At,
            new MessagePayload(
                customer.Id.Key,
                request.Rule,
                request.Period,
                change.ToTier,
                change.ToStage,
                change.FromTier,
                change.FromStage,
                "",
                change.Scheme
            ),
            to: null
        );
    }

    // Only to whom the warning was told.
    private async Task<(Touch Note, MessagePayload About)?> Withdrawn(
        StoredCustomer customer,
        IReadOnlyList<CustomerEvent> history,
        MessageRequest request,
        CancellationToken cancellationToken
    )
    {
        var told = (await ledger.Read(customer.Filed, cancellationToken)).Any(row =>
            row.Rule == ObligationKind.ChurnWarning.Code() && row.Period == request.Period && row.Status == MessageStatus.Sent
        );
        if (!told || customer.Decided is not { } decided)
            return null;
        var variables = Known(customer, history, decided.Tier, decided.Stage.Code());
        variables["lastOrder"] = Date(decided.LastOrderAt);
        return Say(
            TeamTemplates.ChurnWarningWithdrawn,
            variables,
            decided.LastOrderAt ?? default,
            Payload(customer, request, decided.Tier, decided.Stage),
            await AddressOf(customer, ObligationKind.ChurnWarning, cancellationToken)
        );
    }

    private async Task<(Touch Note, MessagePayload About)?> Owed(
        StoredCustomer customer,
        IReadOnlyList<CustomerEvent> history,
        MessageRequest request,
        ObligationKind kind,
        CancellationToken cancellationToken
    )
    {
        var all = engine.Decide(history);
        var care = planner.Care(customer, history, all);
        if (care.Obligations.FirstOrDefault(obligation => obligation.Kind == kind && obligation.Period == request.Period) is not { } owed)
            return null;

        var (decision, last) = (all.Primary, customer.Decided?.LastOrderAt);
        var variables = Known(customer, history, decision.Tier.Name, decision.Stage.Code());
        if (kind is ObligationKind.ChurnWarning or ObligationKind.Revisit)
        {
            (variables["lastOrder"], variables["since"]) = (Date(last), Date(owed.Since));
            variables["why"] = TierExplanationText.Of(decision, engine.Standard, options.Value.Language);
        }
        else
        {
            // Of what is overdue: the duty it is about.
            var name = kind is ObligationKind.Overdue or ObligationKind.Escalated ? owed.Period : owed.Name;
            if (care.Duties.FirstOrDefault(duty => duty.Of.Name == name) is not { } duty)
                return null;
            (variables["title"], variables["due"]) = (duty.Of.Kind.LabelIn(options.Value.Language), DutyText.Time(duty.Due, Zone));
            variables["why"] =
                DutyText.Why(
                    OpenDuty.Of(duty),
                    decision.Tier.LabelIn(options.Value.Language),
                    last,
                    decision.At,
                    Zone,
                    options.Value.Language
                ) + (IsChinese ? "。" : ".");
        }

        return Say(
            TemplateOf(kind),
            variables,
            owed.Since,
            Payload(customer, request, decision.Tier.Name, decision.Stage),
            await AddressOf(customer, kind, cancellationToken)
        );
    }

    private static string TemplateOf(ObligationKind kind) =>
        kind switch
        {
            ObligationKind.ChurnWarning => TeamTemplates.ChurnWarning,
            ObligationKind.Revisit => TeamTemplates.Revisit,
            ObligationKind.Overdue => TeamTemplates.Overdue,
            ObligationKind.Escalated => TeamTemplates.Escalated,
            _ when kind.IsDuty() => TeamTemplates.Duty,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The team is not told of it."),
        };

    private static (Touch, MessagePayload) Say(
        string template,
        Dictionary<string, string> variables,
        DateTimeOffset at,
        MessagePayload about,
        string? to
    ) => (new Touch(Purpose.Transactional.Code(), template, variables, Channels: [], Audience.OfTeam(to), at), about);

    private static MessagePayload Payload(StoredCustomer customer, MessageRequest request, string tier, Stage stage) =>
        new(customer.Id.Key, request.Rule, request.Period, tier, stage.Code(), FromTier: null, FromStage: null, "");

    // What every note knows of its customer.
    private Dictionary<string, string> Known(StoredCustomer customer, IReadOnlyList<CustomerEvent> history, string tier, string stage) =>
        new(StringComparer.Ordinal)
        {
            ["customer"] = customer.Id.Key,
            ["name"] = Profile.Of(history).Name is [{ Value: { } name }, ..] && !string.IsNullOrWhiteSpace(name) ? name : customer.Id.Key,
            ["tier"] = engine.LabelOf(tier, options.Value.Language),
            ["stage"] = StageLabel(stage),
            ["owner"] = customer.Service.Owner ?? Unknown,
        };

    // The owner, or who stands in; of what is overdue for long the owner's lead. Null: the team's address.
    private async Task<string?> AddressOf(StoredCustomer customer, ObligationKind kind, CancellationToken cancellationToken)
    {
        if (customer.Service.Owner is not { } id || await team.Find(id, cancellationToken) is not { } owner)
            return null;
        var reader = kind == ObligationKind.Escalated ? owner.Lead : Assignment.Acting(owner, clocks.Now);
        return reader is null ? null : (await team.Find(reader, cancellationToken))?.Email;
    }

    private bool IsChinese => Language.IsChinese(options.Value.Language);

    private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(engine.Standard.TimeZone);

    private string Date(DateTimeOffset? at) =>
        at is { } known ? TimeZoneInfo.ConvertTime(known, Zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : Unknown;

    private string StageLabel(string? stage) =>
        stage is null ? Unknown : StageNames.FromCode(stage)?.LabelIn(options.Value.Language) ?? stage;
}
