using Azure.Messaging.ServiceBus;
using AzureSdk.Local.Invocation;

namespace AzureSdk.Local.ServiceBusTriggers;

/// <summary>What is known of the message, or of each of a batch as <c>…Array</c>, under the names the real host uses.</summary>
internal sealed class MessageBindingData(IReadOnlyList<ServiceBusReceivedMessage> messages, bool isBatched) : IBindingData
{
    private static readonly Dictionary<string, Func<ServiceBusReceivedMessage, object?>> Values = new(StringComparer.OrdinalIgnoreCase)
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

    /// <summary>A batch has many parents, and so none.</summary>
    public string TraceParent => isBatched ? "" : Property("Diagnostic-Id") ?? Property("traceparent") ?? "";

    public string TraceState => isBatched ? "" : Property("tracestate") ?? "";

    public object? Find(string name) => !isBatched && Values.TryGetValue(name, out var value) ? value(messages[0]) : null;

    public IReadOnlyDictionary<string, object?> All() => isBatched
        ? Values.ToDictionary(value => $"{value.Key}Array", value => (object?)messages.Select(value.Value).ToArray(), StringComparer.OrdinalIgnoreCase)
        : Values.ToDictionary(value => value.Key, value => value.Value(messages[0]), StringComparer.OrdinalIgnoreCase);

    private string? Property(string name) => messages[0].ApplicationProperties.TryGetValue(name, out var value) ? value as string : null;
}
