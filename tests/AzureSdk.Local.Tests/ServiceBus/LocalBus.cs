using System.Text.Json;
using System.Xml;
using Azure.Messaging.ServiceBus;
using AzureSdk.Local.ServiceBus;
using CrmFunctions.TestKit;

namespace AzureSdk.Local.Tests.ServiceBus;

/// <summary>A broker file of its own in a folder of its own, and a clock to turn.</summary>
public sealed class LocalBus : IAsyncDisposable
{
    public const string Plain = "plain";
    public const string Deduplicated = "deduplicated";
    public const string Expiring = "expiring";
    public const string Deleting = "deleting";
    public const string Patient = "patient";
    public static readonly TimeSpan LockDuration = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    // By the turned clock: it passes when a test turns it, and not before.
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    public LocalBus(bool systemClock = false)
    {
        Folder = Directory.CreateTempSubdirectory("bus-").FullName;
        File = Path.Combine(Folder, "broker.db");
        QueuesFile = Path.Combine(Folder, "servicebus.json");
        System.IO.File.WriteAllText(QueuesFile, Config);
        if (!systemClock) LocalBrokers.UseClock(File, Clock);
        Client = NewClient();
    }

    public ManualTimeProvider Clock { get; } = new();

    public string Folder { get; }

    public string File { get; }

    public string QueuesFile { get; }

    public ServiceBusClient Client { get; private set; }

    public string ConnectionString =>
        $"Endpoint=sb://localhost;SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;BrokerFile={File};QueuesFile={QueuesFile}";

    private static string Config => JsonSerializer.Serialize(new
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
                    },
                },
            },
        },
    });

    public ServiceBusClient NewClient() => new(ConnectionString);

    public ServiceBusReceiver Receiver(string queue = Plain, ServiceBusReceiveMode mode = ServiceBusReceiveMode.PeekLock) =>
        Client.CreateReceiver(queue, new ServiceBusReceiverOptions { ReceiveMode = mode, PrefetchCount = 1 });

    public ServiceBusReceiver DeadLetters(string queue = Plain) =>
        Client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter, PrefetchCount = 1 });

    public Task Send(string body, string queue = Plain, string? id = null, TimeSpan? ttl = null)
    {
        var message = new ServiceBusMessage(body);
        if (id is not null) message.MessageId = id;
        if (ttl is not null) message.TimeToLive = ttl.Value;
        return Client.CreateSender(queue).SendMessageAsync(message);
    }

    /// <summary>The bodies of what is in a queue or dead-letter queue, in any state.</summary>
    public async Task<string[]> Bodies(string queue = Plain, SubQueue part = SubQueue.None) =>
        [.. (await Client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = part }).PeekMessagesAsync(int.MaxValue)).Select(m => m.Body.ToString())];

    /// <summary>Closes the client and opens the file anew, as after a restart.</summary>
    public async Task Restart()
    {
        await Client.DisposeAsync();
        Client = NewClient();
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Directory.Delete(Folder, true);
    }

    private static object Queue(string name, bool deduplicated, bool deadLetterExpired, TimeSpan timeToLive, int maxDeliveryCount = 3) => new
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
}

/// <summary>Short forms for the tests.</summary>
internal static class ReceiverExtensions
{
    /// <summary>Receives one message that must be there.</summary>
    public static async Task<ServiceBusReceivedMessage> One(this ServiceBusReceiver receiver)
    {
        using var ended = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await receiver.ReceiveMessageAsync(LocalBus.Wait, ended.Token) ?? throw new InvalidOperationException("There is no message.");
    }

    /// <summary>Receives all that is available now, without waiting.</summary>
    public static async Task<IReadOnlyList<ServiceBusReceivedMessage>> AvailableNow(this ServiceBusReceiver receiver, int max = 1000) =>
        await receiver.ReceiveMessagesAsync(max, TimeSpan.Zero);
}
