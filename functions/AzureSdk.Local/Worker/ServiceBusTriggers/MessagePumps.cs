using Azure.Messaging.ServiceBus;
using AzureSdk.Local.Invocation;
using Microsoft.Extensions.Logging;

namespace AzureSdk.Local.ServiceBusTriggers;

/// <summary>All Service Bus functions of the app.</summary>
internal sealed class MessagePumps(FunctionCatalog functions, MessageInvocations invocations, PumpServices services, ILoggerFactory loggers) : IDisposable
{
    private const int Peeked = 256;

    private readonly CancellationTokenSource stopping = new();
    private List<MessagePump> pumps = [];
    private Task running = Task.CompletedTask;

    internal void Start()
    {
        pumps =
        [
            .. from function in functions.All
               where function is { Trigger: QueueDeclaration, IsDisabled: false }
               let trigger = (QueueDeclaration)function.Trigger
               select new MessagePump(
                   function, trigger, services.Client(trigger.Connection).CreateReceiver(trigger.Queue), invocations, services, loggers.CreateLogger(function.LogCategory)),
        ];
        running = Task.WhenAll(pumps.Select(pump => Task.Run(() => pump.Run(stopping.Token))));
    }

    internal void StopReceiving() => stopping.Cancel();

    /// <summary>Gives back what still runs.</summary>
    internal async Task Close()
    {
        await running;
        await invocations.AbandonAll();
    }

    /// <summary>Whether a message waits that a function of this app would get now.</summary>
    internal async Task<bool> AnyVisible()
    {
        await Task.WhenAll(pumps.Select(pump => pump.Sync()));
        foreach (var pump in pumps)
        {
            if (await AnyVisible(pump.Receiver))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => stopping.Dispose();

    private static async Task<bool> AnyVisible(ServiceBusReceiver receiver)
    {
        try
        {
            for (long from = 0; ;)
            {
                var messages = await receiver.PeekMessagesAsync(Peeked, from);
                if (messages.Any(message => message.State == ServiceBusMessageState.Active && message.LockedUntil == default))
                {
                    return true;
                }

                if (messages.Count < Peeked)
                {
                    return false;
                }

                from = messages[^1].SequenceNumber + 1;
            }
        }
        catch (Exception)
        {
            // No such queue, or the file is gone: nothing can come of it now, and the pump has logged it.
            return false;
        }
    }
}
