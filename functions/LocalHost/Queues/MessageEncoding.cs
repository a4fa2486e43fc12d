using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Google.Protobuf;
using LocalHost.Functions;
using LocalHost.Protocol;

namespace LocalHost.Queues;

/// <summary>Messages in the worker protocol: whole, for a function that takes <c>ServiceBusReceivedMessage</c>, or their bodies.</summary>
internal static class MessageEncoding
{
    private static readonly Dictionary<string, Func<ServiceBusReceivedMessage, object?>> Values = new()
    {
        ["MessageId"] = message => message.MessageId,
        ["DeliveryCount"] = message => message.DeliveryCount,
        ["SequenceNumber"] = message => message.SequenceNumber,
        ["EnqueuedTimeUtc"] = message => message.EnqueuedTime.UtcDateTime,
        ["ExpiresAtUtc"] = message => message.ExpiresAt.UtcDateTime,
        ["CorrelationId"] = message => message.CorrelationId,
        ["Subject"] = message => message.Subject,
        ["ContentType"] = message => message.ContentType,
        ["SessionId"] = message => message.SessionId,
        ["LockToken"] = message => message.LockToken,
        ["DeadLetterSource"] = message => message.DeadLetterSource,
        ["ApplicationProperties"] = message => message.ApplicationProperties,
    };

    /// <summary>
    /// An invocation for one message, or for a batch: then each value of the metadata is an array, under its name with <c>Array</c>.
    /// </summary>
    internal static InvocationRequest Request(QueueTrigger trigger, IReadOnlyList<ServiceBusReceivedMessage> messages)
    {
        var request = new InvocationRequest
        {
            InputData =
            {
                new ParameterBinding
                {
                    Name = trigger.Parameter,
                    Data = trigger.IsBatched ? Batch(trigger, messages) : Single(trigger, messages[0]),
                },
            },
        };
        foreach (var (name, value) in Values)
        {
            if (trigger.IsBatched)
                request.TriggerMetadata[$"{name}Array"] = Json(messages.Select(value).ToArray());
            else if (value(messages[0]) is { } one)
                request.TriggerMetadata[name] = one is string text ? new TypedData { String = text } : Json(one);
        }

        // A batch has many parents, and so none.
        request.TraceContext = trigger.IsBatched
            ? new TraceContext()
            : new TraceContext { TraceParent = Property(messages[0], "Diagnostic-Id"), TraceState = Property(messages[0], "tracestate") };
        return request;
    }

    private static TypedData Single(QueueTrigger trigger, ServiceBusReceivedMessage message) =>
        trigger.AsModel ? new TypedData { ModelBindingData = Model(message) }
        : trigger.AsBytes ? new TypedData { Bytes = ByteString.CopyFrom(message.Body) }
        : new TypedData { String = message.Body.ToString() };

    private static TypedData Batch(QueueTrigger trigger, IReadOnlyList<ServiceBusReceivedMessage> messages) =>
        trigger.AsModel
            ? new TypedData
            {
                CollectionModelBindingData = new CollectionModelBindingData { ModelBindingData = { messages.Select(Model) } },
            }
        : trigger.AsBytes
            ? new TypedData
            {
                CollectionBytes = new CollectionBytes { Bytes = { messages.Select(message => ByteString.CopyFrom(message.Body)) } },
            }
        : new TypedData { CollectionString = new CollectionString { String = { messages.Select(message => message.Body.ToString()) } } };

    /// <summary>The form of the Service Bus extension: 16 bytes of the lock token, then the message as AMQP encodes it.</summary>
    private static ModelBindingData Model(ServiceBusReceivedMessage message) =>
        new()
        {
            Version = "1.0",
            Source = "AzureServiceBusReceivedMessage",
            ContentType = "application/octet-stream",
            Content = ByteString.CopyFrom([
                .. Guid.Parse(message.LockToken).ToByteArray(),
                .. message.GetRawAmqpMessage().ToBytes().ToMemory().Span,
            ]),
        };

    private static TypedData Json(object value) => new() { Json = JsonSerializer.Serialize(value) };

    private static string Property(ServiceBusReceivedMessage message, string name) =>
        message.ApplicationProperties.GetValueOrDefault(name) as string ?? "";
}
