using System.Globalization;
using System.Reflection;
using CrmFunctions.Operations.HealthChecks;
using CrmFunctions.Standards.Calibrations;
using CrmFunctions.Telemetry;
using Microsoft.Azure.Functions.Worker;
using NCrontab;

namespace CrmFunctions.UnitTests.Operating;

/// <summary>When a timer is late, a calibration stale, and what a period of work counts.</summary>
public sealed class LatenessTests
{
    private static readonly TimeSpan grace = TimeSpan.FromMinutes(10);
    private static readonly DateTimeOffset monday = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Health_knows_the_schedule_of_every_timer_and_of_nothing_else()
    {
        var declared = typeof(Flow)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)
            .SelectMany(method =>
                method
                    .GetParameters()
                    .Select(parameter =>
                        (method.GetCustomAttribute<FunctionAttribute>()!.Name, Timer: parameter.GetCustomAttribute<TimerTriggerAttribute>())
                    )
            )
            .Where(pair => pair.Timer is not null)
            .ToDictionary(pair => pair.Name, pair => pair.Timer!.Schedule);
        Assert.Equal(declared.OrderBy(pair => pair.Key), Flow.Schedules.All.OrderBy(pair => pair.Key));
    }

    [Theory]
    // Schedule, last success, now, late since.
    [InlineData("5 * * * * *", "12:00:06", "12:11:00", null)]
    [InlineData("5 * * * * *", "12:00:06", "12:11:06", "2026-03-02 12:01:05")]
    [InlineData("20 */10 * * * *", "12:00:21", "12:20:00", null)]
    [InlineData("20 */10 * * * *", "12:00:21", "12:20:21", "2026-03-02 12:10:20")]
    [InlineData("0 30 18 * * 0", "12:00:00", "23:59:59", null)]
    [InlineData("0 30 18 * * 1", "12:00:00", "18:40:01", "2026-03-02 18:30:00")]
    public void A_timer_is_late_when_its_schedule_came_after_its_last_success_and_the_grace_passed(
        string schedule,
        string succeeded,
        string now,
        string? late
    )
    {
        var item = TimersHealthCheck.Judge("Step", Cron(schedule), new TimerRow { SucceededAt = At(succeeded) }, At(now), grace);
        Assert.Equal(late is null, item.Good);
        Assert.Equal(late, item.Since?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_timer_that_never_ran_is_waited_for_from_when_it_was_noticed_and_one_that_fails_says_how()
    {
        Assert.True(
            TimersHealthCheck.Judge("Step", Cron("5 * * * * *"), new TimerRow { AwaitedSince = At("12:00:00") }, At("12:05:00"), grace).Good
        );
        Assert.Equal(
            "Step did not run.",
            TimersHealthCheck.Judge("Step", Cron("5 * * * * *"), new TimerRow { AwaitedSince = At("12:00:00") }, At("12:30:00"), grace).Says
        );
        var failing = new TimerRow
        {
            SucceededAt = At("12:00:06"),
            FailedAt = At("12:29:06"),
            Error = "FormatException",
        };
        Assert.Equal(
            "Step fails: FormatException.",
            TimersHealthCheck.Judge("Step", Cron("5 * * * * *"), failing, At("12:30:00"), grace).Says
        );
    }

    [Theory]
    // Held back, ended so many days ago, began so many hours ago, good.
    [InlineData(null, 7.0, 0, true)]
    [InlineData(null, 16.5, 0, false)]
    [InlineData("'monetary' has shifted.", 1.0, 0, false)]
    [InlineData(null, null, 1, true)]
    [InlineData(null, null, 3, false)]
    public void A_calibration_is_bad_when_it_was_held_back_is_stale_or_does_not_end(
        string? alarm,
        double? endedDaysAgo,
        int beganHoursAgo,
        bool good
    )
    {
        var run = new CalibrationRunRow
        {
            Alarm = alarm,
            StartedAt = monday.AddHours(-beganHoursAgo),
            FinishedAt = endedDaysAgo is { } days ? monday.AddDays(-days) : null,
        };
        var item = CalibrationHealthCheck.Judge("value", run, monday, TimeSpan.FromDays(16));
        Assert.Equal(good, item.Good);
        Assert.Equal(good, item.Since is null);
    }

    [Theory]
    [InlineData(0.2, 1000)]
    [InlineData(1000, 1000)]
    [InlineData(1000.1, 1100)]
    [InlineData(2450, 2500)]
    public void A_period_counts_a_second_at_least_and_in_steps_of_a_tenth(double milliseconds, long billed) =>
        Assert.Equal(billed, ActivePeriods.Billed(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void What_runs_at_once_is_one_period()
    {
        var periods = new ActivePeriods();
        periods.Begin();
        periods.Begin();
        periods.End();
        Assert.Equal(0, periods.BilledMilliseconds);
        periods.End();
        Assert.Equal(1000, periods.BilledMilliseconds);
    }

    private static CrontabSchedule Cron(string text) =>
        CrontabSchedule.Parse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = true });

    private static DateTimeOffset At(string time) => new(monday.Date + TimeSpan.Parse(time, CultureInfo.InvariantCulture), TimeSpan.Zero);
}
