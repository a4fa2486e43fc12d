using Azure.Messaging.ServiceBus;
using LocalServiceBus;

namespace LocalHost.Tests.Processes;

public sealed class ProcessTests : IDisposable
{
    // Five seconds is the shortest lock that Azure allows.
    private const string Queues = """
        { "UserConfig": { "Namespaces": [ { "Name": "test", "Queues": [
          { "Name": "held", "Properties": { "LockDuration": "PT5S", "MaxDeliveryCount": 10, "DefaultMessageTimeToLive": "P1D" } } ] } ] } }
        """;

    private readonly Folder folder = new();

    private readonly ServiceBusServer bus;

    public ProcessTests()
    {
        folder.Write("servicebus.json", Queues);
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
    }

    [Fact]
    public async Task A_program_lists_its_functions_and_serves_them()
    {
        using var app = Start();
        Assert.Contains("Hello: [GET] http://127.0.0.1:", await app.Line("Hello: "), StringComparison.Ordinal);
        Assert.Contains("serviceBusTrigger held", await app.Line("Hold: "), StringComparison.Ordinal);
        Assert.Contains("timerTrigger 0 0 0 1 1 *", await app.Line("Yearly: "), StringComparison.Ordinal);
        using var client = new HttpClient { BaseAddress = await app.Address() };
        Assert.Equal("Hello, Ada.", await client.GetStringAsync("api/hello/Ada"));
        app.Terminate();
        Assert.Equal(0, await app.ExitCode());
    }

    [Fact]
    public async Task On_SIGTERM_what_runs_may_end()
    {
        await Send("a");
        using var app = Start();
        await app.Line("begins a delivery 1");
        app.Terminate();
        await app.Line("Stopping: 1 invocations run");
        app.Type("go on");
        await app.Line("ends a delivery 1");
        Assert.Equal(0, await app.ExitCode());
        Assert.Equal(0, await Left());
    }

    [Fact]
    public async Task On_SIGTERM_what_does_not_end_in_time_is_released_to_the_next_host_at_once()
    {
        await Send("a");
        using (var app = Start(("AzureFunctionsLocal__DrainTimeout", "00:00:00")))
        {
            await app.Line("begins a delivery 1");
            app.Terminate();
            await app.ExitCode();
        }

        using var next = Start();
        await next.Line("begins a delivery 2");
        next.Type("go on");
        await next.Line("ends a delivery 2");
    }

    [Fact]
    public async Task After_SIGKILL_a_restart_gets_the_message_again()
    {
        await Send("a");
        using (var app = Start())
        {
            await app.Line("begins a delivery 1");
            app.Kill();
            await app.ExitCode();
        }

        using var next = Start();
        await next.Line("begins a delivery 2");
        next.Type("go on");
        await next.Line("ends a delivery 2");
        next.Terminate();
        Assert.Equal(0, await next.ExitCode());
        Assert.Equal(0, await Left());
    }

    [Fact]
    public async Task A_run_missed_since_the_last_start_is_made_up()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "data", "timers"));
        folder.Write(
            "data/timers/Yearly.json",
            """{"Last":"2020-01-01T00:00:00Z","Next":"2021-01-01T00:00:00Z","LastUpdated":"2020-01-01T00:00:01Z"}"""
        );
        using (var app = Start())
        {
            await app.Line("yearly, past due: True");
            app.Terminate();
            Assert.Equal(0, await app.ExitCode());
        }

        Assert.DoesNotContain(
            "2020-",
            await File.ReadAllTextAsync(Path.Combine(folder.Path, "data", "timers", "Yearly.json")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_missing_setting_stops_the_program_and_is_named()
    {
        using var app = Start(("Bus", ""));
        Assert.Contains("SampleFunctions.Hold: setting 'Bus' is not set", await app.Line("is not set"), StringComparison.Ordinal);
        Assert.NotEqual(0, await app.ExitCode());
    }

    public void Dispose()
    {
        bus.DisposeAsync().AsTask().GetAwaiter().GetResult();
        folder.Dispose();
    }

    private SampleProcess Start(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["Bus"] = bus.ConnectionString,
            ["AzureFunctionsLocal__DataPath"] = Path.Combine(folder.Path, "data"),
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return new SampleProcess(all);
    }

    private async Task Send(string body)
    {
        await using var client = new ServiceBusClient(bus.ConnectionString);
        await client.CreateSender("held").SendMessageAsync(new ServiceBusMessage(body));
    }

    private async Task<int> Left()
    {
        await using var client = new ServiceBusClient(bus.ConnectionString);
        return (await client.CreateReceiver("held").PeekMessagesAsync(10)).Count;
    }
}
