using CrmFunctions.TestKit;
using LocalHost.Testing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Tests.Timers;

public sealed class TimerTests
{
    private readonly ManualTimeProvider clock = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_timer_runs_when_the_clock_reaches_its_time_and_not_before()
    {
        await using var app = await Start<Hourly>();
        await Turn(app, TimeSpan.FromMinutes(29));
        Assert.Empty(app.Invocations);
        await Turn(app, TimeSpan.FromMinutes(1));
        Assert.Equal(["hourly, past due: False"], Lines(app));
        await Turn(app, TimeSpan.FromHours(1));
        await Turn(app, TimeSpan.FromHours(1));
        Assert.Equal(3, app.Invocations.Count);
    }

    [Fact]
    public async Task Without_a_clock_timers_run_only_by_hand()
    {
        await using var app = await TestApp.Start<Eager>();
        Assert.Empty(app.Invocations);
        Assert.True((await app.FireTimer("Eager")).Succeeded);
    }

    [Fact]
    public async Task The_apps_own_clock_does_not_hold_the_hosts_timers()
    {
        var frozen = new ManualTimeProvider();
        await using var app = await Start<Hourly>(options => options.Services = services => services.AddSingleton<TimeProvider>(frozen));
        await Turn(app, TimeSpan.FromHours(1));
        Assert.Single(app.Invocations);
    }

    [Fact]
    public async Task A_schedule_can_be_a_setting()
    {
        await using var app = await Start<BySetting>(options => options.Settings["Reports__Schedule"] = "00:10:00");
        Assert.Equal(clock.GetUtcNow().AddMinutes(10), app.NextRun("BySetting"));
        await Turn(app, TimeSpan.FromMinutes(10));
        Assert.Single(app.Invocations);
    }

    [Fact]
    public async Task Schedules_are_UTC_in_spite_of_the_settings_for_zones()
    {
        await using var app = await Start<Daily>(options => options.Settings["WEBSITE_TIME_ZONE"] = "Asia/Shanghai");
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 3, 0, 0, TimeSpan.Zero), app.NextRun("Daily"));
    }

    [Fact]
    public async Task A_timer_that_runs_at_start_runs_at_start()
    {
        await using var app = await Start<Eager>();
        await app.Idle();
        Assert.Equal(["eager, past due: False"], Lines(app));
    }

    [Fact]
    public async Task A_run_missed_while_the_host_was_down_is_made_up_once_and_says_so()
    {
        using var folder = new Folder();
        await using (var before = await Start<Hourly>(options => options.DataPath = folder.Path))
        {
            await Turn(before, TimeSpan.FromMinutes(30));
            Assert.Single(before.Invocations);
        }

        clock.Advance(TimeSpan.FromHours(5));
        await using var after = await Start<Hourly>(options => options.DataPath = folder.Path);
        await after.Idle();
        Assert.Equal(["hourly, past due: True"], Lines(after));
        await Turn(after, TimeSpan.FromHours(1));
        Assert.Equal(["hourly, past due: True", "hourly, past due: False"], Lines(after));
    }

    [Fact]
    public async Task A_restart_before_the_next_run_makes_nothing_up()
    {
        using var folder = new Folder();
        await using (var before = await Start<Hourly>(options => options.DataPath = folder.Path))
        {
            await Turn(before, TimeSpan.FromMinutes(30));
        }

        clock.Advance(TimeSpan.FromMinutes(30));
        await using var after = await Start<Hourly>(options => options.DataPath = folder.Path);
        await after.Idle();
        Assert.Empty(after.Invocations);
    }

    [Fact]
    public async Task A_first_run_missed_before_any_ran_is_made_up()
    {
        using var folder = new Folder();
        await using (await Start<Hourly>(options => options.DataPath = folder.Path)) { }

        clock.Advance(TimeSpan.FromHours(2));
        await using var after = await Start<Hourly>(options => options.DataPath = folder.Path);
        await after.Idle();
        Assert.Equal(["hourly, past due: True"], Lines(after));
    }

    [Fact]
    public async Task A_run_is_told_its_schedule()
    {
        await using var app = await Start<Telling>();
        await Turn(app, TimeSpan.FromMinutes(30));
        await Turn(app, TimeSpan.FromHours(1));
        Assert.Equal(["0001-01-01T00:00 2026-03-02T09:30", "2026-03-02T09:30 2026-03-02T10:30"], Lines(app));
    }

    [Fact]
    public async Task Two_runs_of_a_timer_never_overlap_and_a_second_fire_joins_the_one_that_waits()
    {
        await using var app = await TestApp.Start<Slow>();
        var journal = app.Services.GetRequiredService<Journal>();
        var first = app.FireTimer("Slow");
        Assert.Equal("begin", await journal.Next());
        var second = app.FireTimer("Slow");
        var third = app.FireTimer("Slow");
        Assert.False(second.IsCompleted);
        Assert.Equal(["begin"], journal.Lines);
        journal.OpenGate();
        Assert.NotEqual((await first).InvocationId, (await second).InvocationId);
        Assert.Equal((await second).InvocationId, (await third).InvocationId);
        Assert.Equal(["begin", "end", "begin", "end"], journal.Lines);
    }

    [Fact]
    public async Task A_disabled_timer_runs_by_hand_only()
    {
        await using var app = await Start<Hourly>(options => options.Settings["AzureWebJobs.Hourly.Disabled"] = "true");
        await Turn(app, TimeSpan.FromHours(3));
        Assert.Empty(app.Invocations);
        Assert.True((await app.FireTimer("Hourly")).Succeeded);
    }

    [Fact]
    public async Task A_failed_run_does_not_stop_the_schedule()
    {
        await using var app = await Start<Failing>();
        await Turn(app, TimeSpan.FromMinutes(30));
        await Turn(app, TimeSpan.FromHours(1));
        Assert.Equal([false, false], app.Invocations.Select(invocation => invocation.Succeeded));
    }

    [Fact]
    public async Task A_fixed_delay_retry_tries_again_after_the_delay_as_often_as_it_says()
    {
        await using var app = await Start<Retrying>();
        var run = app.FireTimer("Fixed");
        await app.Idle();
        Assert.Equal(["fixed 0 of 2"], Lines(app));
        await Turn(app, TimeSpan.FromSeconds(10));
        await Turn(app, TimeSpan.FromSeconds(10));
        Assert.False((await run).Succeeded);
        Assert.Equal(["fixed 0 of 2", "fixed 1 of 2", "fixed 2 of 2"], Lines(app));
        Assert.Equal(3, app.Invocations.Select(invocation => invocation.InvocationId).Distinct().Count());
    }

    [Fact]
    public async Task An_exponential_retry_doubles_its_delay_up_to_the_longest()
    {
        await using var app = await Start<Retrying>();
        var run = app.FireTimer("Growing");
        await app.Idle();
        foreach (var seconds in new[] { 10, 20, 30, 30 })
        {
            var before = Lines(app).Count;
            await Turn(app, TimeSpan.FromSeconds(seconds - 1));
            Assert.Equal(before, Lines(app).Count);
            await Turn(app, TimeSpan.FromSeconds(1));
            Assert.Equal(before + 1, Lines(app).Count);
        }

        Assert.True((await run).Succeeded);
    }

    [Fact]
    public async Task A_function_that_runs_out_of_time_is_cancelled_and_has_failed()
    {
        await using var app = await Start<Slow>(options => options.HostJson = """{ "version": "2.0", "functionTimeout": "00:02:00" }""");
        var run = app.FireTimer("Slow");
        Assert.Equal("begin", await app.Services.GetRequiredService<Journal>().Next());
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.IsAssignableFrom<OperationCanceledException>((await run).Exception);
    }

    private Task<FunctionsTestHost> Start<T>(Action<FunctionsTestHostOptions>? configure = null) =>
        TestApp.Start<T>(options =>
        {
            options.TimeProvider = clock;
            configure?.Invoke(options);
        });

    private Task Turn(FunctionsTestHost app, TimeSpan by)
    {
        clock.Advance(by);
        return app.Idle();
    }

    private static IReadOnlyList<string> Lines(FunctionsTestHost app) => app.Services.GetRequiredService<Journal>().Lines;
}

