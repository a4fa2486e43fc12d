using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Tests.Queues;

public sealed class SettlementTests
{
    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task The_attribute_overrides_host_json_in_whether_a_message_is_completed(string hostJson)
    {
        await using var queue = await QueueApp.Start<NotCompleting>($$"""{ "autoCompleteMessages": {{hostJson}} }""", messages: "a");
        Assert.Equal("a", await queue.Journal.Next());
        await queue.App.Stop();
        Assert.Equal(["a"], queue.Journal.Lines);
        Assert.Equal(["a"], await queue.Left());
    }

    [Fact]
    public async Task Host_json_says_whether_a_message_is_completed_when_the_attribute_does_not()
    {
        await using var queue = await QueueApp.Start<AsText>("""{ "autoCompleteMessages": false }""", messages: "a");
        Assert.Equal("a", await queue.Journal.Next());
        await queue.App.Stop();
        Assert.Equal(["a"], await queue.Left());
    }

    [Fact]
    public async Task The_lock_is_renewed_while_the_function_runs()
    {
        // Peeking does not show the end of a lock; the broker counts renewals.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var listener = Renewals(out var renewed);
        await using var queue = await QueueApp.Start<Holding>(lockDuration: "PT5S", messages: "a");
        Assert.Equal("a", await queue.Journal.Next());
        for (var renewals = 0; renewals < 2; renewals++)
            await renewed.ReadAsync(limit.Token);
        queue.Journal.OpenGate();
        await queue.App.Idle();
        Assert.Equal(["a"], queue.Journal.Lines);
        Assert.Empty(await queue.Left());
    }

    [Fact]
    public async Task The_lock_is_renewed_no_longer_than_host_json_allows()
    {
        await using var queue = await QueueApp.Start<Holding>(
            """{ "maxAutoLockRenewalDuration": "00:00:00", "maxConcurrentCalls": 2 }""",
            "PT5S",
            messages: "a"
        );
        Assert.Equal("a", await queue.Journal.Next());
        Assert.Equal("a", await queue.Journal.Next());
        queue.Journal.OpenGate();
        await queue.App.Idle();
        Assert.Empty(await queue.Left());
    }

    [Fact]
    public async Task No_more_invocations_run_at_once_than_host_json_allows()
    {
        await using var queue = await QueueApp.Start<Counting>(
            """{ "maxConcurrentCalls": 4 }""",
            messages: [.. Enumerable.Range(0, 40).Select(i => $"{i}")]
        );
        for (var i = 0; i < 4; i++)
        {
            await queue.Journal.Next();
        }

        queue.Journal.OpenGate();
        await queue.App.Idle();
        Assert.Equal(40, queue.App.Invocations.Count);
        Assert.Equal(4, queue.Journal.Lines.Select(int.Parse).Max());
    }

    private static MeterListener Renewals(out ChannelReader<long> renewed)
    {
        var channel = Channel.CreateUnbounded<long>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "LocalServiceBus")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, count, tags, _) =>
            {
                foreach (var tag in tags)
                    if (tag is { Key: "operation", Value: "renew" })
                        channel.Writer.TryWrite(count);
            }
        );
        listener.Start();
        renewed = channel.Reader;
        return listener;
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
