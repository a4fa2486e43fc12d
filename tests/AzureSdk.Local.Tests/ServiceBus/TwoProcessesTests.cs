namespace AzureSdk.Local.Tests.ServiceBus;

public sealed class TwoProcessesTests
{
    [Fact]
    public async Task A_waiting_receiver_notices_what_another_process_sends()
    {
        await using var bus = new LocalBus(systemClock: true);
        var waiting = bus.Receiver().ReceiveMessageAsync(TimeSpan.FromMinutes(1));
        Assert.False(waiting.IsCompleted);

        using var child = new ChildProcess(bus, LocalBus.Plain, "send", "c");
        var message = await waiting;

        Assert.StartsWith("c-0-", message!.MessageId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Three_processes_on_one_file_deliver_each_message_once()
    {
        await using var bus = new LocalBus(systemClock: true);
        const int Messages = 600;
        using var first = new ChildProcess(bus, LocalBus.Plain, "receive", "-");
        using var second = new ChildProcess(bus, LocalBus.Plain, "receive", "-");
        using var left = new CountdownEvent(Messages);

        var done = Task.WhenAll(Done(first), Done(second));
        for (var i = 0; i < Messages; i++) await bus.Send($"{i}", id: $"{i}");
        var all = (await done).SelectMany(ids => ids).ToList();

        Assert.Equal(Messages, all.Count);
        Assert.Equal(Messages, all.Distinct().Count());
        Assert.Empty(await bus.Bodies());

        async Task<List<string>> Done(ChildProcess child)
        {
            var ids = new List<string>();
            while (await child.LineOrEnd() is { } line)
            {
                if (line.StartsWith("got", StringComparison.Ordinal)) Assert.EndsWith(" 1", line, StringComparison.Ordinal);
                if (!line.StartsWith("done ", StringComparison.Ordinal)) continue;
                ids.Add(line[5..]);
                if (!left.Signal()) continue;
                first.Stop();
                second.Stop();
            }

            return ids;
        }
    }
}
