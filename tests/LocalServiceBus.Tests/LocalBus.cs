using System.Text.Json;
using System.Xml;
using Azure.Messaging.ServiceBus;
using CrmFunctions.TestKit;

namespace LocalServiceBus.Tests;

/// <summary>A server on a file of its own, an official client, and a clock to turn.</summary>
public sealed class LocalBus : IAsyncDisposable
{
    public const string Plain = "plain";
    public const string Deduplicated = "deduplicated";
    public const string Expiring = "expiring";
    public const string Deleting = "deleting";
    public const string Patient = "patient";
    public static readonly TimeSpan LockDuration = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>How long a receive waits for what must come, in real time; only a test that fails waits so long.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    private readonly TimeProvider clock;
    private ServiceBusServer? server;
    private ServiceBusClient? client;

    private LocalBus(bool systemClock)
    {
        Folder = Directory.CreateTempSubdirectory("bus-").FullName;
        File = Path.Combine(Folder, "broker.db");
        QueuesFile = Path.Combine(Folder, "servicebus.json");
        clock = systemClock ? TimeProvider.System : Clock;
        System.IO.File.WriteAllText(QueuesFile, Config);
    }

    public ManualTimeProvider Clock { get; } = new();

    public string Folder { get; }

    public string File { get; }

    public string QueuesFile { get; }

    public ServiceBusClient Client => client ?? throw new InvalidOperationException("There is no client: the server was stopped.");

    public ServiceBusServer Server => server ?? throw new InvalidOperationException("The server was stopped.");

    private static string Config =>
        JsonSerializer.Serialize(
            new
            {
                UserConfig = new
                {
                    Namespaces = new[]
                    {
                        new
                        {
                            Name = "test",
                            Queues = new object[]
                            {
                                Queue(Plain, false, false, TimeSpan.FromDays(14)),
                                Queue(Deduplicated, true, false, TimeSpan.FromDays(14)),
                                Queue(Expiring, false, true, TimeSpan.FromHours(1)),
                                Queue(Deleting, false, false, TimeSpan.FromHours(1)),
                                Queue(Patient, false, false, TimeSpan.FromDays(14), maxDeliveryCount: 1000),
                                Queue("counted", false, false, TimeSpan.FromDays(14)),
                                Queue("counted twice", true, false, TimeSpan.FromDays(14)),
                            },
                        },
                    },
                },
            }
        );

    public static async Task<LocalBus> Start(bool systemClock = false)
    {
        var bus = new LocalBus(systemClock);
        await bus.Run();
        return bus;
    }

    /// <summary>A folder and a queues file, and no server yet.</summary>
    public static LocalBus Prepare() => new(false);

    public ServiceBusServerOptions Options(int port = 0) =>
        new()
        {
            DataFile = File,
            QueuesFile = QueuesFile,
            Port = port,
            Clock = clock,
        };

    public async Task Run(int port = 0)
    {
        server = await ServiceBusServer.Start(Options(port));
        client = NewClient();
    }

    public async Task Stop()
    {
        if (client is not null)
            await client.DisposeAsync();
        if (server is not null)
            await server.DisposeAsync();
        (client, server) = (null, null);
    }

    /// <summary>Stops the server and starts one on the same file and port, with a new client.</summary>
    public async Task Restart()
    {
        var port = Server.Port;
        await Stop();
        await Run(port);
    }

    public ServiceBusClient NewClient() => new(Server.ConnectionString);

    public ServiceBusReceiver Receiver(string queue = Plain, ServiceBusReceiveMode mode = ServiceBusReceiveMode.PeekLock) =>
        Client.CreateReceiver(queue, new ServiceBusReceiverOptions { ReceiveMode = mode });

    public ServiceBusReceiver DeadLetters(string queue = Plain) =>
        Client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });

    public async Task Send(string body, string queue = Plain, string? id = null, TimeSpan? ttl = null)
    {
        var message = new ServiceBusMessage(body);
        if (id is not null)
            message.MessageId = id;
        if (ttl is not null)
            message.TimeToLive = ttl.Value;
        await using var sender = Client.CreateSender(queue);
        await sender.SendMessageAsync(message);
    }

    /// <summary>The bodies of what is in a queue or dead-letter queue, in any state.</summary>
    public async Task<string[]> Bodies(string queue = Plain, SubQueue part = SubQueue.None) =>
        [.. (await All(queue, part)).Select(m => m.Body.ToString())];

    /// <summary>What is in a queue or dead-letter queue, in any state.</summary>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> All(string queue = Plain, SubQueue part = SubQueue.None)
    {
        await using var receiver = Client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = part });
        var all = new List<ServiceBusReceivedMessage>();
        while (await receiver.PeekMessagesAsync(1000) is { Count: > 0 } some)
            all.AddRange(some);
        return all;
    }

    /// <summary>Receives all that is available now, in order; none if there is none, and without waiting for it.</summary>
    /// <remarks>
    /// One by one: a client that asks for several at once and does not get them within 20 ms goes on with what it has, and releases
    /// what comes after that before it asks again; then the order is not the queue's any more, here and in Azure.
    /// </remarks>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> AvailableNow(ServiceBusReceiver receiver)
    {
        var entity = Entity(receiver.EntityPath);
        var reception = Server.Broker.Receive(entity, int.MaxValue, false);
        Server.Broker.End(reception);
        var available = await reception.Messages;
        await Task.WhenAll(available.Select(message => Server.Broker.Release(entity, message.LockToken)));

        var got = new List<ServiceBusReceivedMessage>();
        while (got.Count < available.Count)
            got.Add(await receiver.One());
        return got;
    }

    /// <summary>Ends when so many receivers wait at a queue, in the broker.</summary>
    public async Task ReceiverWaits(string queue = Plain, int receivers = 1)
    {
        using var limit = new CancellationTokenSource(Wait);
        while (Server.Broker.Waiting(Entity(queue)) < receivers)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Server.Broker.Peek(Entity(queue), 1, 0);
        }
    }

    /// <summary>Ends when no receiver waits at a queue any more.</summary>
    public async Task NoReceiverWaits(string queue = Plain)
    {
        using var limit = new CancellationTokenSource(Wait);
        while (Server.Broker.Waiting(Entity(queue)) > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Server.Broker.Peek(Entity(queue), 1, 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(Folder, true);
    }

    private static object Queue(string name, bool deduplicated, bool deadLetterExpired, TimeSpan timeToLive, int maxDeliveryCount = 3) =>
        new
        {
            Name = name,
            Properties = new
            {
                RequiresDuplicateDetection = deduplicated,
                DuplicateDetectionHistoryTimeWindow = XmlConvert.ToString(Window),
                LockDuration = XmlConvert.ToString(LockDuration),
                MaxDeliveryCount = maxDeliveryCount,
                DefaultMessageTimeToLive = XmlConvert.ToString(timeToLive),
                DeadLetteringOnMessageExpiration = deadLetterExpired,
            },
        };

    private Entity Entity(string path) => Server.Broker.Queues.Find(path);
}

/// <summary>Short forms for the tests.</summary>
internal static class ReceiverExtensions
{
    /// <summary>Receives one message that must be there, or come.</summary>
    public static async Task<ServiceBusReceivedMessage> One(this ServiceBusReceiver receiver) =>
        await receiver.ReceiveMessageAsync(LocalBus.Wait) ?? throw new InvalidOperationException("There is no message.");
}
