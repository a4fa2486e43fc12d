using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Domain.Access;
using LocalServiceBus;

namespace CrmFunctions.TestKit;

/// <summary>
/// What outlives the suite's processes: storage, the local Service Bus, keys. Any number of them, one after the other or at once, work on
/// it.
/// </summary>
public sealed class SuiteFolder : IDisposable
{
    /// <summary>Has the role admin, and opens the host's own routes: <c>x-functions-key</c>.</summary>
    public const string Key = "key-of-the-tests-0123456789abcdef0123456789";

    // In the order of the flow: what leaves one is in the next before.
    private static readonly string[] queueNames =
    [
        Flow.Queues.Imports,
        Flow.Queues.Calibrations,
        Flow.Queues.Rollouts,
        Flow.Queues.Rebuilds,
        Flow.Queues.Erasures,
        Flow.Queues.Recalculations,
        Flow.Queues.Notifications,
        Flow.Queues.Robots,
    ];

    private readonly string path = Directory.CreateTempSubdirectory("crm-suite-").FullName;
    private readonly ServiceBusServer bus;

    /// <summary>An empty broker beside a storage.</summary>
    /// <param name="azurite">The storage; the suite makes the tables that are missing.</param>
    /// <param name="locks">How long a queue holds a message for a process that may have died; 5 s or more. Null: as deployed.</param>
    /// <param name="deliveries">Deliveries after which a message counts as poison. Null: as deployed.</param>
    public SuiteFolder(Azurite azurite, TimeSpan? locks = null, int? deliveries = null)
    {
        Storage = azurite.ConnectionString;
        var queues = Path.Combine(path, "servicebus.json");
        File.WriteAllText(queues, Queues(locks, deliveries));
        bus = ServiceBusServer
            .Start(new ServiceBusServerOptions { DataFile = Path.Combine(path, "servicebus.db"), QueuesFile = queues })
            .GetAwaiter()
            .GetResult();
    }

    /// <summary>The connection string of the storage.</summary>
    public string Storage { get; }

    /// <summary>Every file that the processes keep: the broker's with its journal, their keys and whatever else they wrote.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories);

    /// <summary>The connection string of the broker.</summary>
    public string Broker => bus.ConnectionString;

    /// <summary>
    /// Settings of a process on this folder, by their names in the environment: short windows, and people always at work.
    /// </summary>
    public Dictionary<string, string> Settings()
    {
        var own = Directory.CreateDirectory(Path.Combine(path, Guid.NewGuid().ToString("N"))).FullName;
        var secrets = Directory.CreateDirectory(Path.Combine(own, "secrets")).FullName;
        File.WriteAllText(
            Path.Combine(secrets, "host.json"),
            $$"""
            { "masterKey": { "name": "master", "value": "{{Key}}", "encrypted": false },
              "functionKeys": [{ "name": "default", "value": "{{Key}}", "encrypted": false }], "systemKeys": [] }
            """
        );
        return new Dictionary<string, string>
        {
            ["CrmStorage"] = Storage,
            ["AzureWebJobsStorage"] = Storage,
            ["ServiceBusConnection"] = Broker,
            ["AzureFunctionsLocal__DataPath"] = own,
            ["AzureFunctionsJobHost__logging__logLevel__default"] = "Warning",
            ["Handles__Unkeyed"] = "true",
            ["Privacy__TotalsAfter"] = "00:00:00",
            ["Keys__Admin"] = ApiKey.Hash(Key),
            ["Sources__KeyFolder"] = Path.Combine(path, "keys"),
            ["Sources__Refresh"] = "00:00:01",
            ["Debounce__Window"] = "00:00:00.2",
            ["Debounce__Margin"] = "00:00:00.3",
            ["Debounce__ClockSkew"] = "00:00:00.1",
            ["Joining__LookAfter"] = "00:00:06",
            ["BusinessHours__From"] = "00:00",
            ["BusinessHours__To"] = "24:00",
            ["BusinessHours__Days"] = "Mon,Tue,Wed,Thu,Fri,Sat,Sun",
        };
    }

