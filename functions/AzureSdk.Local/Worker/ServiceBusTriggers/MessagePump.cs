using Azure.Messaging.ServiceBus;
using AzureSdk.Local.Hosting;
using AzureSdk.Local.Invocation;
using Microsoft.Extensions.Logging;

namespace AzureSdk.Local.ServiceBusTriggers;

/// <summary>Receives for one function, as many messages at a time as it may run, and hands each to an invocation; a batch is one invocation.</summary>
internal sealed class MessagePump(FunctionDescriptor function, QueueDeclaration trigger, ServiceBusReceiver receiver, MessageInvocations invocations, PumpServices services, ILogger log)
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestReceive = TimeSpan.FromMinutes(1);

    private readonly int invocationsAtATime = trigger.IsBatched ? 1 : services.Settings.MaxConcurrentCalls;
    private readonly SemaphoreSlim slots = trigger.IsBatched ? new(1) : new(services.Settings.MaxConcurrentCalls);
    private readonly Lock gate = new();
    private CancellationTokenSource? receiving;
    private TaskCompletionSource? seen;

    internal ServiceBusReceiver Receiver => receiver;

    /// <summary>Receives until stopped. A failure is logged and tried again after a while: the host lives on.</summary>
    internal async Task Run(CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await ReceiveOnce(stopping);
                if (failures > 0)
                {
                    Log.ReceivesAgain(log, function.Name, trigger.Queue);
                    failures = 0;
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                var backoff = FirstBackoff * Math.Pow(2, Math.Min(failures++, 10));
                backoff = backoff < LongestBackoff ? backoff : LongestBackoff;
                Log.CannotReceive(log, error, function.Name, trigger.Queue, backoff);
                AcknowledgeSync();
                await Task.Delay(backoff, services.Clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Completes when what was received before this call counts as taken up, so that a test sees it.</summary>
    internal Task Sync()
    {
        CancellationTokenSource cancel;
        Task acknowledged;
        lock (gate)
        {
            if (receiving is null)
            {
                return Task.CompletedTask;
            }

            cancel = receiving;
            acknowledged = (seen ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        try
        {
            // Outside the lock: what waits may go on in this very call.
            cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It returned by itself in this moment, and has been acknowledged.
        }

        return acknowledged;
    }

    private async Task ReceiveOnce(CancellationToken stopping)
    {
        await slots.WaitAsync(stopping);
        var taken = 1;
        while (taken < invocationsAtATime && slots.Wait(0, CancellationToken.None))
        {
            taken++;
        }

        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        IReadOnlyList<ServiceBusReceivedMessage> messages = [];
        try
        {
            lock (gate)
            {
                receiving = cancel;
            }

            messages = await receiver.ReceiveMessagesAsync(trigger.IsBatched ? services.Settings.MaxMessageBatchSize : taken, LongestReceive, cancel.Token);
            for (var i = 0; i < messages.Count; i++)
            {
                services.Running.Enter();
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // A test looks whether all is quiet.
        }
        finally
        {
            lock (gate)
            {
                receiving = null;
            }

            AcknowledgeSync();
            var starting = trigger.IsBatched ? Math.Min(messages.Count, 1) : messages.Count;
            if (taken > starting)
            {
                slots.Release(taken - starting);
            }
        }

        Start(messages);
    }

    private void AcknowledgeSync()
    {
        lock (gate)
        {
            seen?.TrySetResult();
            seen = null;
        }
    }

    private void Start(IReadOnlyList<ServiceBusReceivedMessage> messages)
    {
        if (trigger.IsBatched && messages.Count > 0)
        {
            _ = Task.Run(() => Handle(messages, messages.Count));
            return;
        }

        foreach (var message in messages)
        {
            _ = Task.Run(() => Handle([message], 1));
        }
    }

    private async Task Handle(IReadOnlyList<ServiceBusReceivedMessage> messages, int entered)
    {
        try
        {
            await invocations.Run(function, trigger, receiver, messages, log);
        }
        finally
        {
            slots.Release();
            for (var i = 0; i < entered; i++)
            {
                services.Running.Leave();
            }
        }
    }
}
