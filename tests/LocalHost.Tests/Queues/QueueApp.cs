using Azure.Messaging.ServiceBus;
using LocalHost.Testing;
using LocalServiceBus;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Tests.Queues;

/// <summary>An app on a broker of its own with the queue <c>orders</c>: locks of a minute, three deliveries at most.</summary>
internal sealed class QueueApp : IAsyncDisposable
{
    private const string Queues = """
        { "UserConfig": { "Namespaces": [ { "Name": "test", "Queues": [
          { "Name": "orders", "Properties": { "LockDuration": "PT1M", "MaxDeliveryCount": 3, "DefaultMessageTimeToLive": "P1D" } } ] } ] } }
        """;

    private readonly Folder folder = new();
    private readonly ServiceBusServer bus;

    private QueueApp(string lockDuration)
    {
        folder.Write("servicebus.json", Queues.Replace("PT1M", lockDuration, StringComparison.Ordinal));
        bus = ServiceBusServer
            .Start(
                new ServiceBusServerOptions
                {
                    DataFile = Path.Combine(folder.Path, "bus.db"),
                    QueuesFile = Path.Combine(folder.Path, "servicebus.json"),
                }
            )
            .GetAwaiter()
            .GetResult();
        Client = new ServiceBusClient(bus.ConnectionString);
    }

    public ServiceBusClient Client { get; }

    public FunctionsTestHost App { get; private set; } = null!;

    public Journal Journal => App.Services.GetRequiredService<Journal>();

    public string ConnectionString => bus.ConnectionString;

    public static async Task<QueueApp> Start<T>(
        string serviceBus = "{}",
        string lockDuration = "PT1M",
        Action<FunctionsTestHostOptions>? configure = null,
        Action<FunctionsApplicationBuilder>? compose = null,
        params string[] messages
    )
    {
        var queue = new QueueApp(lockDuration);
        await queue.Send(messages);
        queue.App = await queue.NewApp<T>(serviceBus, configure, compose);
        return queue;
    }

    public Task<FunctionsTestHost> NewApp<T>(
        string serviceBus = "{}",
        Action<FunctionsTestHostOptions>? configure = null,
        Action<FunctionsApplicationBuilder>? compose = null
    ) =>
        TestApp.Start<T>(
            options =>
            {
                options.Settings["Bus"] = ConnectionString;
                options.HasMore = () => bus.HasActiveMessages;
                options.HostJson =
                    $$"""{ "version": "2.0", "functionTimeout": "00:10:00", "extensions": { "serviceBus": {{serviceBus}} } }""";
                configure?.Invoke(options);
            },
            compose
        );

    public async Task Send(params string[] bodies)
    {
        foreach (var body in bodies)
        {
            await Client.CreateSender("orders").SendMessageAsync(new ServiceBusMessage(body) { MessageId = body });
        }
    }

    /// <summary>Bodies in the queue, in any state.</summary>
    public Task<string[]> Left() => Bodies(SubQueue.None);

    public Task<string[]> DeadLetters() => Bodies(SubQueue.DeadLetter);

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Client.DisposeAsync();
        await bus.DisposeAsync();
        folder.Dispose();
    }

    private async Task<string[]> Bodies(SubQueue part) =>
        [
            .. (await Client.CreateReceiver("orders", new ServiceBusReceiverOptions { SubQueue = part }).PeekMessagesAsync(1000)).Select(
                message => message.Body.ToString()
            ),
        ];
}
