namespace CrmFunctions.TestKit;

/// <summary>A clock that stands still until it is turned, and fires its timers as it is turned past them. Thread-safe.</summary>
/// <param name="start">The first instant; it is a whole second of a Monday if not given.</param>
public sealed class ManualTimeProvider(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private TaskCompletionSource timerCreated = NewSignal();
    private int created;
    private DateTimeOffset now = start ?? new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers were made so far.</summary>
    public int TimersCreated
    {
        get
        {
            lock (gate)
                return created;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        TaskCompletionSource signal;
        lock (gate)
        {
            created++;
            (signal, timerCreated) = (timerCreated, NewSignal());
        }

        signal.SetResult();
        return timer;
    }

    /// <summary>Ends when more timers were made than so many: code under test that runs elsewhere waits for the clock now.</summary>
    /// <param name="count">What <see cref="TimersCreated"/> was.</param>
    public async Task TimerCreatedAfter(int count)
    {
        while (true)
        {
            Task signal;
            lock (gate)
            {
                if (created > count)
                    return;
                signal = timerCreated.Task;
            }

            await signal;
        }
    }

    /// <summary>Turns the clock; timers fire at their instants, in order, on the caller's thread.</summary>
    /// <param name="by">Zero or more.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = GetUtcNow() + by;
        while (true)
        {
            ManualTimer? next;
            lock (gate)
            {
                next = timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                if (next is null)
                {
                    now = end;
                    return;
                }

                if (next.Due > now)
                    now = next.Due.Value;
                next.Due = next.Period is { } period ? now + period : null;
            }

            next.Fire();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public TimeSpan? Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool fire;
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                Period = period > TimeSpan.Zero ? period : null;
                fire = dueTime == TimeSpan.Zero;
                Due =
                    dueTime == Timeout.InfiniteTimeSpan ? null
                    : fire
                        ? Period is { } every ? clock.now + every
                            : null
                    : clock.now + dueTime;
                clock.timers.Add(this);
            }

            // As with the system's timers, the callback must not run inside the call that sets the timer.
            if (fire)
                ThreadPool.QueueUserWorkItem(_ => callback(state));
            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                Due = null;
                clock.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
