using System.Text;
using Azure.Messaging.ServiceBus;

namespace AzureSdk.Local.ServiceBus;

/// <summary>The size of messages on the wire, by the encoding of AMQP 1.0 (OASIS, part 1.6 and 3.2), and the Standard tier's limit.</summary>
internal static class AmqpSize
{
    /// <summary>The most bytes a message or a batch may have: 256 KB.</summary>
    public const long Largest = 256 * 1024;

    /// <summary>What a batch has before its first message.</summary>
    public const long BatchEnvelope = 17;

    // A described section: 0x00, smallulong code (2), and its list or map with a 32-bit size and count (9).
    private const int Section = 12;
    private const int LongestShort = 255;

    /// <summary>The bytes of a message by itself.</summary>
    public static long Of(ServiceBusMessage message)
    {
        var body = message.Body.ToMemory().Length;
        var size = (long)(3 + Binary(body));
        size += Section + Text(message.MessageId ?? new string('0', 32)) + Text(message.To) + Text(message.Subject) + Text(message.ReplyTo)
            + Text(message.CorrelationId) + Text(message.ContentType) + Text(message.SessionId) + Text(message.ReplyToSessionId) + 6;
        if (message.TimeToLive < TimeSpan.MaxValue) size += Section + 8;
        if (message.ScheduledEnqueueTime != default || message.PartitionKey is not null || message.TransactionPartitionKey is not null)
        {
            size += Section + Text(message.PartitionKey) + Text(message.TransactionPartitionKey)
                + (message.PartitionKey is null ? 0 : 21) + (message.TransactionPartitionKey is null ? 0 : 25)
                + (message.ScheduledEnqueueTime == default ? 0 : 39);
        }

        if (message.ApplicationProperties.Count > 0)
            size += Section + message.ApplicationProperties.Sum(p => (long)Text(p.Key) + Value(PropertyValue.From(p.Key, p.Value)));
        return size;
    }

    /// <summary>The bytes of a message in a batch.</summary>
    public static long InBatch(ServiceBusMessage message)
    {
        var size = Of(message);
        return size + (size <= LongestShort ? 5 : 8);
    }

    /// <summary>Refuses what the Standard tier refuses.</summary>
    /// <exception cref="ServiceBusException">MessageSizeExceeded.</exception>
    public static void Check(IReadOnlyList<ServiceBusMessage> messages, string queue)
    {
        var size = messages.Count == 1 ? Of(messages[0]) : BatchEnvelope + messages.Sum(InBatch);
        if (size <= Largest) return;
        throw new ServiceBusException(
            $"{messages.Count} message(s) of {size} bytes exceed the limit of {Largest} bytes for one send.",
            ServiceBusFailureReason.MessageSizeExceeded,
            queue);
    }

    private static int Text(string? text) => text is null ? 1 : Binary(Encoding.UTF8.GetByteCount(text));

    private static int Binary(int length) => length + (length <= LongestShort ? 2 : 5);

    private static int Value(PropertyValue value) => value.T switch
    {
        "string" => Text(value.V),
        "bool" => 1,
        "byte" or "sbyte" => 2,
        "short" or "ushort" => 3,
        "int" or "uint" or "float" or "char" => 5,
        "long" or "ulong" or "double" or "datetime" => 9,
        "guid" or "decimal" => 17,
        "binary" => Binary(value.V.Length / 4 * 3),
        // A described type: 0x00, its symbol ("com.microsoft:…", at most 31), and the value.
        "uri" => 20 + Text(value.V),
        _ => 40,
    };
}
