using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Domain.Service.Care;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications;
using CrmFunctions.Notifications.Templates;
using CrmFunctions.Standards;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Service;

/// <summary>
/// Asks for what plans have said to customers, once for each obligation; whether it may go is decided where messages are.
/// </summary>
public sealed class CareMessages(
    Bus bus,
    TemplateStore templates,
    CustomerGatherer gatherer,
    TieringEngine engine,
    IOptions<NotificationOptions> options
)
{
    /// <summary>Asks for messages. Asked for twice, the ledger sends one.</summary>
    public async Task Send(StoredCustomer customer, IEnumerable<Obligation> owed, CareDecision care, CancellationToken cancellationToken)
    {
        var messages = new List<Azure.Messaging.ServiceBus.ServiceBusMessage>();
        Dictionary<string, string>? known = null;
        foreach (var obligation in owed)
        {
            if (!care.Messages.TryGetValue(obligation.Name, out var said))
                continue;
            known ??= await Variables(customer, cancellationToken);
            var variables = new Dictionary<string, string>(known, StringComparer.Ordinal);
            foreach (var (name, value) in said.Given)
                variables[name] = Label(name, value);
            foreach (var (name, value) in said.Message.Variables)
                variables[name] = value;

            // Without a template nothing can be said; the ledger says so. It counts as marketing, for which least is
            // allowed.
            var purpose = (await templates.Find(said.Message.Template, cancellationToken))?.Purpose ?? Purpose.Marketing;
            messages.Add(
                MessageRequest.Of(
                    customer.Id,
                    obligation.Kind.Code(),
                    obligation.Period,
                    new Touch(
                        purpose.Code(),
                        said.Message.Template,
                        variables,
                        said.Message.Channels,
                        Audience.OfCustomer,
                        obligation.Since,
                        Expires: said.Until
                    )
                )
            );
        }

        await bus.Send(Flow.Queues.Notifications, messages, cancellationToken);
    }

    /// <summary>
    /// Takes back what is not true any more: messages not sent yet are not sent, and the receiver of a warning is told that it no longer
    /// holds.
    /// </summary>
    public Task TakeBack(StoredCustomer customer, IEnumerable<string> names, CancellationToken cancellationToken) =>
        bus.Send(
            Flow.Queues.Notifications,
            [
                .. names.Select(name => name.Split(':', 2)).Select(parts => MessageRequest.Withdrawal(customer.Id, parts[0], parts[1])),
                .. customer.Service.Withdrawn.Select(period => MessageRequest.WarningWithdrawn(customer, period)),
            ],
            cancellationToken
        );

    // What the suite knows of everybody. What it does not know is not there, and a text that wants it is not sent.
    private async Task<Dictionary<string, string>> Variables(StoredCustomer customer, CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Profile.Of(await gatherer.Known(customer, cancellationToken)).Name is [var name, ..])
            variables["name"] = name.Value;
        if (customer.Decided is { } decided)
            variables["tier"] = Label("tier", decided.Tier);
        var benefits = AnnouncedTier
            .Served(customer.Service.Standings, engine.InForce.Plans)
            .SelectMany(served => served.Tier.Benefits)
            .Distinct()
            .ToList();
        if (benefits.Count > 0)
            variables["benefits"] = string.Join(Language.IsChinese(options.Value.Language) ? "、" : ", ", benefits);
        return variables;
    }

    private string Label(string name, string value) =>
        name is "tier" or "fromTier" or "toTier" ? engine.LabelOf(value, options.Value.Language) : value;
}
