using System.Globalization;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Operations;
using Microsoft.Extensions.Options;

namespace CrmFunctions.HealthChecks;

/// <summary>The queue of recalculations: it answers, and no event waits too long for its customer to be decided.</summary>
/// <remarks>Its first messages are peeked at, which neither locks nor delays them; nothing of the log is read.</remarks>
public sealed class BrokerPart(ServiceBusClient client, OperationCount operations, Clocks clocks, IOptions<HealthOptions> options) : IHealthPart
{
    private const int Page = 32;
    private const int Pages = 8;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = [Parts.Broker, Parts.Backlog];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthPart>> Look(CancellationToken cancellationToken)
    {
        var now = clocks.Machine.GetUtcNow();
        var broker = new HealthPart(Parts.Broker, Good: true, "It answers.");
        if (await Oldest(now, cancellationToken) is not { } oldest) return [broker, new HealthPart(Parts.Backlog, Good: true, "No event waits.")];
        var late = now - oldest > options.Value.Backlog;
        var waits = string.Create(CultureInfo.InvariantCulture, $"The oldest event waits for its recalculation since {oldest:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        return [broker, new HealthPart(Parts.Backlog, !late, late ? $"{waits}, longer than {options.Value.Backlog}." : $"{waits}.", late ? oldest : null)];
    }

    // Messages come in the order of their numbers, those scheduled for later among them; the first page that has one to be worked on has the oldest, or nearly.
    private async Task<DateTimeOffset?> Oldest(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var receiver = client.CreateReceiver(Flow.Queues.Recalculations);
        var from = 0L;
        for (var page = 0; page < Pages; page++)
        {
            var messages = await receiver.PeekMessagesAsync(Page, from, cancellationToken);
            operations.CountBroker("peek", Math.Max(1, messages.Count));
            var waiting = messages.Select(VisibleAt).Where(at => at <= now).ToList();
            if (waiting.Count > 0) return waiting.Min();
            if (messages.Count < Page) return null;
            from = messages[^1].SequenceNumber + 1;
        }

        return null;
    }

    private static DateTimeOffset VisibleAt(ServiceBusReceivedMessage message) =>
        message.ScheduledEnqueueTime > message.EnqueuedTime ? message.ScheduledEnqueueTime : message.EnqueuedTime;
}
