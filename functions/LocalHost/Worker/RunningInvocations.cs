using System.Collections.Concurrent;
using LocalHost.Hosting;

namespace LocalHost.Worker;

/// <summary>What runs now: for stopping, for time-outs, and for a test that waits until all is quiet.</summary>
internal sealed class RunningInvocations : IDisposable
{
    private readonly ConcurrentDictionary<Invocation, byte> running = new();
    private readonly TimeProvider clock;
    private readonly TimeSpan timeout;
    private readonly ITimer? alarm;
    private readonly Lock gate = new();
    private TaskCompletionSource? quiet;
    private int busy;
    private int isAlarmSet;

    internal RunningInvocations(HostSettings settings, TimeProvider clock)
    {
        this.clock = clock;
        timeout = settings.FunctionTimeout;
        alarm =
            timeout == Timeout.InfiniteTimeSpan
                ? null
                : clock.CreateTimer(_ => CancelLate(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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

    internal void Begin(Invocation invocation)
    {
        Enter();
        invocation.StartedAt = clock.GetTimestamp();
        running.TryAdd(invocation, 0);
        SetAlarm(timeout);
    }

    internal void End(Invocation invocation)
    {
        running.TryRemove(invocation, out _);
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
        foreach (var invocation in running.Keys)
        {
            invocation.Cancel();
        }
    }

    public void Dispose() => alarm?.Dispose();

    /// <summary>One alarm for all: it rings when the oldest of them can be late, and is set again if any is left.</summary>
    private void SetAlarm(TimeSpan time)
    {
        if (alarm is not null && isAlarmSet == 0 && Interlocked.Exchange(ref isAlarmSet, 1) == 0)
        {
            alarm.Change(time, Timeout.InfiniteTimeSpan);
        }
    }

    private void CancelLate()
    {
        Volatile.Write(ref isAlarmSet, 0);
        var now = clock.GetTimestamp();
        var left = Timeout.InfiniteTimeSpan;
        foreach (var invocation in running.Keys.Where(invocation => !invocation.IsTimedOut))
        {
            var rest = timeout - clock.GetElapsedTime(invocation.StartedAt, now);
            if (rest <= TimeSpan.Zero)
            {
                invocation.TimeOut();
            }
            else if (left < TimeSpan.Zero || rest < left)
            {
                left = rest;
            }
        }

        if (left > TimeSpan.Zero)
        {
            SetAlarm(left);
        }
    }
}
