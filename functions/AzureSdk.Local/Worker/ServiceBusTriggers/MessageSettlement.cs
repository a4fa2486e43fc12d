using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using AzureSdk.Local.Hosting;
using Microsoft.Extensions.Logging;

namespace AzureSdk.Local.ServiceBusTriggers;

/// <summary>The messages of one invocation and which of them are settled, by the function or by the host.</summary>
internal sealed class MessageSettlement(ServiceBusReceiver receiver, IReadOnlyList<ServiceBusReceivedMessage> messages, ILogger log)
{
    private readonly ConcurrentDictionary<long, byte> settled = new();

    internal ServiceBusReceiver Receiver => receiver;

    internal IEnumerable<ServiceBusReceivedMessage> Open => messages.Where(message => !settled.ContainsKey(message.SequenceNumber));

    /// <summary>Settles for the function: what goes wrong is the function's to see.</summary>
    internal async Task Settle(ServiceBusReceivedMessage message, Func<ServiceBusReceiver, Task> settle)
    {
        await settle(receiver);
        settled.TryAdd(message.SequenceNumber, 0);
    }

    internal Task CompleteRest() => SettleRest("complete", message => receiver.CompleteMessageAsync(message, CancellationToken.None));

    internal Task AbandonRest() => SettleRest("abandon", message => receiver.AbandonMessageAsync(message, cancellationToken: CancellationToken.None));

    private async Task SettleRest(string name, Func<ServiceBusReceivedMessage, Task> settle)
    {
        foreach (var message in Open)
        {
            if (!settled.TryAdd(message.SequenceNumber, 0))
            {
                continue;
            }

            try
            {
                await settle(message);
            }
            catch (Exception error)
            {
                // Lost lock, or the broker's file is gone: the lock ends by itself, and the message comes again.
                Log.CannotSettle(log, error, message.MessageId, receiver.EntityPath, name);
            }
        }
    }
}
