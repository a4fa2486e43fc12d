using Azure.Core;
using AzureSdk.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>The way to the queues of a namespace; here, of a broker file. Thread-safe: one for each process.</summary>
public class ServiceBusClient : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly LocalConnectionString? target;
    private readonly TimeSpan tryTimeout;
    private Broker? broker;
    private Action? release;
    private volatile bool closed;

    /// <summary>Makes a client of a broker file. The file is opened by the first operation.</summary>
    /// <param name="connectionString">The emulator's form, with <c>BrokerFile</c> and, if need be, <c>QueuesFile</c>.</param>
    /// <exception cref="FormatException">The connection string is not of that form.</exception>
    /// <exception cref="ArgumentException">It names no broker file.</exception>
    public ServiceBusClient(string connectionString)
        : this(connectionString, new ServiceBusClientOptions())
    {
    }

    /// <inheritdoc cref="ServiceBusClient(string)"/>
    /// <param name="connectionString">The emulator's form, with <c>BrokerFile</c> and, if need be, <c>QueuesFile</c>.</param>
    /// <param name="options">Options.</param>
    public ServiceBusClient(string connectionString, ServiceBusClientOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        target = LocalConnectionString.Parse(connectionString);
        tryTimeout = (options ?? new()).RetryOptions.TryTimeout;
        FullyQualifiedNamespace = target.Host;
        Identifier = options?.Identifier ?? $"{target.Host}-{Guid.NewGuid()}";
        TransportType = options?.TransportType ?? ServiceBusTransportType.AmqpTcp;
    }

    /// <summary>Always throws: a broker file has no identities, and needs a connection string.</summary>
    /// <param name="fullyQualifiedNamespace">The namespace in Azure.</param>
    /// <param name="credential">The identity in Azure.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential)
        : this(fullyQualifiedNamespace, credential, new ServiceBusClientOptions())
    {
    }

    /// <inheritdoc cref="ServiceBusClient(string, TokenCredential)"/>
    /// <param name="fullyQualifiedNamespace">The namespace in Azure.</param>
    /// <param name="credential">The identity in Azure.</param>
    /// <param name="options">Options.</param>
    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential, ServiceBusClientOptions options) =>
        throw new NotSupportedException(
            $"The local Service Bus broker cannot reach the namespace '{fullyQualifiedNamespace}'. It needs a connection string with a broker "
            + $"file: {LocalConnectionString.Form}. To reach Azure, build with AzureSdk=nuget.");

    /// <summary>For mocks.</summary>
    protected ServiceBusClient()
    {
        FullyQualifiedNamespace = "";
        Identifier = "";
    }

    /// <summary>The host name of the endpoint.</summary>
    public virtual string FullyQualifiedNamespace { get; }

    /// <summary>The client's name.</summary>
    public virtual string Identifier { get; }

    /// <summary>Whether the client was disposed of.</summary>
    public virtual bool IsClosed => closed;

    /// <summary>The transport asked for; without effect.</summary>
    public ServiceBusTransportType TransportType { get; }

    internal TimeSpan TryTimeout => tryTimeout;

    /// <summary>Makes a sender. Whether there is such a queue shows at the first send.</summary>
    /// <param name="queueOrTopicName">The queue.</param>
    public virtual ServiceBusSender CreateSender(string queueOrTopicName) => new(queueOrTopicName, this, null);

    /// <summary>Makes a sender. Whether there is such a queue shows at the first send.</summary>
    /// <param name="queueOrTopicName">The queue.</param>
    /// <param name="options">Options.</param>
    public virtual ServiceBusSender CreateSender(string queueOrTopicName, ServiceBusSenderOptions options) =>
        new(queueOrTopicName, this, options);

    /// <summary>Makes a receiver under locks. Whether there is such a queue shows at the first operation.</summary>
    /// <param name="queueName">The queue.</param>
    public virtual ServiceBusReceiver CreateReceiver(string queueName) => new(queueName, this, null);

    /// <summary>Makes a receiver. Whether there is such a queue shows at the first operation.</summary>
    /// <param name="queueName">The queue.</param>
    /// <param name="options">Options.</param>
    public virtual ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options) => new(queueName, this, options);

    /// <summary>Closes the client. Locks of messages received through it stay until they end.</summary>
    public virtual ValueTask DisposeAsync()
    {
        lock (gate)
        {
            closed = true;
            release?.Invoke();
            release = null;
        }

        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>The broker, opened now if need be.</summary>
    internal Broker Connect()
    {
        if (broker is { } open && !closed) return open;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (broker is null) (broker, release) = LocalBrokers.Use(target ?? throw new InvalidOperationException("The client is a mock."));
            return broker;
        }
    }
}
