using Azure.Messaging.ServiceBus;
using LocalHost.Functions;
using LocalHost.Hosting;
using LocalHost.Worker;
using Microsoft.Extensions.Logging;

namespace LocalHost.Queues;

/// <summary>Receives for one function. A message is completed when the function returns, and abandoned when it fails.</summary>
/// <param name="drained">Cancelled when the drain is over: what runs still is not waited for.</param>
internal abstract class MessagePump(
    HostedFunction function,
    QueueTrigger trigger,
    FunctionInvoker invoker,
    ILogger logger,
    CancellationToken drained
) : IAsyncDisposable
{
    private int failures;

    internal abstract Task Start();

    /// <summary>Receives no more, and waits for the invocations that run.</summary>
    internal abstract Task Stop();

    public abstract ValueTask DisposeAsync();

    /// <summary>
    /// Runs one invocation and settles its messages; those of one that has not ended when the drain is over are given back.
    /// </summary>
    /// <param name="messages">What was received: one, or a batch.</param>
    /// <param name="complete">Completes one.</param>
    /// <param name="abandon">Abandons one.</param>
    /// <param name="stopping">
    /// Cancelled once nothing more is received: before that, what is given back would come again at once, until the queue has had enough of
    /// it.
    /// </param>
    protected async Task Handle(
        IReadOnlyList<ServiceBusReceivedMessage> messages,
        Func<ServiceBusReceivedMessage, Task> complete,
        Func<ServiceBusReceivedMessage, Task> abandon,
        CancellationToken stopping
    )
    {
        if (Interlocked.Exchange(ref failures, 0) > 0)
            HostLog.ReceivesAgain(logger, function.Name, trigger.Queue);
        if (stopping.IsCancellationRequested || await Run(messages) is not { } outcome)
        {
            await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Settle(messages, abandon, "abandon");
        }
        else if (!outcome.Succeeded)
        {
            await Settle(messages, abandon, "abandon");
        }
        else if (trigger.AutoComplete)
        {
            await Settle(messages, complete, "complete");
        }
    }

    /// <summary>A failure is logged once until it receives again: the client tries by itself.</summary>
    protected void Failed(Exception error)
    {
        if (Interlocked.Increment(ref failures) == 1)
            HostLog.CannotReceive(logger, error, function.Name, trigger.Queue);
    }

    /// <summary>The lock is lost, or the broker gone: the lock ends by itself, and the message comes again.</summary>
    protected void CannotSettle(Exception error, string operation) => HostLog.CannotSettle(logger, error, trigger.Queue, operation);

    /// <returns>How it ended; null where the drain was over first.</returns>
    private async Task<Outcome?> Run(IReadOnlyList<ServiceBusReceivedMessage> messages)
    {
        var over = new TaskCompletionSource();
        await using var registration = drained.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), over);
        var ended = invoker.Begin(function, MessageEncoding.Request(trigger, messages), CancellationToken.None).Ended;
        return await Task.WhenAny(ended, over.Task) == ended ? await ended : null;
    }

    private async Task Settle(
        IReadOnlyList<ServiceBusReceivedMessage> messages,
        Func<ServiceBusReceivedMessage, Task> settle,
        string operation
    )
    {
        foreach (var message in messages)
        {
            try
            {
                await settle(message);
            }
            catch (Exception error) when (error is ServiceBusException or ObjectDisposedException or OperationCanceledException)
            {
                CannotSettle(error, operation);
            }
        }
    }
}

/// <summary>One message for each invocation, as many at a time as host.json says.</summary>
internal sealed class SingleMessagePump : MessagePump
{
    private readonly ServiceBusProcessor processor;

    internal SingleMessagePump(
        HostedFunction function,
        QueueTrigger trigger,
        FunctionInvoker invoker,
        ServiceBusClient client,
        HostSettings settings,
        ILogger logger,
        CancellationToken drained
    )
        : base(function, trigger, invoker, logger, drained)
    {
        processor = client.CreateProcessor(
            trigger.Queue,
            new ServiceBusProcessorOptions
            {
                AutoCompleteMessages = false,
                MaxConcurrentCalls = settings.MaxConcurrentCalls,
                MaxAutoLockRenewalDuration = settings.MaxAutoLockRenewal,
                PrefetchCount = settings.PrefetchCount,
            }
        );
        processor.ProcessMessageAsync += args =>
            Handle(
                [args.Message],
                message => args.CompleteMessageAsync(message, CancellationToken.None),
                message => args.AbandonMessageAsync(message, cancellationToken: CancellationToken.None),
                args.CancellationToken
            );
        processor.ProcessErrorAsync += args =>
        {
            if (args.ErrorSource is ServiceBusErrorSource.Receive or ServiceBusErrorSource.AcceptSession)
                Failed(args.Exception);
            else
                CannotSettle(args.Exception, args.ErrorSource.ToString());
            return Task.CompletedTask;
        };
    }

    internal override Task Start() => processor.StartProcessingAsync();

    internal override Task Stop() => processor.StopProcessingAsync();

    public override ValueTask DisposeAsync() => processor.DisposeAsync();
}

/// <summary>Many messages for one invocation, one invocation at a time.</summary>
internal sealed class BatchPump(
    HostedFunction function,
    QueueTrigger trigger,
    FunctionInvoker invoker,
    ServiceBusClient client,
    HostSettings settings,
    ILogger logger,
    CancellationToken drained
) : MessagePump(function, trigger, invoker, logger, drained)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ServiceBusReceiver receiver = client.CreateReceiver(trigger.Queue);
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    internal override Task Start()
    {
        running = Task.Run(Run);
        return Task.CompletedTask;
    }

    internal override async Task Stop()
    {
        await stopping.CancelAsync();
        await running;
    }

    public override async ValueTask DisposeAsync()
    {
        await receiver.DisposeAsync();
        stopping.Dispose();
    }

    private async Task Run()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var messages = await receiver.ReceiveMessagesAsync(settings.MaxMessageBatchSize, cancellationToken: stopping.Token);
                if (messages.Count == 0)
                    continue;
                using var renewing = new CancellationTokenSource();
                var renewal = Renew(messages, renewing.Token);
                await Handle(
                    messages,
                    message => receiver.CompleteMessageAsync(message, CancellationToken.None),
                    message => receiver.AbandonMessageAsync(message, cancellationToken: CancellationToken.None),
                    stopping.Token
                );
                await renewing.CancelAsync();
                await renewal;
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Failed(error);
                await Task.Delay(Pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Renew(IReadOnlyList<ServiceBusReceivedMessage> messages, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var until = clock.GetUtcNow() + settings.MaxAutoLockRenewal;
        while (messages.Min(message => message.LockedUntil) is var end && end > clock.GetUtcNow() && clock.GetUtcNow() < until)
        {
            await Task.Delay((end - clock.GetUtcNow()) / 2, clock, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                return;
            foreach (var message in messages)
            {
                try
                {
                    await receiver.RenewMessageLockAsync(message, cancellationToken);
                }
                catch (Exception error) when (error is ServiceBusException or OperationCanceledException)
                {
                    if (!cancellationToken.IsCancellationRequested)
                        CannotSettle(error, "renew");
                    return;
                }
            }
        }
    }
}
