using System.Text;
using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Domain.Access;
using CrmFunctions.Events;
using CrmFunctions.Storage;
using CrmFunctions.Telemetry;
using LocalHost.Testing;
using LocalServiceBus;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CrmFunctions.TestKit;

/// <summary>
/// The whole suite in a test's process: the functions as composed for production, on a real table emulator and a local Service Bus of its
/// own. The business clock stands at <see cref="Now"/>; windows, locks and queues run on the machine's.
/// </summary>
public sealed class Suite : IAsyncDisposable
{
    /// <summary>Where the business clock stands: a Monday, in business hours in Shanghai.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 3, 0, 0, TimeSpan.Zero);

    private readonly string folder;
    private readonly ServiceBusServer bus;
    private readonly FunctionsTestHost host;

    private Suite(string folder, ServiceBusServer bus, FunctionsTestHost host)
    {
        (this.folder, this.bus, this.host) = (folder, bus, host);
        Client = NewClient();
        Client.DefaultRequestHeaders.Add("x-functions-key", AdminKey);
        Tables = host.Services.GetRequiredService<CrmTables>();
        Operations = host.Services.GetRequiredService<OperationCount>();
    }

    /// <summary>A key with the role admin, of this run of the tests only.</summary>
    public static string AdminKey { get; } = ApiKey.New();

    /// <summary>Sends to the suite with a key of the role admin. Every answer is compared with the OpenAPI document.</summary>
    public HttpClient Client { get; }

    /// <summary>The tables, to look behind the API.</summary>
    public CrmTables Tables { get; }

    /// <summary>What was counted.</summary>
    public OperationCount Operations { get; }

    /// <summary>The host, for its timers and invocations.</summary>
    public FunctionsTestHost Host => host;

    /// <summary>Starts the suite.</summary>
    /// <param name="azurite">Where its tables are.</param>
    /// <param name="now">Where the business clock stands; null: <see cref="Now"/>.</param>
    /// <param name="settings">Further settings.</param>
    /// <param name="brokerFolder">Folder of the Service Bus's file, where a test wants to go on with one; null: a new one.</param>
    /// <param name="replace">What stands in for something outside; null: nothing does.</param>
    public static async Task<Suite> Start(
        Azurite azurite,
        DateTimeOffset? now = null,
        IReadOnlyDictionary<string, string>? settings = null,
        string? brokerFolder = null,
        Action<IServiceCollection>? replace = null
    )
    {
        var folder = brokerFolder ?? Directory.CreateTempSubdirectory("suite-").FullName;
        var bus = await ServiceBusServer.Start(
            new ServiceBusServerOptions
            {
                DataFile = Path.Combine(folder, "servicebus.db"),
                QueuesFile = Path.Combine(AppContext.BaseDirectory, "servicebus.json"),
            }
        );
        var host = await FunctionsTestHost.Start(
            builder => Compose(builder, replace),
            options =>
            {
                options.App = typeof(Flow).Assembly;
                options.HasMore = () => bus.HasActiveMessages;
                options.Settings["CrmStorage"] = azurite.ConnectionString;
                options.Settings["ServiceBusConnection"] = bus.ConnectionString;
                options.Settings["Handles:Unkeyed"] = "true";
                options.Settings["Privacy:TotalsAfter"] = "00:00:00";
                options.Settings["Keys:Admin"] = ApiKey.Hash(AdminKey);
                options.Settings["Keys:Refresh"] = "00:00:00";
                options.Settings["Reports:KeptFor"] = "00:00:00";
                options.Settings["Sources:KeyFolder"] = Path.Combine(folder, "keys");
                options.Settings["Sources:Refresh"] = "00:00:01";
                options.Settings["Debounce:Window"] = "00:00:00.2";
                options.Settings["Debounce:Margin"] = "00:00:00.3";
                options.Settings["Debounce:ClockSkew"] = "00:00:00.1";
                options.Settings["Health:CacheFor"] = "00:00:00";
                options.Settings["Clock:Now"] = (now ?? Now).ToString(
                    "yyyy-MM-dd'T'HH:mm:ss'Z'",
                    System.Globalization.CultureInfo.InvariantCulture
                );
                foreach (var (name, value) in settings ?? new Dictionary<string, string>())
                    options.Settings[name] = value;
            }
        );
        return new Suite(folder, bus, host);
    }

    /// <summary>A further client, without a key. Every answer is compared with the OpenAPI document.</summary>
    public HttpClient NewClient() => new(new DescribedAnswers()) { BaseAddress = host.Address };

