using System.Diagnostics.Metrics;

namespace LocalServiceBus;

/// <summary>Counts operations as Azure bills them: see the README, "Counting".</summary>
internal static class BrokerOperations
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "LocalServiceBus";

    private const int BilledBytes = 64 * 1024;

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Counter = Meter.CreateCounter<long>(
        "servicebus.operations",
        "{operation}",
        "Operations on the local Service Bus, by operation and queue, as Azure would bill them."
    );

    /// <summary>Adds operations of one kind on a queue or dead-letter queue.</summary>
    public static void Count(string operation, Entity entity, long count) =>
        Counter.Add(count, new("operation", operation), new("queue", entity.Path));

    /// <summary>Adds what messages of these contents count: one for each 64 KB begun of a body.</summary>
    public static void Count(string operation, Entity entity, IEnumerable<byte[]> contents)
    {
        if (!Counter.Enabled)
            return;
        Count(operation, entity, contents.Sum(content => Math.Max(1L, (Sections.BodySize(content) + BilledBytes - 1) / BilledBytes)));
    }
}
