using System.Collections.Concurrent;

namespace AzureSdk.Local.ServiceBus;

/// <summary>The brokers open in this process: one for each file, shared by all clients of that file.</summary>
public static class LocalBrokers
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Shared> Open = [];
    private static readonly ConcurrentDictionary<string, TimeProvider> Clocks = new();

    /// <summary>
    /// Sets the clock that the broker of a file goes by, in this process: locks, schedules, expiry and the waits of receivers.
    /// For tests; without it the clock is the system's.
    /// </summary>
    /// <param name="brokerFile">The path, as in the connection string.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="InvalidOperationException">A client already uses the file by another clock.</exception>
    public static void UseClock(string brokerFile, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var file = Path.GetFullPath(brokerFile);
        lock (Gate)
        {
            if (Open.TryGetValue(file, out var shared) && shared.Broker.Clock != clock)
                throw new InvalidOperationException($"The broker file '{file}' is in use: set its clock before the first operation on it.");
            Clocks[file] = clock;
        }
    }

    /// <summary>Opens the broker of a connection string, or shares the one that is open.</summary>
    /// <returns>The broker and what gives it back; the last one closes the file.</returns>
    internal static (Broker Broker, Action Release) Use(LocalConnectionString target)
    {
        lock (Gate)
        {
            if (!Open.TryGetValue(target.BrokerFile, out var shared))
            {
                var queues = BrokerQueues.Load(target.QueuesFile);
                var broker = new Broker(target.BrokerFile, queues, Clocks.GetValueOrDefault(target.BrokerFile, TimeProvider.System));
                Open[target.BrokerFile] = shared = new Shared(broker, target.QueuesFile);
            }
            else if (shared.QueuesFile != target.QueuesFile)
            {
                throw new InvalidOperationException(
                    $"The broker file '{target.BrokerFile}' is open with the queues file '{shared.QueuesFile}', not '{target.QueuesFile}'.");
            }

            shared.Users++;
            return (shared.Broker, () => Release(target.BrokerFile, shared));
        }
    }

    private static void Release(string file, Shared shared)
    {
        lock (Gate)
        {
            if (--shared.Users > 0) return;
            Open.Remove(file);
            shared.Broker.Dispose();
        }
    }

    private sealed class Shared(Broker broker, string queuesFile)
    {
        public Broker Broker { get; } = broker;

        public string QueuesFile { get; } = queuesFile;

        public int Users { get; set; }
    }
}
