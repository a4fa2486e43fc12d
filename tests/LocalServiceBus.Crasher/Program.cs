// Uses a queue until it is killed or its input ends, and says on standard output what the broker has acknowledged, one line each:
//   sent <id>…            a message, or a batch of them, was accepted
//   got <id> <delivery>   a message was received under a lock
//   done <id>             a message was completed
// Usage: AzureSdk.Local.Crasher <connection string> <queue> <send|receive|both> <prefix of ids>
//        AzureSdk.Local.Crasher throughput [messages]       measures instead
using Azure.Messaging.ServiceBus;

if (args is ["throughput", ..])
{
    await Throughput.Measure(args is [_, var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 20_000);
    return;
}

var (connectionString, queue, what, prefix) = (args[0], args[1], args[2], args[3]);
await using var client = new ServiceBusClient(connectionString);
using var stopped = new CancellationTokenSource();
var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });

List<Task> work = [Task.Run(() => Console.In.ReadToEnd())];
if (what is "send" or "both") work.Add(Task.Run(Send));
if (what is "receive" or "both") work.Add(Task.Run(() => Receive(keepEveryThird: what == "both")));
await await Task.WhenAny(work);
await stopped.CancelAsync();

async Task Send()
{
    var sender = client.CreateSender(queue);
    for (var i = 0; !stopped.IsCancellationRequested; i++)
    {
        string[] ids = i % 4 == 0 ? [.. Enumerable.Range(0, 5).Select(part => $"{prefix}-{i}-{part}")] : [$"{prefix}-{i}"];
        var messages = ids.Select(id => new ServiceBusMessage(id) { MessageId = id });
        if (i % 4 == 1) await sender.ScheduleMessagesAsync(messages, DateTimeOffset.UnixEpoch);
        else await sender.SendMessagesAsync(messages);
        await output.WriteLineAsync("sent " + string.Join(' ', ids));
    }
}

async Task Receive(bool keepEveryThird)
{
    var receiver = client.CreateReceiver(queue);
    for (var i = 0; !stopped.IsCancellationRequested;)
    {
        foreach (var message in await receiver.ReceiveMessagesAsync(3, cancellationToken: stopped.Token))
        {
            await output.WriteLineAsync($"got {message.MessageId} {message.DeliveryCount}");
            if (keepEveryThird && i++ % 3 == 0) continue;
            await receiver.CompleteMessageAsync(message, stopped.Token);
            await output.WriteLineAsync($"done {message.MessageId}");
        }
    }
}
