using System.Diagnostics;
using Azure.Messaging.ServiceBus;
using LocalServiceBus;

/// <summary>Measures the local Service Bus with the official client: messages of 1 KB, each sent, received and completed.</summary>
internal static class Throughput
{
    private const string QueuesJson = """
        {"UserConfig":{"Namespaces":[{"Name":"n","Queues":[
          {"Name":"plain"},{"Name":"deduplicated","Properties":{"RequiresDuplicateDetection":true}}]}]}}
        """;

    /// <summary>Prints messages a second and processor time, of server and client together, for each way of using a queue.</summary>
    public static async Task Measure(int messages)
    {
        var folder = Directory.CreateTempSubdirectory("throughput-").FullName;
        try
        {
            var queues = Path.Combine(folder, "servicebus.json");
            await File.WriteAllTextAsync(queues, QueuesJson);
            await using var server = await ServiceBusServer.Start(
                new ServiceBusServerOptions { DataFile = Path.Combine(folder, "broker.db"), QueuesFile = queues }
            );
            await using var client = new ServiceBusClient(server.ConnectionString);
            await Run(client, "plain", 8, 1, Math.Min(messages, 2000), print: false);
            await Run(client, "plain", 1, 1, messages / 4);
            await Run(client, "deduplicated", 1, 1, messages / 4);
            await Run(client, "plain", 8, 1, messages);
            await Run(client, "plain", 1, 100, messages);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static async Task Run(ServiceBusClient client, string queue, int parallel, int batch, int messages, bool print = true)
    {
        var start = Stopwatch.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        await Task.WhenAll(
            Enumerable
                .Range(0, parallel)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        await using var sender = client.CreateSender(queue);
                        await using var receiver = client.CreateReceiver(queue);
                        for (var sent = 0; sent < messages / parallel; sent += batch)
                        {
                            await sender.SendMessagesAsync(Enumerable.Range(0, batch).Select(_ => new ServiceBusMessage(new byte[1024])));
                            for (var left = batch; left > 0; )
                            {
                                var got = await receiver.ReceiveMessagesAsync(left);
                                await Task.WhenAll(got.Select(message => receiver.CompleteMessageAsync(message)));
                                left -= got.Count;
                            }
                        }
                    })
                )
        );
        var rate = messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
        var each = (Environment.CpuUsage.TotalTime - cpu) / messages;
        if (print)
            Console.WriteLine(
                $"{queue, -12} {parallel} task(s), {batch, 3} a send: {rate, 7:0} messages/s, {each.TotalMicroseconds, 5:0} µs CPU each"
            );
    }
}
