using System.Globalization;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Telemetry;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>The broker: the queue of recalculations answers.</summary>
public sealed class BrokerHealthCheck(ServiceBusClient client, OperationCount operations) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var receiver = client.CreateReceiver(Flow.Queues.Recalculations);
        await receiver.PeekMessageAsync(cancellationToken: cancellationToken);
        operations.CountBroker("peek", 1);
        return HealthPart.Result(good: true, "It answers.");
    }
}

/// <summary>
/// The queues: no event waits too long for its customer to be decided, and no other queue has a message that nobody takes.
/// </summary>
/// <remarks>
/// The first messages are peeked at, which neither locks nor delays them; nothing of the log is read. A trigger that is in error or
/// disabled is seen by nothing else: the app runs, answers and takes events all the same.
/// </remarks>
public sealed class BacklogHealthCheck(ServiceBusClient client, OperationCount operations, Clocks clocks, IOptions<HealthOptions> options)
    : IHealthCheck
{
    private const int Page = 32;
    private const int Pages = 8;

    // Of the other queues one short page: at most eight operations each. Few of their messages are scheduled for later.
    private const int First = 8;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var now = clocks.Machine.GetUtcNow();
        var others = Task.WhenAll(
            Flow.Queues.All.Where(queue => queue != Flow.Queues.Recalculations).Select(queue => Of(queue, now, cancellationToken))
        );
        var oldest = await Oldest(Flow.Queues.Recalculations, Page, Pages, now, cancellationToken);
        var items = await others;

        var late = now - oldest > options.Value.Backlog;
        var waits = oldest is null
            ? "No event waits."
            : $"The oldest event waits for its recalculation since {Text(oldest.Value)}{(late ? $", longer than {options.Value.Backlog}" : "")}.";
        var stuck = items.Where(item => !item.Good).ToList();
        return HealthPart.Result(
            !late && stuck.Count == 0,
            string.Join(' ', [waits, .. stuck.Select(item => $"{item.Name}: {item.Says}")]),
            stuck.Select(item => item.Since).Append(late ? oldest : null).Min(),
            items
        );
    }

    private async Task<HealthItem> Of(string queue, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var oldest = await Oldest(queue, First, 1, now, cancellationToken);
        return oldest is { } since && now - since > options.Value.Waiting
            ? new HealthItem(
                queue,
                Good: false,
                Since: since,
                Says: $"its oldest message waits since {Text(since)}, longer than {options.Value.Waiting}; does its function run?"
            )
            : new HealthItem(queue, Good: true);
    }

    // Messages come in the order of their numbers, those scheduled for later among them; the first page that has one to be worked on has
    // the oldest, or nearly.
    private async Task<DateTimeOffset?> Oldest(string queue, int size, int pages, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var receiver = client.CreateReceiver(queue);
        var from = 0L;
        for (var page = 0; page < pages; page++)
        {
            var messages = await receiver.PeekMessagesAsync(size, from, cancellationToken);
            operations.CountBroker("peek", Math.Max(1, messages.Count));
            var waiting = messages.Select(VisibleAt).Where(at => at <= now).ToList();
            if (waiting.Count > 0)
                return waiting.Min();
            if (messages.Count < size)
                return null;
            from = messages[^1].SequenceNumber + 1;
        }

        return null;
    }

    private static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset VisibleAt(ServiceBusReceivedMessage message) =>
        message.ScheduledEnqueueTime > message.EnqueuedTime ? message.ScheduledEnqueueTime : message.EnqueuedTime;
}
