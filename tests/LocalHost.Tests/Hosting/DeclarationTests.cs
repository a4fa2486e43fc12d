using LocalHost.Functions;
using LocalHost.Hosting;
using LocalHost.Protocol;
using LocalHost.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace LocalHost.Tests.Hosting;

public sealed class DeclarationTests
{
    private const string Timer = """{"name":"timer","type":"timerTrigger","direction":"In","schedule":"0 0 3 * * *"}""";
    private const string Queue =
        """{"name":"m","type":"serviceBusTrigger","direction":"In","queueName":"q","connection":"Bus","cardinality":"One"}""";
    private const string Http =
        """{"name":"req","type":"httpTrigger","direction":"In","authLevel":"Function","methods":["get"],"route":"x"}""";

    public static TheoryData<string, string, string> Mistakes =>
        new()
        {
            { "X", "", "has no trigger" },
            { "X", Timer + "\n" + Http, "has 2 triggers" },
            { "2nd", Timer, "'2nd' cannot be a function's name" },
            { "host", Timer, "'host' cannot be a function's name" },
            { "X", Timer.Replace("0 0 3 * * *", "%Nowhere%", StringComparison.Ordinal), "setting 'Nowhere' is not set" },
            { "X", Timer.Replace("0 0 3 * * *", "often", StringComparison.Ordinal), "'often' is no schedule" },
            { "X", Http.Replace("\"x\"", "\"x/{id\"", StringComparison.Ordinal), "is not a route template" },
            { "X", Http.Replace("\"x\"", "\"%Nowhere%/x\"", StringComparison.Ordinal), "does not resolve in routes" },
            { "X", Http.Replace("Function", "User", StringComparison.Ordinal), "AuthorizationLevel.User" },
            {
                "X",
                Queue.Replace("\"Bus\"", "\"ServiceBusConnection\"", StringComparison.Ordinal),
                "setting 'ServiceBusConnection' is not set"
            },
            { "X", Queue.Replace("\"connection\":\"Bus\",", "", StringComparison.Ordinal), "setting 'AzureWebJobsServiceBus' is not set" },
            { "X", Queue.Replace("queueName", "topicName", StringComparison.Ordinal), "queues without sessions only" },
            {
                "X",
                Queue.Replace("\"cardinality\"", "\"isSessionsEnabled\":true,\"cardinality\"", StringComparison.Ordinal),
                "queues without sessions only"
            },
            { "X", """{"name":"b","type":"blobTrigger","direction":"In"}""", "has the trigger 'blobTrigger'" },
        };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_function_declared_wrongly_stops_the_start_and_is_named(string name, string bindings, string message)
    {
        var error = Assert.Throws<HostStartException>(() =>
            Read(Declared(name, bindings.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
        );
        Assert.StartsWith("Shop.Functions.Run: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_functions_of_one_name_are_refused_in_any_case() =>
        Assert.Contains(
            "the name 'one' is already that of",
            Assert.Throws<HostStartException>(() => Read(Declared("One", Timer), Declared("one", Timer))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_retry_policy_is_for_timers()
    {
        var function = Declared("X", Queue);
        function.RetryOptions = new RetryOptions
        {
            MaxRetryCount = 3,
            RetryStrategy = RetryOptions.Types.RetryStrategy.FixedDelay,
            DelayInterval = new() { Seconds = 1 },
        };
        Assert.Contains(
            "retry policy, which is for timers",
            Assert.Throws<HostStartException>(() => Read(function)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_connection_to_a_namespace_by_identity_is_explained()
    {
        var error = Assert.Throws<HostStartException>(() =>
            ReadWith(
                new() { ["Named:fullyQualifiedNamespace"] = "crm.servicebus.windows.net" },
                Declared("X", Queue.Replace("Bus\"", "Named\"", StringComparison.Ordinal))
            )
        );
        Assert.Contains("needs a connection string in 'Named' itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_that_is_none_is_refused_with_its_setting()
    {
        var error = Assert.Throws<HostStartException>(() =>
            ReadWith(
                new() { ["ConnectionStrings:Named"] = "no connection" },
                Declared("X", Queue.Replace("Bus\"", "Named\"", StringComparison.Ordinal))
            )
        );
        Assert.Contains("setting 'ConnectionStrings:Named'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_are_in_the_order_of_their_names() =>
        Assert.Equal(
            ["a", "B", "c"],
            Read(Declared("c", Timer), Declared("a", Timer), Declared("B", Timer)).All.Select(function => function.Name)
        );

    [Fact]
    public async Task HTTP_functions_without_the_integration_stop_the_start()
    {
        var error = await Assert.ThrowsAsync<HostStartException>(() =>
            FunctionsTestHost.Start(
                _ => { },
                options =>
                {
                    options.App = typeof(Fine).Assembly;
                    options.Classes.Add(typeof(Fine));
                }
            )
        );
        Assert.Contains("ConfigureFunctionsWebApplication", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_start_lists_the_functions_with_what_starts_them()
    {
        var output = new StringWriter();
        await using var app = await TestApp.Start(
            [typeof(Fine), typeof(Late)],
            options =>
            {
                options.Output = output;
                options.Settings["AzureWebJobs.Late.Disabled"] = "1";
            }
        );
        var text = output.ToString();
        Assert.Contains($"        Fine: [GET,POST] {app.Address}api/fine/{{id:int}}{Environment.NewLine}", text, StringComparison.Ordinal);
        Assert.Contains($"        Late: timerTrigger 0 0 3 * * * (disabled){Environment.NewLine}", text, StringComparison.Ordinal);
        Assert.Contains($"Listening on http://127.0.0.1:{app.Address.Port}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_HTTP_function_is_not_found()
    {
        await using var app = await TestApp.Start<Fine>(options => options.Settings["AzureWebJobs.Fine.Disabled"] = "true");
        Assert.Equal((404, ""), await app.Client.GetAsync("api/fine/1").Read());
    }

    private static FunctionMetadata Declared(string name, params string[] bindings) =>
        new()
        {
            Name = name,
            FunctionId = name,
            EntryPoint = "Shop.Functions.Run",
            RawBindings = { bindings },
        };

    private static FunctionCatalog Read(params FunctionMetadata[] functions) => ReadWith([], functions);

    private static FunctionCatalog ReadWith(Dictionary<string, string?> settings, params FunctionMetadata[] functions)
    {
        settings.TryAdd("Bus", "Endpoint=sb://127.0.0.1;SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return FunctionCatalog.Of(functions, configuration, new HostSettings(new ConfigurationBuilder().Build(), configuration, null));
    }
}

public sealed class Fine
{
    [Function("Fine")]
    public void Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "fine/{id:int}")] HttpRequest request, int id) { }
}

public sealed class Late
{
    [Function("Late")]
    public void Run([TimerTrigger("0 0 3 * * *")] TimerInfo timer) { }
}
