using CrmFunctions.Cli.Commands;
using LocalServiceBus;

namespace CrmFunctions.Cli.ServiceBus;

/// <summary><c>crm servicebus</c>: the local Service Bus by itself, for other programs.</summary>
internal sealed class ServiceBusCommand : ICommand
{
    private const int AmqpPort = 5672;

    public string Name => "servicebus";

    public string Summary => "Runs a durable local Service Bus on loopback for any official client; prints the connection string.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--port", "N", "on 127.0.0.1; 5672 without it, 0 for any free one"),
        new("--data", "DIR", "the folder of its file servicebus.db, made where it is missing"),
        new("--queues", "FILE", "the queues, in the format of the official emulator's configuration"),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var options = new ServiceBusServerOptions
        {
            DataFile = Path.Combine(arguments.Required("--data"), "servicebus.db"),
            QueuesFile = arguments.Required("--queues"),
            Port = (int)arguments.Number("--port", AmqpPort, 0, ushort.MaxValue),
        };
        try
        {
            await using var server = await LocalBus.Start(options, cancellationToken);
            terminal.Out.WriteLine(server.ConnectionString);
            terminal.Out.WriteLine(terminal.Texts["servicebus.running", Path.GetFullPath(options.DataFile)]);
            await Task.Delay(Timeout.InfiniteTimeSpan, terminal.Clock, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.Out.WriteLine(terminal.Texts["servicebus.stopped"]);
        }

        return ExitCode.Ok;
    }
}