public sealed class Hourly(Journal journal)
{
    [Function("Hourly")]
    public void Run([TimerTrigger("0 30 * * * *")] TimerInfo timer) => journal.Add($"hourly, past due: {timer.IsPastDue}");
}

public sealed class Daily
{
    [Function("Daily")]
    public void Run([TimerTrigger("0 3 * * *")] TimerInfo timer) { }
}

public sealed class BySetting
{
    [Function("BySetting")]
    public void Run([TimerTrigger("%Reports__Schedule%")] TimerInfo timer) { }
}

public sealed class Eager(Journal journal)
{
    [Function("Eager")]
    public void Run([TimerTrigger("0 0 3 * * *", RunOnStartup = true)] TimerInfo timer) =>
        journal.Add($"eager, past due: {timer.IsPastDue}");
}

public sealed class Telling(Journal journal)
{
    [Function("Telling")]
    public void Run([TimerTrigger("0 30 * * * *")] TimerInfo timer) =>
        journal.Add($"{timer.ScheduleStatus!.Last:yyyy-MM-dd'T'HH:mm} {timer.ScheduleStatus.Next:yyyy-MM-dd'T'HH:mm}");
}

public sealed class Slow(Journal journal)
{
    [Function("Slow")]
    public async Task Run([TimerTrigger("0 0 3 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        journal.Add("begin");
        await journal.Gate(cancellationToken);
        journal.Add("end");
    }
}

public sealed class Failing
{
    [Function("Failing")]
    public void Run([TimerTrigger("0 30 * * * *")] TimerInfo timer) => throw new InvalidOperationException("broken");
}

public sealed class Retrying(Journal journal)
{
    [Function("Fixed")]
    [FixedDelayRetry(2, "00:00:10")]
    public void Fixed([TimerTrigger("0 0 3 * * *")] TimerInfo timer, FunctionContext context)
    {
        journal.Add($"fixed {context.RetryContext.RetryCount} of {context.RetryContext.MaxRetryCount}");
        throw new InvalidOperationException("broken");
    }

    [Function("Growing")]
    [ExponentialBackoffRetry(-1, "00:00:10", "00:00:30")]
    public void Growing([TimerTrigger("0 0 3 * * *")] TimerInfo timer, FunctionContext context)
    {
        journal.Add($"growing {context.RetryContext.RetryCount}");
        if (context.RetryContext.RetryCount < 4)
        {
            throw new InvalidOperationException("broken");
        }
    }
}
