using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using AzureSdk.Local.Hosting;
using AzureSdk.Local.Invocation;
using AzureSdk.Local.Timers;

namespace AzureSdk.Local.ServiceBusTriggers;

/// <summary>What all pumps share: one client for each connection.</summary>
internal sealed class PumpServices(HostSettings settings, RunningInvocations running, HostDelay delay) : IAsyncDisposable, IDisposable
{
    private readonly ConcurrentDictionary<string, ServiceBusClient> clients = new();

    internal HostSettings Settings => settings;

    internal RunningInvocations Running => running;

    internal TimeProvider Clock => delay.Clock;

    internal ServiceBusClient Client(string connection) => clients.GetOrAdd(connection, key => new ServiceBusClient(key));

    /// <summary>Locks end by the broker's clock.</summary>
    internal TimeProvider BrokerClock(string connection) => Client(connection).Connect().Clock;

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values)
        {
            await client.DisposeAsync();
        }
    }

    /// <summary>For a host that is disposed of without await; the local clients close at once.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
