using Azure.Messaging.ServiceBus;
using LocalHost.Functions;
using LocalHost.Hosting;
using LocalHost.Worker;
using Microsoft.Extensions.Logging;

namespace LocalHost.Queues;

/// <summary>All Service Bus functions of the app, one client for each connection.</summary>
internal sealed class MessagePumps(FunctionCatalog functions, FunctionInvoker invoker, HostSettings settings, ILoggerFactory loggers)
    : IAsyncDisposable
{
    private readonly Dictionary<string, ServiceBusClient> clients = [];
    private readonly CancellationTokenSource drained = new();
    private List<MessagePump> pumps = [];

    internal async Task Start()
    {
        pumps =
        [
            .. from function in functions.All
            where function is { Trigger: QueueTrigger, IsDisabled: false }
            select New(function, (QueueTrigger)function.Trigger),
        ];
        await Task.WhenAll(pumps.Select(pump => pump.Start()));
    }

    /// <summary>Receives no more; completes when the invocations that run have ended, or the drain is over.</summary>
    internal Task Stop() => Task.WhenAll(pumps.Select(pump => pump.Stop()));

    /// <summary>What runs still is not waited for: its messages are given back, so that another host gets them at once.</summary>
    internal void EndDrain() => drained.Cancel();

    public async ValueTask DisposeAsync()
    {
        foreach (var pump in pumps)
            await pump.DisposeAsync();
        foreach (var client in clients.Values)
            await client.DisposeAsync();
        drained.Dispose();
    }

    private MessagePump New(HostedFunction function, QueueTrigger trigger)
    {
        if (!clients.TryGetValue(trigger.Connection, out var client))
            clients[trigger.Connection] = client = new ServiceBusClient(trigger.Connection);
        var log = loggers.CreateLogger(function.LogCategory);
        return trigger.IsBatched
            ? new BatchPump(function, trigger, invoker, client, settings, log, drained.Token)
            : new SingleMessagePump(function, trigger, invoker, client, settings, log, drained.Token);
    }
}
