using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Events;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.Notifications.Permission;

namespace CrmFunctions.Notifications.Outcomes;

/// <summary>
/// Joins an outcome to its message, and does what follows from it: bounces and complaints suppress, a reply is an event in the log.
/// </summary>
public sealed class OutcomeFiling(MessageLedger ledger, ConsentStore consents, EventLog log, IEnumerable<IChannel> channels, Clocks clocks)
{
    private const int Races = 10;

    /// <summary>Files an outcome. Done twice, nothing is there twice.</summary>
    /// <returns>False where no message has the key.</returns>
    public async Task<bool> File(OutcomeBody outcome, CancellationToken cancellationToken)
    {
        for (var race = 0; race < Races; race++)
        {
            if (await ledger.FindByKey(outcome.Message, cancellationToken) is not { } row)
                return false;

            // First what follows: who dies between is told again, finds it done, and joins it to the row.
            await Follow(row, outcome, cancellationToken);
            if (await ledger.Join(row, outcome.Kind, outcome.At, cancellationToken))
                return true;
        }

        throw new InvalidOperationException($"Message {outcome.Message} was changed by others {Races} times; the sender tries again.");
    }

    private async Task Follow(MessageRow row, OutcomeBody outcome, CancellationToken cancellationToken)
    {
        var customer = Handle.FromKey(row.PartitionKey)!.Value;
        var medium = channels.FirstOrDefault(channel => channel.Name == row.Channel)?.Medium ?? row.Channel;
        var contact = row.Message()?.To is { } address
            ? (medium == Medium.Email ? Handle.OfEmail(address) : Handle.OfPhone(address)) ?? customer
            : customer;
        switch (outcome.Kind)
        {
            case "bounced" when !outcome.IsSoft:
                await Suppress(contact, medium, Consents.Any, ConsentState.Bounced, outcome, cancellationToken);
                break;
            case "complained":
                await Suppress(contact, medium, Purpose.Marketing.Code(), ConsentState.Complained, outcome, cancellationToken);
                break;
            case "stopped":
                await Suppress(contact, medium, Consents.Any, ConsentState.Stopped, outcome, cancellationToken);
                break;
            case "replied":
                await Reply(row, customer, medium, outcome, cancellationToken);
                break;
            default:
                break;
        }
    }

    private Task<bool> Suppress(
        Handle contact,
        string medium,
        string purpose,
        ConsentState state,
        OutcomeBody outcome,
        CancellationToken cancellationToken
    ) => consents.Add(contact, medium, purpose, state, outcome.At, outcome.Message, wording: null, evidence: null, cancellationToken);

    // Named after the message: told twice it is in the log once. The duty that it opens names what was replied to.
    private async Task Reply(MessageRow row, Handle customer, string medium, OutcomeBody outcome, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToElement(
            new JsonObject
            {
                ["specversion"] = "1.0",
                ["source"] = CustomerEvent.OwnSource,
                ["id"] = $"reply-{Base32.Hash(outcome.Message, 26)}-{outcome.At.ToUnixTimeMilliseconds()}",
                ["type"] = EventTypes.Interaction,
                ["time"] = Instants.Milliseconds(outcome.At).ToString("O"),
                ["data"] = new JsonObject
                {
                    ["customer"] = new JsonObject { ["id"] = customer.Key },
                    ["channel"] = medium,
                    ["direction"] = "in",
                    ["rule"] = row.Rule,
                    ["period"] = row.Period,
                },
            }
        );
        var entry =
            LogEntry.Read(json, clocks.Now, out var problems)
            ?? throw new InvalidOperationException($"The reply makes no event: {problems[0].Field} {problems[0].Message}.");
        await log.File([entry with { Filed = customer, Kind = "outcome" }], cancellationToken);
    }
}
