using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace LocalHost.Tests.Queues;

public sealed class SettlementTests
{
    [Fact]
    public async Task What_a_function_settles_itself_the_host_leaves_alone()
    {
        var log = new ListLog();
        await using var queue = await QueueApp.Start<Settling>(compose: builder => builder.Logging.AddProvider(log), messages: ["complete", "dead", "defer"]);
        await queue.App.Idle();
        Assert.Equal(["defer"], await queue.Left());
        var dead = await queue.Client.CreateReceiver("orders", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter }).PeekMessageAsync();
        Assert.Equal(("dead", "unfit", "too old", "x"), (dead!.Body.ToString(), dead.DeadLetterReason, dead.DeadLetterErrorDescription, dead.ApplicationProperties["note"]));
        Assert.DoesNotContain(log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_message_abandoned_by_the_function_comes_again_at_once()
    {
        await using var queue = await QueueApp.Start<Abandoning>(messages: "a");
        await queue.App.Idle();
        Assert.Equal(["a 1", "a 2"], queue.Journal.Lines);
        Assert.Empty(await queue.Left());
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task The_attribute_says_whether_a_message_is_completed_whatever_host_json_says(string hostJson)
    {
        await using var queue = await QueueApp.Start<NotCompleting>($$"""{ "autoCompleteMessages": {{hostJson}} }""", messages: "a");
        await queue.App.Idle();
        Assert.Equal(["a"], queue.Journal.Lines);
        Assert.Equal(["a"], await queue.Left());
    }

    [Fact]
    public async Task Host_json_says_whether_a_message_is_completed_when_the_attribute_does_not()
    {
        await using var queue = await QueueApp.Start<AsText>("""{ "autoCompleteMessages": false }""", messages: "a");
        await queue.App.Idle();
        Assert.Equal(["a"], await queue.Left());
    }

    [Fact]
    public async Task The_lock_is_renewed_while_the_function_runs()
    {
        await using var queue = await QueueApp.Start<Holding>(turnClock: true, messages: "a");
        Assert.Equal("a", await queue.Journal.Next());
        var first = await LockedUntil(queue);
        for (var i = 1; i <= 4; i++)
        {
            queue.Clock.Advance(TimeSpan.FromSeconds(30));
            var wanted = queue.Clock.GetUtcNow() + TimeSpan.FromMinutes(1);
            while (await LockedUntil(queue) < wanted)
            {
                await Task.Yield();
            }
        }

        Assert.True(await LockedUntil(queue) > first);
        queue.Journal.OpenGate();
        await queue.App.Idle();
        Assert.Equal(["a"], queue.Journal.Lines);
        Assert.Empty(await queue.Left());
    }

    [Fact]
    public async Task The_lock_is_renewed_no_longer_than_host_json_allows()
    {
        await using var queue = await QueueApp.Start<Holding>("""{ "maxAutoLockRenewalDuration": "00:00:00", "maxConcurrentCalls": 2 }""", turnClock: true, messages: "a");
        Assert.Equal("a", await queue.Journal.Next());
        queue.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("a", await queue.Journal.Next());
        queue.Journal.OpenGate();
        await queue.App.Idle();
        Assert.Empty(await queue.Left());
    }

    [Fact]
    public async Task No_more_invocations_run_at_once_than_host_json_allows()
    {
        await using var queue = await QueueApp.Start<Counting>("""{ "maxConcurrentCalls": 4 }""", messages: [.. Enumerable.Range(0, 40).Select(i => $"{i}")]);
        for (var i = 0; i < 4; i++)
        {
            await queue.Journal.Next();
        }

        queue.Journal.OpenGate();
        await queue.App.Idle();
        Assert.Equal(40, queue.App.Invocations.Count);
        Assert.Equal(4, queue.Journal.Lines.Select(int.Parse).Max());
    }

    private static async Task<DateTimeOffset> LockedUntil(QueueApp queue) =>
        (await queue.Client.CreateReceiver("orders").PeekMessageAsync())!.LockedUntil;
}

public sealed class Settling
{
    [Function("Settling")]
    public Task Run([ServiceBusTrigger("orders", Connection = "Bus")] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken cancellationToken) =>
        message.Body.ToString() switch
        {
            "complete" => actions.CompleteMessageAsync(message, cancellationToken),
            "dead" => actions.DeadLetterMessageAsync(message, new Dictionary<string, object> { ["note"] = "x" }, "unfit", "too old", cancellationToken),
            _ => actions.DeferMessageAsync(message, cancellationToken: cancellationToken),
        };
}

public sealed class Abandoning(Journal journal)
{
    [Function("Abandoning")]
    public async Task Run([ServiceBusTrigger("orders", Connection = "Bus")] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken cancellationToken)
    {
        journal.Add($"{message.Body} {message.DeliveryCount}");
        if (message.DeliveryCount == 1)
        {
            await actions.AbandonMessageAsync(message, cancellationToken: cancellationToken);
        }
    }
}

public sealed class NotCompleting(Journal journal)
{
    [Function("NotCompleting")]
    public void Run([ServiceBusTrigger("orders", Connection = "Bus", AutoCompleteMessages = false)] string message) => journal.Add(message);
}

public sealed class Holding(Journal journal)
{
    [Function("Holding")]
    public async Task Run([ServiceBusTrigger("orders", Connection = "Bus")] string message, CancellationToken cancellationToken)
    {
        journal.Add(message);
        await journal.Gate(cancellationToken);
    }
}

public sealed class Counting(Journal journal)
{
    private static int running;

    [Function("Counting")]
    public async Task Run([ServiceBusTrigger("orders", Connection = "Bus")] string message, CancellationToken cancellationToken)
    {
        journal.Add($"{Interlocked.Increment(ref running)}");
        await journal.Gate(cancellationToken);
        Interlocked.Decrement(ref running);
    }
}
