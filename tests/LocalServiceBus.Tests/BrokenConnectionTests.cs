using System.Net;
using System.Net.Sockets;
using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

public sealed class BrokenConnectionTests
{
    private static readonly byte[] Sasl = [.. "AMQP"u8, 3, 1, 0, 0];
    private static readonly byte[] Amqp = [.. "AMQP"u8, 0, 1, 0, 0];

    [Fact]
    public async Task Random_bytes_at_any_stage_of_a_connection_leave_the_server_serving()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var random = new Random(20260302);

        for (var i = 0; i < 200; i++)
        {
            using var socket = await Connect(bus);
            byte[] start = (i % 4) switch
            {
                0 => [],
                1 => Sasl,
                2 => Amqp,
                _ => [.. Amqp, 0, 0, (byte)random.Next(2), (byte)random.Next(256), 2, 0, 0, 0],
            };
            var garbage = new byte[random.Next(1, 3000)];
            random.NextBytes(garbage);
            try
            {
                await socket.SendAsync((byte[])[.. start, .. garbage]);
                if (i % 3 == 0)
                    socket.Shutdown(SocketShutdown.Send);
                else if (i % 3 == 1)
                    socket.LingerState = new LingerOption(true, 0);
                else
                    await socket.ReceiveAsync(new byte[64], new CancellationTokenSource(TimeSpan.FromMilliseconds(20)).Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // It was thrown out.
            }
        }

        await bus.Send("b");
        await using var fresh = bus.NewClient();
        var receiver = fresh.CreateReceiver(LocalBus.Plain);
        Assert.Equal(["a", "b"], [(await receiver.One()).Body.ToString(), (await receiver.One()).Body.ToString()]);
    }

    [Fact]
    public async Task Connections_that_say_nothing_do_not_keep_others_out_nor_the_server_from_stopping()
    {
        await using var bus = await LocalBus.Start();
        List<Socket> silent = [];
        for (var i = 0; i < 100; i++)
            silent.Add(await Connect(bus));

        await bus.Send("a");
        Assert.Equal("a", (await bus.Receiver().One()).Body.ToString());
        await bus.Stop();

        foreach (var socket in silent)
        {
            try
            {
                Assert.Equal(0, await socket.ReceiveAsync(new byte[8]));
            }
            catch (SocketException)
            {
                // Reset: closed as well.
            }

            socket.Dispose();
        }
    }

    [Fact]
    public async Task A_receiver_that_waits_on_a_connection_that_died_swallows_no_message()
    {
        await using var bus = await LocalBus.Start();
        await using var front = new Cut(bus.Server.Port);
        await using var client = new ServiceBusClient(
            bus.Server.ConnectionString.Replace($":{bus.Server.Port};", $":{front.Port};", StringComparison.Ordinal),
            new ServiceBusClientOptions { RetryOptions = { MaxRetries = 0 } }
        );
        var waiting = client.CreateReceiver(LocalBus.Plain).ReceiveMessagesAsync(10, LocalBus.Wait);
        await bus.ReceiverWaits();

        front.CutAll();
        await waiting.ContinueWith(_ => { }, TaskScheduler.Default);
        await bus.NoReceiverWaits();
        await bus.Send("a");

        Assert.Equal(1, (await bus.Receiver().One()).DeliveryCount);
    }

    [Fact]
    public async Task What_a_connection_had_when_it_died_comes_back_when_its_locks_end()
    {
        await using var bus = await LocalBus.Start();
        for (var i = 0; i < 3; i++)
            await bus.Send($"{i}");
        await using var front = new Cut(bus.Server.Port);
        await using var client = new ServiceBusClient(
            bus.Server.ConnectionString.Replace($":{bus.Server.Port};", $":{front.Port};", StringComparison.Ordinal),
            new ServiceBusClientOptions { RetryOptions = { MaxRetries = 0 } }
        );
        var receiver = client.CreateReceiver(LocalBus.Plain);
        for (var got = 0; got < 3; )
            got += (await receiver.ReceiveMessagesAsync(3 - got, LocalBus.Wait)).Count;

        front.CutAll();
        Assert.Empty(await bus.AvailableNow(bus.Receiver()));
        bus.Clock.Advance(LocalBus.LockDuration);

        Assert.Equal([2, 2, 2], (await bus.AvailableNow(bus.Receiver())).Select(message => message.DeliveryCount));
    }

    private static async Task<Socket> Connect(LocalBus bus)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, bus.Server.Port));
        return socket;
    }

    /// <summary>Passes connections on, until it cuts them.</summary>
    private sealed class Cut : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly List<Socket> sockets = [];

        public Cut(int to)
        {
            listener.Start();
            _ = Accept(to);
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public void CutAll()
        {
            lock (sockets)
                sockets.ForEach(socket => socket.Close(0));
        }

        public ValueTask DisposeAsync()
        {
            listener.Stop();
            CutAll();
            return ValueTask.CompletedTask;
        }

        private async Task Accept(int to)
        {
            try
            {
                while (true)
                {
                    var near = await listener.AcceptSocketAsync();
                    var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    await far.ConnectAsync(IPAddress.Loopback, to);
                    lock (sockets)
                        sockets.AddRange([near, far]);
                    _ = Pass(near, far);
                    _ = Pass(far, near);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It was stopped.
            }
        }

        private static async Task Pass(Socket from, Socket to)
        {
            try
            {
                var buffer = new byte[64 * 1024];
                while (await from.ReceiveAsync(buffer) is > 0 and var count)
                    await to.SendAsync(buffer.AsMemory(0, count));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It was cut.
            }
        }
    }
}
