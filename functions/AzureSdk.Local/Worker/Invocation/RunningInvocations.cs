using System.Collections.Concurrent;
using AzureSdk.Local.Hosting;

namespace AzureSdk.Local.Invocation;

/// <summary>What runs now: for stopping, for time-outs, and for a test that waits until all is quiet.</summary>
internal sealed class RunningInvocations : IDisposable
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<InvocationContext, byte> running = new();
    private readonly TimeProvider clock;
    private readonly TimeSpan timeout;
    private readonly ITimer? sweeper;
    private readonly Lock gate = new();
    private TaskCompletionSource? quiet;
    private int busy;

    public RunningInvocations(IServiceProvider services, HostSettings settings, HostSetup setup)
    {
        clock = HostClock.Of(services, setup.TimeProvider);
        timeout = settings.FunctionTimeout;
        sweeper = timeout == Timeout.InfiniteTimeSpan ? null : clock.CreateTimer(_ => CancelLate(), null, Sweep, Sweep);
    }

    internal int Count => running.Count;

    /// <summary>Set while the host stops: nothing new begins.</summary>
    internal bool IsDraining { get; set; }

    /// <summary>Work has been taken up that will become an invocation, or is one.</summary>
    internal void Enter() => Interlocked.Increment(ref busy);

    internal void Leave()
    {
        if (Interlocked.Decrement(ref busy) == 0)
        {
            lock (gate)
            {
                if (Volatile.Read(ref busy) == 0)
                {
                    quiet?.TrySetResult();
                    quiet = null;
                }
            }
        }
    }

    internal void Begin(InvocationContext context)
    {
        Enter();
        context.StartedAt = clock.GetTimestamp();
        running.TryAdd(context, 0);
    }

    internal void End(InvocationContext context)
    {
        running.TryRemove(context, out _);
        Leave();
    }

    /// <summary>Completes at a moment when nothing is taken up.</summary>
    internal Task Quiet()
    {
        lock (gate)
        {
            return Volatile.Read(ref busy) == 0
                ? Task.CompletedTask
                : (quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    internal void CancelAll()
    {
        foreach (var context in running.Keys)
        {
            context.Cancel();
        }
    }

    public void Dispose() => sweeper?.Dispose();

    private void CancelLate()
    {
        var now = clock.GetTimestamp();
        foreach (var context in running.Keys)
        {
            if (!context.IsTimedOut && clock.GetElapsedTime(context.StartedAt, now) >= timeout)
            {
                context.TimeOut();
            }
        }
    }
}
