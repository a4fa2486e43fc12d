using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Events.Quarantine;
using CrmFunctions.Http;
using CrmFunctions.Privacy;
using CrmFunctions.Sources.Hooks.Mapping;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.Sources.Hooks;

/// <summary>
/// Makes an authentic delivery durable: its events in the log, its requests kept, and itself aside where something of it could not be made
/// out.
/// </summary>
public sealed class DeliveryFiling(
    EventLog log,
    QuarantineStore quarantine,
    PrivacyRequests privacy,
    DeliveredTopics topics,
    Clocks clocks,
    ILogger<DeliveryFiling> logger
)
{
    /// <summary>Files a delivery. When this returns, nothing of it can be lost, and doing it again changes nothing.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="source">Its source.</param>
    /// <param name="verdict">How it was found authentic.</param>
    /// <param name="keeps">Whether what cannot be made out is kept aside; not so where it is there already.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<DeliveryOutcome> File(
        Delivery delivery,
        SourceInForce source,
        SignatureCheck verdict,
        bool keeps,
        CancellationToken cancellationToken
    )
    {
        var mapping = Map(delivery, source, verdict);
        if (mapping.Refused is { } refused)
            return new DeliveryOutcome(new DeliveryReceipt(0, 0, 0), refused, []);

        // Released from quarantine it was looked at by a person.
        if (
            keeps
            && mapping.OnlyTopicTells
            && await topics.FirstOf(source.Source.Id, delivery.Body, source.Provider.TopicOf(delivery) ?? "", cancellationToken)
                is { } before
        )
        {
            mapping = new MappingResult(source.Source, clocks.Now);
            mapping.Keep(
                QuarantineReasons.OtherTopic,
                $"The same body came as {before}, and only the topic, which is not signed, says what it is. Release it if it is true."
            );
        }

        foreach (var said in mapping.OfOrders)
            await Resolve(said, source, mapping, cancellationToken);

        var filings = mapping.Entries.Count == 0 ? [] : await log.File(mapping.Entries, cancellationToken);
        foreach (var topic in mapping.Privacy)
            await Ask(topic, source, cancellationToken);
        if (keeps && mapping.Asides.Count > 0)
            await quarantine.Keep(QuarantinedDeliveries.Row(delivery, source, QuarantineRow.Delivered, mapping.Asides), cancellationToken);
        return new DeliveryOutcome(
            new DeliveryReceipt(
                filings.Count(filing => filing == FilingResult.Accepted),
                filings.Count(filing => filing == FilingResult.Duplicate),
                filings.Count(filing => filing == FilingResult.Quarantined) + (mapping.Asides.Count > 0 ? 1 : 0)
            ),
            null,
            mapping.Asides
        );
    }

    // What is said is made out before the log is written, for the log is filed by customer. It costs microseconds, waits for nothing, and
    // every failure ends in quarantine with the raw body: an authentic delivery is never refused because of us.
    private MappingResult Map(Delivery delivery, SourceInForce source, SignatureCheck verdict)
    {
        var mapping = new MappingResult(source.Source, clocks.Now) { Trusted = verdict.Trusted };
        try
        {
            source.Provider.Map(delivery, source, mapping);
            return mapping;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            logger.MappingFailed(fault, source.Source.Id, source.Source.Provider);
            var failed = new MappingResult(source.Source, clocks.Now);
            failed.Keep(
                QuarantineReasons.Fault,
                $"{source.Source.Provider} could not be read: {fault.GetType().Name}. Release it after an update."
            );
            return failed;
        }
    }

    // The one look-up before the log: a refund names its order and not its customer, and the log is filed by customer.
    private async Task Resolve(MappedEvent said, SourceInForce source, MappingResult mapping, CancellationToken cancellationToken)
    {
        if (await log.FindOrder(source.Source.Name, said.OfOrder!, cancellationToken) is not { } order)
        {
            mapping.Keep(
                QuarantineReasons.OrderUnknown,
                $"{said.About}: no order {said.OfOrder} is known, and this names no customer itself; it is tried again every night"
            );
            return;
        }

        mapping.Say(said.Of(order));
    }

    private Task<PrivacyRequest> Ask(PrivacyTopic topic, SourceInForce source, CancellationToken cancellationToken)
    {
        var (handles, by) = (Handle.All(topic.Person, source.Source.Name), $"source {source.Source.Id}");
        var occasion = $"{source.Source.Id}/{topic.Occasion}";
        return topic.Kind switch
        {
            PrivacyTopic.Erase => privacy.EraseForProvider(handles, by, topic.Topic, occasion, cancellationToken),
            PrivacyTopic.Data => privacy.AskForData(handles, by, topic.Topic, occasion, cancellationToken),
            PrivacyTopic.Shop => privacy.AskForShop(by, topic.Topic, occasion, cancellationToken),
            _ => throw new InvalidOperationException($"No request is of kind {topic.Kind}."),
        };
    }
}

/// <summary>What became of a delivery.</summary>
/// <param name="Receipt">In numbers.</param>
/// <param name="Refused">Set where it is a mistake of the sender's.</param>
/// <param name="Asides">What could not be made out.</param>
public sealed record DeliveryOutcome(DeliveryReceipt Receipt, Problem? Refused, IReadOnlyList<QuarantineCause> Asides);
