using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Storage;
using CrmFunctions.Telemetry;
using Microsoft.Extensions.Configuration;

namespace CrmFunctions.Messaging;

/// <summary>Sends to the queues.</summary>
public sealed class Bus(ServiceBusClient client, OperationCount operations)
{
    private readonly ConcurrentDictionary<string, ServiceBusSender> senders = new(StringComparer.Ordinal);

    /// <summary>
    /// Connects as the settings say: <c>ServiceBusConnection</c> is a connection string, or has <c>fullyQualifiedNamespace</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Neither is set.</exception>
    public static ServiceBusClient Connect(IConfiguration settings)
    {
        if (settings[Flow.ServiceBus] is { Length: > 0 } connection)
            return new ServiceBusClient(connection);
        if (settings[$"{Flow.ServiceBus}:fullyQualifiedNamespace"] is { Length: > 0 } address)
        {
            return new ServiceBusClient(address, CrmTables.Credential(settings, Flow.ServiceBus));
        }

        throw new InvalidOperationException(
            $"Setting {Flow.ServiceBus} is missing: a connection string, or {Flow.ServiceBus}__fullyQualifiedNamespace for a managed identity."
        );
    }

    /// <summary>A message whose body is JSON.</summary>
    /// <param name="id">Within the queue's history of ids, a second message with the same id is dropped.</param>
    /// <param name="body">The body.</param>
    /// <param name="visibleAt">It is delivered from then on. Null: at once.</param>
    public static ServiceBusMessage Message<T>(string id, T body, DateTimeOffset? visibleAt = null)
    {
        var message = new ServiceBusMessage(BinaryData.FromBytes(MessageBody.Write(body)))
        {
            MessageId = id,
            ContentType = "application/json",
        };
        if (visibleAt is { } instant)
            message.ScheduledEnqueueTime = instant;
        return message;
    }

    /// <summary>Sends messages, in as few calls as their sizes allow.</summary>
    public async Task Send(string queue, IReadOnlyCollection<ServiceBusMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
            return;
        foreach (var message in messages)
            FlowTrace.Carry(message);
        var sender = senders.GetOrAdd(queue, static (name, bus) => bus.CreateSender(name), client);
        if (messages.Count == 1)
        {
            await sender.SendMessageAsync(messages.First(), cancellationToken);
        }
        else
        {
            await SendBatches(sender, messages, cancellationToken);
        }

        operations.CountBroker("send", messages.Count);
    }

    private static async Task SendBatches(
        ServiceBusSender sender,
        IEnumerable<ServiceBusMessage> messages,
        CancellationToken cancellationToken
    )
    {
        var batch = await sender.CreateMessageBatchAsync(cancellationToken);
        try
        {
            foreach (var message in messages)
            {
                if (batch.Count < 100 && batch.TryAddMessage(message))
                    continue;
                await sender.SendMessagesAsync(batch, cancellationToken);
                batch.Dispose();
                batch = await sender.CreateMessageBatchAsync(cancellationToken);
                if (!batch.TryAddMessage(message))
                    throw new InvalidOperationException($"Message {message.MessageId} is too large for a queue.");
            }

            if (batch.Count > 0)
                await sender.SendMessagesAsync(batch, cancellationToken);
        }
        finally
        {
            batch.Dispose();
        }
    }
}
