using System.Globalization;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.ServiceBus;
using CrmFunctions.Cli.Start;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Demo;

public sealed class ServiceBusCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crm-test-").FullName;
    private readonly string queues = BuiltFiles.Of("CrmFunctions", "servicebus.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_serves_official_clients_until_it_is_stopped_and_keeps_what_they_sent_for_the_next()
    {
        await While(client => client.CreateSender("recalculations").SendMessageAsync(new ServiceBusMessage("a")));

        await While(async client =>
            Assert.Equal("a", (await client.CreateReceiver("recalculations").ReceiveMessageAsync(TimeSpan.FromSeconds(30))).Body.ToString())
        );
    }

    [Fact]
    public async Task A_queues_file_that_is_not_there_ends_it_with_a_sentence()
    {
        var (status, _, error) = await Run(Path.Combine(folder, "none.json"), Ports.Any(), CancellationToken.None);

        Assert.Equal(ExitCode.Failed, status);
        Assert.Contains("none.json' does not exist. Name one in the format of the official emulator.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_file_that_is_none_ends_it_with_a_sentence()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "servicebus.db"), new string('x', 10_000));

        var (status, _, error) = await Run(queues, Ports.Any(), CancellationToken.None);

        Assert.Equal(ExitCode.Failed, status);
        Assert.Contains("servicebus.db' is not a SQLite database", error, StringComparison.Ordinal);
    }

    /// <summary>Uses it, and then stops it.</summary>
    private async Task While(Func<ServiceBusClient, Task> use)
    {
        var port = Ports.Any();
        var connection = string.Create(
            CultureInfo.InvariantCulture,
            $"Endpoint=sb://127.0.0.1:{port};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;"
        );
        using var stop = new CancellationTokenSource();
        var running = Run(queues, port, stop.Token);
        while (!running.IsCompleted && !await Ports.Answers(port, CancellationToken.None))
            await Task.Delay(20);
        Assert.False(running.IsCompleted);

        await using (var client = new ServiceBusClient(connection))
            await use(client);
        await stop.CancelAsync();

        var (status, said, error) = await running;
        Assert.Equal((ExitCode.Ok, ""), (status, error));
        Assert.StartsWith(connection + "\n", said, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder, "servicebus.db"), said, StringComparison.Ordinal);
    }

    private async Task<(int Status, string Out, string Error)> Run(string queuesFile, int port, CancellationToken stop)
    {
        var (terminal, said, error) = Make.Terminal(clock: TimeProvider.System);
        string[] line = ["servicebus", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", folder, "--queues", queuesFile];
        return (await CommandLine.Run([new ServiceBusCommand()], line, terminal, stop), said.ToString(), error.ToString());
    }
}
