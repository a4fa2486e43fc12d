using System.Globalization;

namespace LocalServiceBus;

/// <summary>Where a local Service Bus keeps its messages, which queues it has, and where it listens.</summary>
public sealed record ServiceBusServerOptions
{
    /// <summary>
    /// The SQLite file that holds the messages; made, with its folder, where it is missing. One server at a time has a file.
    /// </summary>
    public required string DataFile { get; init; }

    /// <summary>The queues, in the format of the official emulator's configuration.</summary>
    public required string QueuesFile { get; init; }

    /// <summary>The port on 127.0.0.1, 1 to 65535; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>The clock that locks, schedules, expiry and duplicate detection go by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>A local Service Bus: AMQP 1.0 on loopback over queues in one SQLite file.</summary>
public sealed class ServiceBusServer : IAsyncDisposable
{
    private readonly Listener listener;

    private ServiceBusServer(Broker broker, Listener listener)
    {
        Broker = broker;
        this.listener = listener;
    }

    /// <summary>The port it listens on.</summary>
    public int Port => listener.Port;

    /// <summary>For the official clients of any language.</summary>
    public string ConnectionString =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Endpoint=sb://127.0.0.1:{Port};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;"
        );

    /// <summary>
    /// Whether a queue has an active message, locked or not. Scheduled, deferred and dead-lettered messages do not count.
    /// </summary>
    /// <remarks>
    /// By the clock as it stands: a message that has come due counts, one that has expired does not. Two look-ups for each queue.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The server was disposed.</exception>
    public bool HasActiveMessages => Broker.HasActiveMessages;

    /// <summary>The queues behind it.</summary>
    internal Broker Broker { get; }

    /// <summary>Opens the file and listens.</summary>
    /// <param name="options">Where and what.</param>
    /// <param name="cancellationToken">Stops the start before it begins.</param>
    /// <exception cref="InvalidOperationException">
    /// The queues file cannot be used, the data file cannot be used or is another server's, or the port is taken; the message says what
    /// would be right.
    /// </exception>
    public static async Task<ServiceBusServer> Start(ServiceBusServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Port, 0, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Port, ushort.MaxValue, nameof(options));
        cancellationToken.ThrowIfCancellationRequested();
        var queues = BrokerQueues.Load(options.QueuesFile);
        var broker = await Task.Run(() => new Broker(options.DataFile, queues, options.Clock), cancellationToken).ConfigureAwait(false);
        try
        {
            return new ServiceBusServer(broker, new Listener(new Front(broker), options.Port));
        }
        catch
        {
            await broker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Closes the connections, within about half a second, and the file. What was acknowledged is stored.</summary>
    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync().ConfigureAwait(false);
        await Broker.DisposeAsync().ConfigureAwait(false);
    }
}
