namespace LocalServiceBus;

/// <summary>Where a local Service Bus keeps its messages, which queues it has, and where it listens.</summary>
public sealed record ServiceBusServerOptions
{
    /// <summary>The SQLite file that holds the messages; made, with its folder, where it is missing.</summary>
    public required string DataFile { get; init; }

    /// <summary>The queues, in the format of the official emulator's configuration.</summary>
    public required string QueuesFile { get; init; }

    /// <summary>The port on 127.0.0.1; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>The clock that locks, schedules, expiry and duplicate detection go by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>A local Service Bus: AMQP 1.0 on loopback over queues in one SQLite file.</summary>
public sealed class ServiceBusServer : IAsyncDisposable
{
    private ServiceBusServer()
    {
    }

    /// <summary>The port it listens on.</summary>
    public int Port => throw new NotImplementedException();

    /// <summary>For the official clients of any language.</summary>
    public string ConnectionString => throw new NotImplementedException();

    /// <summary>Whether a queue has an active message, locked or not. Scheduled, deferred and dead-lettered messages do not count.</summary>
    public bool HasActiveMessages => throw new NotImplementedException();

    /// <summary>Opens the file and listens.</summary>
    public static Task<ServiceBusServer> Start(ServiceBusServerOptions options, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
