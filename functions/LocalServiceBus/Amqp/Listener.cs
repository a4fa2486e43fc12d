using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Azure.Amqp.Sasl;
using Microsoft.Azure.Amqp.Transport;

namespace LocalServiceBus;

/// <summary>Accepts connections on 127.0.0.1, and closes those that do not get ready in time or fall silent.</summary>
/// <remarks>The library's own listener tells no free port's number, shares a port in use, and waits for a handshake for ever.</remarks>
internal sealed class Listener : IAsyncDisposable
{
    private const uint LargestFrame = 64 * 1024;
    private static readonly TimeSpan Handshake = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(500);

    private readonly Front front;
    private readonly Accepting accepting;
    private readonly AmqpTransportListener listener;
    private readonly ConcurrentDictionary<AmqpConnection, TaskCompletionSource> connections = new();

    /// <exception cref="InvalidOperationException">The port cannot be had.</exception>
    public Listener(Front front, int port)
    {
        this.front = front;
        accepting = new Accepting(port);
        var settings = new AmqpSettings { RuntimeProvider = front };
        var sasl = new SaslTransportProvider();
        sasl.Versions.Add(new AmqpVersion(1, 0, 0));
        sasl.AddHandler(new SaslAnonymousHandler("MSSBCBS"));
        sasl.AddHandler(new SaslAnonymousHandler("ANONYMOUS"));
        sasl.AddHandler(new SaslAnonymousHandler("PLAIN"));
        settings.TransportProviders.Add(sasl);
        var amqp = new AmqpTransportProvider();
        amqp.Versions.Add(new AmqpVersion(1, 0, 0));
        settings.TransportProviders.Add(amqp);
        listener = new AmqpTransportListener([accepting], settings);
        listener.Open();
        listener.Listen(OnAccepted);
    }

    /// <summary>The port it listens on.</summary>
    public int Port => accepting.Port;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        listener.Close();
        foreach (var connection in connections.Keys)
            connection.SafeClose(new AmqpException(AmqpErrorCode.ConnectionForced, "The server stops."));
        await Task.WhenAny(Task.WhenAll(connections.Values.Select(closed => closed.Task)), Task.Delay(Farewell)).ConfigureAwait(false);
        foreach (var connection in connections.Keys)
            connection.Abort();
        accepting.Dispose();
    }

    private void OnAccepted(TransportListener inner, TransportAsyncCallbackArgs args)
    {
        AmqpConnection? connection = null;
        try
        {
            var settings = new AmqpConnectionSettings
            {
                ContainerId = "local-service-bus",
                MaxFrameSize = LargestFrame,
                IdleTimeOut = (uint)Silence.TotalMilliseconds,
                MinIdleTimeout = 0,
            };
            connection = front.CreateConnection(args.Transport, (ProtocolHeader)args.UserToken, false, listener.AmqpSettings, settings);
            var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            connections[connection] = closed;
            connection.SafeAddClosed(
                (_, _) =>
                {
                    connections.TryRemove(connection, out _);
                    front.Forget(connection);
                    closed.TrySetResult();
                }
            );
            _ = Open(connection);
        }
        catch (Exception e)
        {
            if (connection is null)
                args.Transport.Abort();
            else
                connection.SafeClose(e);
        }
    }

    private async Task Open(AmqpConnection connection)
    {
        try
        {
            await connection.OpenAsync(Handshake).ConfigureAwait(false);
            accepting.Ready(connection.RemoteEndpoint);
        }
        catch (Exception e)
        {
            connection.SafeClose(e);
        }
    }

    /// <summary>The sockets.</summary>
    private sealed class Accepting : TransportListener, IDisposable
    {
        private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly ConcurrentDictionary<string, (Socket Socket, Timer Limit)> open = new();

        public Accepting(int port)
            : base("loopback")
        {
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                socket.Listen();
            }
            catch (SocketException e)
            {
                socket.Dispose();
                throw new InvalidOperationException(
                    $"Port {port} on 127.0.0.1 cannot be had ({e.Message}). Stop what listens there, or choose another port, 0 for any free one.",
                    e
                );
            }
        }

        public int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

        public void Ready(string remote)
        {
            if (open.TryGetValue(remote, out var one))
                one.Limit.Dispose();
        }

        public void Dispose()
        {
            socket.Dispose();
            foreach (var remote in open.Keys)
                Close(remote);
        }

        /// <inheritdoc/>
        protected override void OnListen() => _ = Accept();

        /// <inheritdoc/>
        protected override bool CloseInternal()
        {
            socket.Dispose();
            return true;
        }

        /// <inheritdoc/>
        protected override void AbortInternal() => socket.Dispose();

        private async Task Accept()
        {
            while (true)
            {
                try
                {
                    Began(await socket.AcceptAsync().ConfigureAwait(false));
                }
                catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
                {
                    return;
                }
                catch (Exception e) when (e is SocketException or IOException)
                {
                    // This one went away before it was accepted.
                }
            }
        }

        private void Began(Socket accepted)
        {
            var transport = new SocketTransport(accepted);
            transport.Open();
            var remote = transport.RemoteEndPoint;
            open[remote] = (accepted, new Timer(_ => Close(remote), null, Handshake, Timeout.InfiniteTimeSpan));
            transport.SafeAddClosed((_, _) => Close(remote));
            OnTransportAccepted(new TransportAsyncCallbackArgs { Transport = transport, CompletedSynchronously = false });
        }

        private void Close(string remote)
        {
            if (!open.TryRemove(remote, out var one))
                return;
            one.Limit.Dispose();
            one.Socket.Dispose();
        }
    }
}
