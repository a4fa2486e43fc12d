using System.Collections.Concurrent;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Azure.Amqp.Transaction;
using Microsoft.Azure.Amqp.Transport;

namespace LocalServiceBus;

/// <summary>What AMQP connections find here: senders and receivers of queues, management nodes and the token node.</summary>
internal sealed class Front(Broker broker) : IRuntimeProvider
{
    private const string ManagementSuffix = "/$management";

    // Answers go out on the connection that asked.
    private readonly ConcurrentDictionary<(AmqpConnection Connection, string Address), RequestNode> nodes = new();

    /// <inheritdoc/>
    public AmqpConnection CreateConnection(
        TransportBase transport,
        ProtocolHeader protocolHeader,
        bool isInitiator,
        AmqpSettings amqpSettings,
        AmqpConnectionSettings connectionSettings
    ) => new(transport, protocolHeader, isInitiator, amqpSettings, connectionSettings);

    /// <inheritdoc/>
    public AmqpSession CreateSession(AmqpConnection connection, AmqpSessionSettings settings) => new(connection, settings, this);

    /// <inheritdoc/>
    public AmqpLink CreateLink(AmqpSession session, AmqpLinkSettings settings)
    {
        try
        {
            return Link(session, settings);
        }
        catch (BrokerException refusal)
        {
            throw Errors.Refusal(refusal);
        }
    }

    /// <inheritdoc/>
    public IAsyncResult BeginOpenLink(AmqpLink link, TimeSpan timeout, AsyncCallback callback, object state)
    {
        var opened = new TaskCompletionSource(state);
        opened.SetResult();
        callback(opened.Task);
        return opened.Task;
    }

    /// <inheritdoc/>
    public void EndOpenLink(IAsyncResult result)
    {
        // It was done as it began.
    }

    /// <summary>Forgets a connection.</summary>
    public void Forget(AmqpConnection connection)
    {
        foreach (var key in nodes.Keys.Where(key => key.Connection == connection))
            nodes.TryRemove(key, out _);
    }

    // The .NET client sends a path with a slash in front, escaped; others an address with scheme and host, or the name alone.
    private static string Path(string address) =>
        Uri.UnescapeDataString(
            (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.AbsolutePath : address).Trim('/')
        );

    private static void RefuseSessions(Source? source)
    {
        if (source?.FilterSet is null)
            return;
        foreach (var (name, _) in source.FilterSet)
        {
            if (name.Key.ToString() is "com.microsoft:session-filter" or "com.microsoft:non-exclusive-session-filter")
            {
                throw new BrokerException(
                    BrokerError.NotAllowed,
                    "A sessionful message receiver cannot be created on an entity that does not require sessions; the local Service Bus has no sessions."
                );
            }
        }
    }

    private AmqpLink Link(AmqpSession session, AmqpLinkSettings settings)
    {
        var sends = settings.Role == true;
        if (settings.Target is Coordinator)
            throw new BrokerException(BrokerError.NotImplemented, "The local Service Bus has no transactions.");
        var address = (sends ? (settings.Target as Target)?.Address : (settings.Source as Source)?.Address)?.ToString();
        if (string.IsNullOrEmpty(address))
            throw new BrokerException(BrokerError.NotAllowed, "The link names no queue.");
        var path = Path(address);

        if (path.Equals("$cbs", StringComparison.OrdinalIgnoreCase))
            return Node(session.Connection, path, Management.TakeToken).Attach(session, settings);
        if (path.EndsWith(ManagementSuffix, StringComparison.OrdinalIgnoreCase))
        {
            var managed = broker.Queues.Find(path[..^ManagementSuffix.Length]);
            return Node(session.Connection, path, new Management(broker, managed).Answer).Attach(session, settings);
        }

        var entity = broker.Queues.Find(path);
        if (sends)
        {
            if (entity.DeadLetter)
                throw new BrokerException(BrokerError.NotAllowed, $"A message cannot be sent to a dead-letter queue ('{path}').");
            return Producer.Attach(session, settings, broker, entity);
        }

        RefuseSessions(settings.Source as Source);
        // A settlement is answered once it is stored; so the receiver waits for the answer.
        if (settings.SettleType != SettleMode.SettleOnSend)
            settings.SettleType = SettleMode.SettleOnDispose;
        return new ConsumerLink(session, settings, broker, entity);
    }

    private RequestNode Node(AmqpConnection connection, string path, Func<AmqpMessage, Task<AmqpMessage>> answer) =>
        nodes.GetOrAdd((connection, path.ToUpperInvariant()), _ => new RequestNode(answer));
}
