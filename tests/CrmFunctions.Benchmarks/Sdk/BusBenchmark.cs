using Azure.Messaging.ServiceBus;
using CrmFunctions.Benchmarks.Results;
using LocalServiceBus;
using Microsoft.Data.Sqlite;

namespace CrmFunctions.Benchmarks.Sdk;

/// <summary>
/// Messages of 200 bytes sent, received and completed on the local Service Bus in this process; beside it as many bare commits of SQLite on
/// the same disk.
/// </summary>
internal static class BusBenchmark
{
    private const int Many = 8;
    private const int CommitsOfAMessage = 3;
    private const string QueuesJson =
        """{"UserConfig":{"Namespaces":[{"Name":"n","Queues":[{"Name":"q","Properties":{"RequiresDuplicateDetection":true}}]}]}}""";

    private static readonly byte[] body = new byte[200];

    public static async Task<IReadOnlyList<Figure>> Run(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("crm-bench-bus-").FullName;
        try
        {
            var bare = Commits(Path.Combine(folder, "bare.db"), cancellationToken);
            var figures = new List<Figure>();
            var queues = Path.Combine(folder, "servicebus.json");
            await File.WriteAllTextAsync(queues, QueuesJson, cancellationToken);
            await using var bus = await ServiceBusServer.Start(
                new ServiceBusServerOptions { DataFile = Path.Combine(folder, "bus.db"), QueuesFile = queues },
                cancellationToken
            );
            await using var client = new ServiceBusClient(bus.ConnectionString);
            var (sender, receiver) = (client.CreateSender("q"), client.CreateReceiver("q"));
            foreach (var tasks in (int[])[1, Many])
            {
                var rate = await Rate.Of(tasks, _ => Pass(sender, receiver, cancellationToken), cancellationToken);
                figures.Add(new($"message sent, received, completed, {tasks} at a time", rate.PerSecond, "/s"));
                figures.AddRange(rate.Each.Figures($"message, {tasks} at a time", 50, 99));
                figures.Add(new($"message, {tasks} at a time: CPU", rate.CpuMicroseconds, "µs"));
                if (tasks == 1)
                    figures.Add(new("message ÷ 3 bare commits of SQLite", bare / CommitsOfAMessage / rate.PerSecond, "× as long"));
            }

            return figures;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Pass(ServiceBusSender sender, ServiceBusReceiver receiver, CancellationToken cancellationToken)
    {
        await sender.SendMessageAsync(new ServiceBusMessage(body) { MessageId = Guid.NewGuid().ToString("N") }, cancellationToken);
        var message =
            await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(30), cancellationToken)
            ?? throw new InvalidOperationException("A message that was sent did not come.");
        await receiver.CompleteMessageAsync(message, cancellationToken);
    }

    // With the broker's own journal and synchronous settings.
    private static double Commits(string file, CancellationToken cancellationToken)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE m (id INTEGER PRIMARY KEY, body BLOB)";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO m (body) VALUES ($body)";
        command.Parameters.AddWithValue("$body", body);
        return Rate.Of(1, _ => Task.FromResult(command.ExecuteNonQuery()), cancellationToken).GetAwaiter().GetResult().PerSecond;
    }
}