    /// <summary>Waits until no queue has a message, locked and scheduled ones counted.</summary>
    /// <param name="process">Who does the work.</param>
    /// <param name="clock">For the pauses between looks.</param>
    /// <param name="limit">
    /// For so long every message may stay where it is; ten times as long the queues may have messages. A busy machine works through a
    /// backlog slowly, and that is no failure.
    /// </param>
    /// <exception cref="TimeoutException">One of the two has passed; the message lists what is left.</exception>
    public async Task Quiet(SuiteProcess process, TimeProvider clock, TimeSpan limit)
    {
        await using var client = new ServiceBusClient(Broker);
        var (began, progressed, looked) = (clock.GetTimestamp(), clock.GetTimestamp(), clock.GetTimestamp());
        var before = new HashSet<string>(StringComparer.Ordinal);
        for (; ; await Task.Delay(TimeSpan.FromMilliseconds(100), clock))
        {
            if (process.Exited.IsCompleted)
                throw new InvalidOperationException($"The suite ended with status {await process.Exited}:\n{process.Said}");
            if (await IsEmpty(client))
                return;
            if (clock.GetElapsedTime(looked) < TimeSpan.FromSeconds(5))
                continue;

            looked = clock.GetTimestamp();
            var left = await Messages();
            var now = left.Select(message => $"{message.MessageId} {message.SequenceNumber}").ToHashSet(StringComparer.Ordinal);
            if (!before.IsSubsetOf(now))
                progressed = looked;
            before = now;
            if (clock.GetElapsedTime(progressed) <= limit && clock.GetElapsedTime(began) <= limit * 10)
                continue;
            throw new TimeoutException(
                $"The queues are not empty after {clock.GetElapsedTime(began)}, and {clock.GetElapsedTime(progressed)} without progress:\n"
                    + string.Join('\n', left.Take(50).Select(Written))
                    + $"\n{process.Said}"
            );
        }
    }

    /// <summary>What is in all queues, or in all their dead-letter queues; up to a thousand of each.</summary>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> Messages(SubQueue part = SubQueue.None)
    {
        await using var client = new ServiceBusClient(Broker);
        var messages = new List<ServiceBusReceivedMessage>();
        foreach (var queue in queueNames)
            messages.AddRange(await Peek(client, queue, part, 1000));
        return messages;
    }

    /// <summary>Ends the Service Bus and deletes the folder; the storage stays.</summary>
    public void Dispose()
    {
        bus.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(path, recursive: true);
    }

    private static string Written(ServiceBusReceivedMessage message) =>
        $"{message.MessageId}: {message.State}, delivered {message.DeliveryCount} times, scheduled for {message.ScheduledEnqueueTime:O}: {message.Body}";

    private static async Task<bool> IsEmpty(ServiceBusClient client)
    {
        foreach (var queue in queueNames)
        {
            if ((await Peek(client, queue, SubQueue.None, 1)).Count > 0)
                return false;
        }

        return true;
    }

    private static async Task<IReadOnlyList<ServiceBusReceivedMessage>> Peek(ServiceBusClient client, string queue, SubQueue part, int most)
    {
        await using var receiver = client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = part });
        return await receiver.PeekMessagesAsync(most, fromSequenceNumber: 0);
    }

    private static string Queues(TimeSpan? locks, int? deliveries)
    {
        var json = JsonNode.Parse(File.ReadAllText(BuiltFiles.Of("CrmFunctions", "servicebus.json")))!;
        foreach (var properties in json["UserConfig"]!["Namespaces"]![0]!["Queues"]!.AsArray().Select(queue => queue!["Properties"]!))
        {
            if (locks is { } time)
                properties["LockDuration"] = System.Xml.XmlConvert.ToString(time);
            if (deliveries is { } most)
                properties["MaxDeliveryCount"] = most;
        }

        return json.ToJsonString();
    }
}

/// <summary>One life of the suite's real process, from its start to its end. It ends with the tests, whatever way they end.</summary>
public sealed class SuiteProcess : IAsyncDisposable
{
    /// <summary>The status of a process that was ended by SIGKILL.</summary>
    public const int Killed = 137;

