using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Tests.Queues;

public sealed class StoppingTests
{
    [Fact]
    public async Task A_stop_waits_for_what_runs()
    {
        await using var queue = await QueueApp.Start<Holding>(messages: "a");
        Assert.Equal("a", await queue.Journal.Next());
        var stop = queue.App.Stop();
        Assert.False(stop.IsCompleted);
        queue.Journal.OpenGate();
        await stop;
        Assert.True(Assert.Single(queue.App.Invocations).Succeeded);
        Assert.Empty(await queue.Left());
    }

    [Fact]
    public async Task What_does_not_end_in_time_is_cancelled_and_its_message_released_at_once()
    {
        await using var queue = await QueueApp.Start<Holding>(
            configure: options => options.Settings["AzureFunctionsLocal:DrainTimeout"] = "00:00:00",
            messages: "a"
        );
        Assert.Equal("a", await queue.Journal.Next());
        await queue.App.Stop();
        await using var next = await queue.NewApp<AsMessage>();
        await next.Idle();
        Assert.Equal(["a delivery 2"], next.Services.GetRequiredService<Journal>().Lines);
    }

    [Fact]
    public async Task What_does_not_even_heed_the_cancellation_has_its_message_released_too()
    {
        await using var queue = await QueueApp.Start<Deaf>(
            configure: options => options.Settings["AzureFunctionsLocal:DrainTimeout"] = "00:00:00",
            messages: "a"
        );
        Assert.Equal("a", await queue.Journal.Next());
        await queue.App.Stop();
        await using var next = await queue.NewApp<AsMessage>();
        await next.Idle();
        Assert.Equal(["a delivery 2"], next.Services.GetRequiredService<Journal>().Lines);
        queue.Journal.OpenGate();
    }

    [Fact]
    public async Task Nothing_new_begins_while_the_host_stops()
    {
        await using var queue = await QueueApp.Start<Holding>("""{ "maxConcurrentCalls": 1 }""", messages: ["a", "b"]);
        Assert.Equal("a", await queue.Journal.Next());
        var stop = queue.App.Stop();
        queue.Journal.OpenGate();
        await stop;
        Assert.Equal(["a"], queue.Journal.Lines);
        Assert.Equal(["b"], await queue.Left());
    }

    [Fact]
    public async Task A_broker_that_cannot_be_reached_is_said_and_the_host_lives()
    {
        await using var app = await TestApp.Start<AsText>(options =>
            options.Settings["Bus"] =
                "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;"
        );
        await app.Idle();
        Assert.Equal(404, (await app.Client.GetAsync("api/none").Read()).Status);
    }
}

public sealed class Deaf(Journal journal)
{
    [Function("Deaf")]
    public Task Run([ServiceBusTrigger("orders", Connection = "Bus")] string message)
    {
        journal.Add(message);
        return journal.Gate(CancellationToken.None);
    }
}
