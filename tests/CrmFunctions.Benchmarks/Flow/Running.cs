using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using CrmFunctions.Domain.Access;
using CrmFunctions.Events;
using CrmFunctions.TestKit;

namespace CrmFunctions.Benchmarks.Flow;

/// <summary>
/// Azurite and the app as <c>scripts/start.sh</c> starts them, and the bare endpoint, each a process of its own on loopback, in a folder of
/// its own.
/// </summary>
internal sealed class Running : IAsyncDisposable
{
    // Azurite's one account and its published key.
    private const string Account =
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
        + "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;";

    // A state may include an event before the event's own message is seen: what it costs comes until a window and a margin later.
    private static readonly TimeSpan rest = new DebounceOptions().Window + new DebounceOptions().Margin + TimeSpan.FromSeconds(1);

    private readonly string folder = Directory.CreateTempSubdirectory("crm-bench-").FullName;
    private readonly Stack<GuardedProcess> processes = new();
    private string connection = "";
    private string bus = "";

    /// <summary>Sends to the app with its key.</summary>
    public HttpClient App { get; } = Client();

    /// <summary>Sends to the bare endpoint.</summary>
    public HttpClient Bare { get; } = Client();

    public int AppId { get; private set; }

    /// <summary>Of the local Service Bus.</summary>
    public int BusId { get; private set; }

    public int AzuriteId { get; private set; }

    /// <summary>The tables, read behind the app's back: its operations stay its own.</summary>
    public TableServiceClient Tables { get; private set; } = null!;

    public static async Task<Running> Start(bool inMemory, CancellationToken cancellationToken)
    {
        var running = new Running();
        try
        {
            CommandLine.Say("Starting Azurite and the app …");
            await running.StartAzurite(inMemory, cancellationToken);
            await running.StartBus(cancellationToken);
            await running.StartApp(cancellationToken);
            await running.StartBare(cancellationToken);
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// What the app has counted since it started, when it has come to rest: table transactions, Service Bus operations, events.
    /// </summary>
    public async Task<(long Tables, long Bus, long Events)> Operations(CancellationToken cancellationToken)
    {
        await Task.Delay(rest, cancellationToken);
        var counted = (await App.GetFromJsonAsync<JsonNode>("api/health/details", cancellationToken))!["operations"]!;
        return ((long)counted["tables"]!, (long)counted["serviceBus"]!, (long)counted["events"]!);
    }

    public async ValueTask DisposeAsync()
    {
        App.Dispose();
        Bare.Dispose();
        while (processes.TryPop(out var process))
            await process.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartAzurite(bool inMemory, CancellationToken cancellationToken)
    {
        var port = FreePort();
        var program = Path.Combine(NodeTools.Install("scripts"), "node_modules", ".bin", "azurite-table");
        string[] command =
        [
            program,
            "--silent",
            "--skipApiVersionCheck",
            "--disableTelemetry",
            "--tableHost",
            "127.0.0.1",
            "--tablePort",
            Text(port),
            .. inMemory ? (string[])["--inMemoryPersistence"] : ["--location", Path.Combine(folder, "azurite")],
        ];
        var process = await GuardedProcess.Start(
            folder,
            "azurite",
            "INT",
            command,
            new Dictionary<string, string>(),
            token => Listens(port, token),
            cancellationToken
        );
        processes.Push(process);
        AzuriteId = process.Id;
        connection = $"{Account}TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";
        Tables = new TableServiceClient(connection);
    }

    private async Task StartBus(CancellationToken cancellationToken)
    {
        var port = FreePort();
        string[] command =
        [
            "dotnet",
            BuiltFiles.Of("CrmFunctions.Cli", "crm.dll"),
            "servicebus",
            "--port",
            Text(port),
            "--data",
            Path.Combine(folder, "bus"),
            "--queues",
            BuiltFiles.Of("CrmFunctions", "servicebus.json"),
        ];
        var process = await GuardedProcess.Start(
            folder,
            "bus",
            "TERM",
            command,
            new Dictionary<string, string>(),
            token => Listens(port, token),
            cancellationToken
        );
        processes.Push(process);
        BusId = process.Id;
        bus = $"Endpoint=sb://127.0.0.1:{port};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;";
    }

    private async Task StartApp(CancellationToken cancellationToken)
    {
        var port = FreePort();
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        await WriteKey(key, cancellationToken);
        var settings = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = connection,
            ["CrmStorage"] = connection,

            // A fresh base each time: as deployed, with a secret.
            ["Handles__Key"] = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)),
            ["ServiceBusConnection"] = bus,
            ["Keys__Admin"] = ApiKey.Hash(key),
            ["AzureFunctionsLocal__DataPath"] = Path.Combine(folder, "functions"),
        };
        App.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        App.DefaultRequestHeaders.Add("x-functions-key", key);
        var process = await GuardedProcess.Start(
            folder,
            "app",
            "TERM",
            [
                "dotnet",
                BuiltFiles.Of("LocalHost", "LocalHost.dll"),
                BuiltFiles.Of("CrmFunctions", "CrmFunctions.dll"),
                "--port",
                Text(port),
            ],
            settings,
            token => Answers(App, "api/health", token),
            cancellationToken
        );
        processes.Push(process);
        AppId = process.Id;
    }

    private async Task StartBare(CancellationToken cancellationToken)
    {
        var port = FreePort();
        Bare.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        processes.Push(
            await GuardedProcess.Start(
                folder,
                "bare",
                "TERM",
                ["dotnet", typeof(Running).Assembly.Location, BareEndpoint.Argument, Text(port)],
                new Dictionary<string, string>(),
                token => Answers(Bare, "", token),
                cancellationToken
            )
        );
    }

    private async Task WriteKey(string key, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "functions", "secrets", "host.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        JsonObject Named(string name) =>
            new()
            {
                ["name"] = name,
                ["value"] = key,
                ["encrypted"] = false,
            };
        var keys = new JsonObject
        {
            ["masterKey"] = Named("master"),
            ["functionKeys"] = new JsonArray(Named("default")),
            ["systemKeys"] = new JsonArray(),
        };
        await File.WriteAllTextAsync(path, keys.ToJsonString(), cancellationToken);
    }

    private static HttpClient Client() =>
        new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1) }) { Timeout = TimeSpan.FromSeconds(30) };

    private static async Task<bool> Answers(HttpClient client, string path, CancellationToken cancellationToken)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static async Task<bool> Listens(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
