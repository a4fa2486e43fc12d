using System.Diagnostics.Metrics;

namespace AzureSdk.Local.ServiceBus;

/// <summary>Counts operations as Azure bills them: see the README, "Counting".</summary>
internal static class Operations
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "AzureSdk.Local.ServiceBus";

    private const int BilledBytes = 64 * 1024;

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Counter = Meter.CreateCounter<long>(
        "servicebus.operations", "{operation}", "Operations on the local Service Bus, by operation and queue, as Azure would bill them.");

    /// <summary>Adds operations of one kind on a queue or dead-letter queue.</summary>
    public static void Count(string operation, Entity entity, long count) =>
        Counter.Add(count, new("operation", operation), new("queue", entity.Path));

    /// <summary>What a message of this body counts: one for each 64 KB begun.</summary>
    public static long Billed(byte[] body) => Math.Max(1, (body.Length + BilledBytes - 1) / BilledBytes);
}
