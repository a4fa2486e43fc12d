using System.Text.Json;
using LocalHost.Functions;
using LocalHost.Hosting;
using LocalHost.Protocol;
using LocalHost.Worker;
using Microsoft.Extensions.Logging;

namespace LocalHost.Timers;

/// <summary>
/// One timer. Its runs never overlap: what falls due meanwhile waits, and a second fire by hand joins the first that waits. The next run is
/// reckoned when one ends, so a run that outlasts its interval drops what fell due, as the real host does.
/// </summary>
internal sealed class TimerRunner(
    HostedFunction function,
    TimerTrigger timer,
    FunctionInvoker invoker,
    TimerMonitor monitor,
    HostDelay delay,
    ILogger log
) : IDisposable
{
    /// <summary>Longer waits are cut up: a timer's limit, and a machine that slept.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(12);

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Lock gate = new();
    private readonly bool isMonitored = timer.UseMonitor && IsSlow(timer.Schedule, delay.Clock.GetUtcNow());
    private Task<Outcome>? waiting;
    private ITimer? alarm;
    private ScheduleStatus? status;

    /// <summary>Null after its last run.</summary>
    internal DateTimeOffset? NextRun { get; private set; }

    /// <summary>Runs what was missed while the host was down, or what runs at every start, and waits for the next time.</summary>
    internal void Start()
    {
        var now = delay.Clock.GetUtcNow();
        status = isMonitored ? monitor.Read() : null;
        var isPastDue = status is not null && timer.Schedule.Next(Utc(status.Last == default ? status.LastUpdated : status.Last)) <= now;
        if (isMonitored && !isPastDue)
        {
            Remember(status?.Last ?? default, now);
        }

        if (isPastDue || timer.RunOnStartup)
        {
            delay.Running.Enter();
            _ = Task.Run(() => RunBySchedule(isPastDue ? "missed while the host was down" : "start", isPastDue));
        }
        else
        {
            Arm();
        }
    }

    /// <summary>Runs once, now or after the run in progress.</summary>
    internal Task<Outcome> FireNow()
    {
        lock (gate)
        {
            if (waiting is null)
            {
                delay.Running.Enter();
                waiting = Task.Run(RunByHand);
            }

            return waiting;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            alarm?.Dispose();
        }
    }

    /// <summary>A timer that fires more often than each minute keeps no monitor, as in the real host.</summary>
    private static bool IsSlow(TimerSchedule schedule, DateTimeOffset now) =>
        schedule.Next(now) is not { } first || schedule.Next(first) is not { } second || second - first >= TimeSpan.FromMinutes(1);

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    private void Arm()
    {
        lock (gate)
        {
            alarm?.Dispose();
            alarm = null;
            if (delay.Running.IsDraining || (NextRun = timer.Schedule.Next(delay.Clock.GetUtcNow())) is not { } next)
            {
                return;
            }

            alarm = delay.Clock.CreateTimer(_ => Ring(next), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Set(next);
        }
    }

    private void Set(DateTimeOffset next)
    {
        var wait = next - delay.Clock.GetUtcNow();
        alarm?.Change(
            wait < TimeSpan.Zero ? TimeSpan.Zero
                : wait < LongestWait ? wait
                : LongestWait,
            Timeout.InfiniteTimeSpan
        );
    }

    private void Ring(DateTimeOffset next)
    {
        lock (gate)
        {
            if (alarm is null)
            {
                return;
            }

            // A millisecond early, or one leg of a long wait.
            if (delay.Clock.GetUtcNow() < next)
            {
                Set(next);
                return;
            }

            alarm.Dispose();
            alarm = null;
        }

        delay.Running.Enter();
        _ = Task.Run(() => RunBySchedule("schedule", isPastDue: false));
    }

    private async Task RunBySchedule(string reason, bool isPastDue)
    {
        await turn.WaitAsync();
        try
        {
            var startedAt = delay.Clock.GetUtcNow();
            if (await Run(reason, isPastDue) is not null)
            {
                if (isMonitored)
                {
                    Remember(startedAt.UtcDateTime, delay.Clock.GetUtcNow());
                }

                Arm();
            }
        }
        finally
        {
            turn.Release();
            delay.Running.Leave();
        }
    }

    private async Task<Outcome> RunByHand()
    {
        await turn.WaitAsync();
        try
        {
            lock (gate)
            {
                waiting = null;
            }

            return await Run("by hand", isPastDue: false) ?? throw new OperationCanceledException("The host stops.");
        }
        finally
        {
            turn.Release();
            delay.Running.Leave();
        }
    }

    /// <returns>The last try, or null if the host stopped before there was one that counts.</returns>
    private async Task<Outcome?> Run(string reason, bool isPastDue)
    {
        HostLog.TimerRuns(log, function.Name, reason);
        for (var retry = 0; !delay.Running.IsDraining; retry++)
        {
            var outcome = await invoker.Begin(function, Request(isPastDue, retry)).Ended;
            if (outcome.Succeeded || timer.Retry?.Allows(retry + 1) != true)
            {
                return outcome;
            }

            var wait = timer.Retry.DelayBefore(retry + 1);
            HostLog.TimerRetries(log, function.Name, wait, retry + 1, timer.Retry.Maximum);
            if (!await delay.Wait(wait))
            {
                return null;
            }
        }

        return null;
    }

    private InvocationRequest Request(bool isPastDue, int retry)
    {
        var info = JsonSerializer.Serialize(new { ScheduleStatus = status, IsPastDue = isPastDue });
        var request = new InvocationRequest
        {
            InputData =
            {
                new ParameterBinding
                {
                    Name = timer.Parameter,
                    Data = new TypedData { Json = info },
                },
            },
        };
        if (timer.Retry is { } policy)
            request.RetryContext = new RetryContext { RetryCount = retry, MaxRetryCount = policy.Maximum };
        return request;
    }

    private void Remember(DateTime last, DateTimeOffset now)
    {
        status = new ScheduleStatus(last, timer.Schedule.Next(now)?.UtcDateTime ?? default, now.UtcDateTime);
        monitor.Write(status);
    }
}
