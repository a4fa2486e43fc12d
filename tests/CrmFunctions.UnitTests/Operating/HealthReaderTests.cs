using Azure;
using CrmFunctions.Operations.HealthChecks;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.UnitTests.Operating;

/// <summary>How the parts are looked at together.</summary>
public sealed class HealthReaderTests
{
    private static readonly DateTimeOffset start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly ManualTimeProvider clock = new(start);

    [Fact]
    public async Task However_many_ask_within_some_seconds_it_is_looked_at_once()
    {
        var storage = new Part(HealthPartNames.Storage);
        using var healthChecks = HealthChecks(storage);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => healthChecks.Read(default)));
        Assert.Equal(1, storage.Looks);
        clock.Advance(TimeSpan.FromSeconds(15));
        await healthChecks.Read(default);
        Assert.Equal(2, storage.Looks);
    }

    [Fact]
    public async Task What_cannot_be_reached_is_bad_since_it_was_first_noticed_and_good_again_when_it_answers()
    {
        var (storage, broker) = (new Part(HealthPartNames.Storage), new Part(HealthPartNames.Broker));
        using var healthChecks = HealthChecks(broker, storage);
        Assert.True(IsReady(await healthChecks.Read(default)));

        storage.Fails = new RequestFailedException(503, "a@example.com", "ServerBusy", null);
        clock.Advance(TimeSpan.FromMinutes(1));
        await healthChecks.Read(default);
        clock.Advance(TimeSpan.FromMinutes(1));
        var look = await healthChecks.Read(default);
        Assert.False(IsReady(look));
        Assert.Equal([HealthPartNames.Storage, HealthPartNames.Broker], look.Tagged(HealthTags.Fresh).Select(part => part.Name));
        Assert.Equal(
            new HealthPart(HealthPartNames.Storage, false, "Table Storage answers 503 ServerBusy.", start.AddMinutes(1)),
            look.Tagged(HealthTags.Ready)[0]
        );
        Assert.Equal(["storage: Table Storage answers 503 ServerBusy."], look.Alarms);

        storage.Fails = null;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty((await healthChecks.Read(default)).Alarms);
    }

    [Fact]
    public async Task A_part_that_does_not_answer_does_not_delay_the_answer()
    {
        using var healthChecks = HealthChecks(new Part(HealthPartNames.Broker) { Hangs = true });
        var asked = healthChecks.Read(default);
        while (!asked.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("It has not answered within 5 s.", Assert.Single((await asked).Tagged(HealthTags.Fresh)).Says);
    }

    [Fact]
    public async Task What_any_failure_says_of_persons_is_neither_answered_nor_logged()
    {
        var lines = new List<string>();
        using var healthChecks = HealthChecks(lines, new Part(HealthPartNames.Broker) { Fails = new ArgumentException("a@example.com") });
        var part = Assert.Single((await healthChecks.Read(default)).Tagged(HealthTags.Fresh));
        Assert.Equal(new HealthPart(HealthPartNames.Broker, false, "It cannot be reached: ArgumentException.", start), part);
        Assert.NotEmpty(lines);
        Assert.DoesNotContain(lines, line => line.Contains("example.com", StringComparison.Ordinal));
    }

    [Fact]
    public void Ready_are_storage_and_broker_fresh_are_all_parts_and_live_is_none()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration[Flow.Storage] = "UseDevelopmentStorage=true";
        builder.Configuration[$"{Flow.ServiceBus}:fullyQualifiedNamespace"] = "health.servicebus.windows.net";
        builder.AddCrm();
        using var app = builder.Build();
        var checks = app.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations;
        Assert.Equal([HealthPartNames.Storage, HealthPartNames.Broker], Tagged(HealthTags.Ready));
        Assert.Equal(HealthPartNames.All, Tagged(HealthTags.Fresh));
        Assert.Equal([HealthTags.Fresh, HealthTags.Ready], checks.SelectMany(check => check.Tags).Distinct().Order());

        IEnumerable<string> Tagged(string tag) => checks.Where(check => check.Tags.Contains(tag)).Select(check => check.Name);
    }

    private static bool IsReady(HealthSnapshot look) => look.Tagged(HealthTags.Ready).All(part => part.Good);

    private HealthReader HealthChecks(params Part[] parts) => HealthChecks([], parts);

    private HealthReader HealthChecks(List<string> lines, params Part[] parts)
    {
        var clocks = new Clocks(clock, clock);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new Lines(lines)));
        foreach (var part in parts)
        {
            services
                .AddHealthChecks()
                .AddCheck(part.Name, new TimeLimitedHealthCheck<Part>(part, clocks), tags: [HealthTags.Ready, HealthTags.Fresh]);
        }

        var library = services.BuildServiceProvider().GetRequiredService<HealthCheckService>();
        return new HealthReader(library, clocks, Options.Create(new HealthOptions()));
    }

    private sealed class Part(string name) : IHealthCheck
    {
        public string Name => name;

        public int Looks { get; private set; }

        public Exception? Fails { get; set; }

        public bool Hangs { get; init; }

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            Looks++;
            await Task.Yield();
            if (Hangs)
                await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
            return Fails is null ? HealthPart.Result(true, "It answers.") : throw Fails;
        }
    }

    private sealed class Lines(List<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> text) =>
            lines.Add($"{text(state, exception)} {exception}");

        public void Dispose() { }
    }
}