    /// <summary>Posts one event or a list of events, and says what was answered.</summary>
    public async Task<JsonNode> Post(JsonNode body, int expected = 202)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await Client.PostAsync(new Uri("api/events", UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode != expected)
            throw new InvalidOperationException($"Answered {(int)answer.StatusCode}, not {expected}: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Posts to a path below <c>api/</c>; what must be confirmed is confirmed as it was shown.</summary>
    public async Task<JsonNode> PostConfirmed(string path, string body, int expected)
    {
        var (status, answer) = await Send(HttpMethod.Post, path, body);
        if (status == 428)
            (status, answer) = await Send(HttpMethod.Post, $"{path}?confirm={(string)answer!["confirm"]!}", body);
        return status == expected
            ? answer!
            : throw new InvalidOperationException($"{path} answered {status}, not {expected}: {answer?.ToJsonString()}");
    }

    /// <summary>Sends JSON to a path below <c>api/</c>.</summary>
    /// <returns>The status, and the body; null where there is none.</returns>
    public async Task<(int Status, JsonNode? Answer)> Send(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri($"api/{path}", UriKind.Relative));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    /// <summary>Reads a path below <c>api/</c>.</summary>
    public async Task<JsonNode> Get(string path)
    {
        using var answer = await Client.GetAsync(new Uri($"api/{path}", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: {text}");
    }

    /// <summary>The customers with an identifier.</summary>
    public async Task<JsonArray> Find(string handle)
    {
        var (status, answer) = await Send(HttpMethod.Post, "customers/find", new JsonObject { ["handle"] = handle }.ToJsonString());
        return status == 200
            ? answer!["customers"]!.AsArray()
            : throw new InvalidOperationException($"customers/find answered {status}: {answer?.ToJsonString()}");
    }

    /// <summary>The one customer with an identifier.</summary>
    public async Task<JsonNode> Customer(string handle) =>
        await Find(handle) is [{ } one] ? one : throw new InvalidOperationException($"No customer has the handle {handle}.");

    /// <summary>The ledger's rows of a rule about a customer.</summary>
    public async Task<IReadOnlyList<JsonNode>> Messages(string handle, string rule)
    {
        var id = (string)(await Customer(handle))["customerId"]!;
        return
        [
            .. (await Get($"customers/{id}/messages"))["messages"]!
                .AsArray()
                .Where(row => (string)row!["rule"]! == rule)
                .Select(row => row!),
        ];
    }

    /// <summary>Imports a file, and waits until its customers are decided.</summary>
    /// <returns>What <c>GET /api/imports/{id}</c> says of it.</returns>
    public async Task<JsonNode> Import(string csv, string query)
    {
        using var content = new StringContent(csv, Encoding.UTF8, "text/csv");
        using var answer = await Client.PostAsync(new Uri($"api/imports?{query}", UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode != 202)
            throw new InvalidOperationException($"Answered {(int)answer.StatusCode}: {text}");
        await host.Idle();
        await Settle();
        return await Get($"imports/{(string)JsonNode.Parse(text)!["id"]!}");
    }

    /// <summary>What a queue's dead-letter queue holds.</summary>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> DeadLetters(string queue)
    {
        var bus = host.Services.GetRequiredService<ServiceBusClient>();
        await using var receiver = bus.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        return await receiver.PeekMessagesAsync(100);
    }

    /// <summary>Waits until the messages of all windows so far were seen, and everything they set off has come to rest.</summary>
    public async Task Settle()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var options = host.Services.GetRequiredService<IOptions<DebounceOptions>>().Value;
        var visible = DebounceWindow.At(TimeProvider.System.GetUtcNow(), options).VisibleAt;
        while (TimeProvider.System.GetUtcNow() <= visible)
            await Task.Delay(visible - TimeProvider.System.GetUtcNow() + TimeSpan.FromMilliseconds(10), bound.Token);
        await host.Idle(bound.Token);
    }

    /// <summary>Waits until everybody was decided again by a revision of the standards.</summary>
    public async Task RolledOut(int revision)
    {
        await Eventually.Holds(async () =>
            (await Get("standards"))["rollout"] is { } rollout && (int)rollout["revision"]! >= revision && (bool)rollout["finished"]!
        );
        await Settle();
    }

    /// <summary>Fires a timer, and waits until what it set off has come to rest.</summary>
    public async Task Fire(string timer)
    {
        var run = await host.FireTimer(timer);
        if (run.Exception is not null)
            throw new InvalidOperationException($"Timer {timer} failed.", run.Exception);
        await Settle();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await host.DisposeAsync();
        await bus.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static void Compose(FunctionsApplicationBuilder builder, Action<IServiceCollection>? replace)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.UseCrm();
        builder.AddCrm();
        replace?.Invoke(builder.Services);
    }
}