    private const int SigTerm = 15;
    private const int Remembered = 5000;
    private const string Listening = "Listening on ";

    private static readonly TimeSpan killedWithin = TimeSpan.FromMinutes(3);

    private readonly Process process = new();
    private readonly ConcurrentQueue<string> lines = new();
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts it at a free port of the system's choice.</summary>
    /// <param name="settings">Its environment, beside the tests' own.</param>
    public SuiteProcess(IReadOnlyDictionary<string, string> settings)
    {
        var start = process.StartInfo;
        start.FileName = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        foreach (
            var argument in new[]
            {
                BuiltFiles.Of("LocalHost", "LocalHost.dll"),
                BuiltFiles.Of("CrmFunctions", "CrmFunctions.dll"),
                "--port",
                "0",
            }
        )
            start.ArgumentList.Add(argument);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.Environment["DOTNET_STARTUP_HOOKS"] = Path.Combine(AppContext.BaseDirectory, "CrmFunctions.CrashInjector.dll");
        foreach (var (name, value) in settings)
            start.Environment[name] = value;

        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Exited = Exit();
    }

    /// <summary>Where it listens, once it does; null before.</summary>
    public Uri? Address => listening.Task.IsCompletedSuccessfully ? listening.Task.Result : null;

    /// <summary>Its end, with its status: <see cref="Killed"/>, or its own.</summary>
    public Task<int> Exited { get; }

    /// <summary>The last lines of its output.</summary>
    public string Said => string.Join('\n', lines);

    /// <summary>Waits until it listens, or has ended.</summary>
    /// <returns>Whether it listens.</returns>
    public async Task<bool> Ready() => await Task.WhenAny(listening.Task, Exited) == listening.Task;

    /// <summary>A client of this process that has the key. Every answer is compared with the OpenAPI document.</summary>
    /// <exception cref="InvalidOperationException">It ended before it listened; the message has what it said.</exception>
    public async Task<HttpClient> Client()
    {
        if (!await Ready())
            throw new InvalidOperationException($"The suite ended with status {await Exited}:\n{Said}");
        return new HttpClient(new DescribedAnswers())
        {
            BaseAddress = Address,
            DefaultRequestHeaders = { { "x-functions-key", SuiteFolder.Key } },
        };
    }

    /// <summary>The customers with an identifier.</summary>
    public async Task<JsonArray> Find(string handle)
    {
        using var client = await Client();
        using var answer = await client.PostAsJsonAsync(
            new Uri("api/customers/find", UriKind.Relative),
            new JsonObject { ["handle"] = handle }
        );
        return JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["customers"]!.AsArray();
    }

    /// <summary>Kills it: SIGKILL.</summary>
    public void Kill() => process.Kill();

    /// <summary>Asks it to end: SIGTERM.</summary>
    public void Terminate() => _ = Signal(process.Id, SigTerm);

    /// <summary>
    /// Waits until it has been killed at the crash point that what it was asked for leads to. The kill may come before the answer.
    /// </summary>
    /// <param name="asked">The request. It may end without an answer; every other failure is thrown.</param>
    /// <exception cref="InvalidOperationException">It ended otherwise than by SIGKILL; the message has what it said.</exception>
    /// <exception cref="TimeoutException">It still runs after three minutes.</exception>
    public async Task KilledOver(Task asked)
    {
        try
        {
            await asked;
        }
        catch (HttpRequestException unanswered) when (unanswered.StatusCode is null)
        {
            // What came of the request is seen in the next process.
        }

        var status = await Exited.WaitAsync(killedWithin, TimeProvider.System);
        if (status != Killed)
            throw new InvalidOperationException($"The suite ended with status {status}, not by SIGKILL:\n{Said}");
    }

    /// <summary>Kills it if it still runs, and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted)
            process.Kill();
        await Exited;
        process.Dispose();
    }

    private async Task<int> Exit()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lines.Enqueue(line);
        while (lines.Count > Remembered && lines.TryDequeue(out _))
        {
            // The oldest goes.
        }

        if (line.StartsWith(Listening, StringComparison.Ordinal))
            listening.TrySetResult(new Uri(line[Listening.Length..]));
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
