using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications.Channels;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Notifications;

/// <summary>
/// Tells what is to be told, once, or writes why not: the suite's own rules to the team on every channel, touches on the first that may
/// carry them.
/// </summary>
public sealed class Notify(
    CustomerStore customers,
    TeamNoteSender noteSender,
    TouchSender touches,
    NotificationScheduler later,
    IEnumerable<IChannel> channels
)
{
    private static readonly TimeSpan shortestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan longestWait = TimeSpan.FromHours(1);

    private readonly Dictionary<string, IChannel> byName = channels.ToDictionary(channel => channel.Name, StringComparer.Ordinal);

    [Function(nameof(Notify))]
    public async Task Run(
        [ServiceBusTrigger(Flow.Queues.Notifications, Connection = Flow.ServiceBus)] ServiceBusReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var request = MessageBody.Read<MessageRequest>(received.Body.ToMemory());
        var handle = Handle.FromKey(request.Customer) ?? throw new FormatException($"'{request.Customer}' is no handle.");

        var found = handle == Handle.Base ? StoredCustomer.New(handle) : await customers.Find(handle, cancellationToken);
        if (found is not { } customer)
        {
            // One that is being joined into another is told about once it is there; one that was erased has nothing told about it any more.
            if (await customers.BeingJoinedSince(handle, cancellationToken) is { } since)
                await later.Ask(request, later.Now + WaitOf(later.MachineNow - since), cancellationToken);
            return;
        }

        if (request.Withdraw)
            await touches.Withdraw(customer, request, byName.Keys, cancellationToken);
        else if (request.Touch is not null)
            await touches.Deliver(customer, request, byName, cancellationToken);
        else
            await noteSender.Tell(customer, request, byName.Values, cancellationToken);
    }

    // As long again as it has lasted: most joins end within a moment, and one that does not end costs little.
    private static TimeSpan WaitOf(TimeSpan age) =>
        age < shortestWait ? shortestWait
        : age > longestWait ? longestWait
        : age;
}

/// <summary>A message was certainly not delivered, and is tried again by the queue.</summary>
public sealed class NotDeliveredException(string message) : Exception(message);
