using Azure;
using CrmFunctions.Operations.HealthChecks;
using CrmFunctions.TestKit;
using Microsoft.Extensions.Options;

namespace CrmFunctions.UnitTests.Operating;

/// <summary>How the parts are looked at together.</summary>
public sealed class HealthCheckServiceTests
{
    private static readonly DateTimeOffset start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly ManualTimeProvider clock = new(start);

    [Fact]
    public async Task However_many_ask_within_some_seconds_it_is_looked_at_once()
    {
        var storage = new Part(HealthPartNames.Storage);
        using var healthChecks = HealthChecks(storage);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => healthChecks.At(default)));
        Assert.Equal(1, storage.Looks);
        clock.Advance(TimeSpan.FromSeconds(15));
        await healthChecks.At(default);
        Assert.Equal(2, storage.Looks);
    }

    [Fact]
    public async Task What_cannot_be_reached_is_bad_since_it_was_first_noticed_and_good_again_when_it_answers()
    {
        var (storage, broker) = (new Part(HealthPartNames.Storage), new Part(HealthPartNames.Broker));
        using var healthChecks = HealthChecks(broker, storage);
        Assert.True((await healthChecks.At(default)).IsReady);

        storage.Fails = new RequestFailedException(503, "a@example.com", "ServerBusy", null);
        clock.Advance(TimeSpan.FromMinutes(1));
        await healthChecks.At(default);
        clock.Advance(TimeSpan.FromMinutes(1));
        var look = await healthChecks.At(default);
        Assert.False(look.IsReady);
        Assert.Equal([HealthPartNames.Storage, HealthPartNames.Broker], look.Parts.Select(part => part.Name));
        Assert.Equal(
            new HealthPart(HealthPartNames.Storage, false, "Table Storage answers 503 ServerBusy.", start.AddMinutes(1)),
            look.Parts[0]
        );
        Assert.Equal(["storage: Table Storage answers 503 ServerBusy."], look.Alarms);

        storage.Fails = null;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty((await healthChecks.At(default)).Alarms);
    }

    [Fact]
    public async Task A_part_that_does_not_answer_keeps_nobody_waiting()
    {
        using var healthChecks = HealthChecks(new Part(HealthPartNames.Broker) { Hangs = true });
        var asked = healthChecks.At(default);
        while (!asked.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("It has not answered within 5 s.", Assert.Single((await asked).Parts).Says);
    }

    private HealthCheckService HealthChecks(params IHealthPart[] parts) =>
        new(parts, new Clocks(clock, clock), Options.Create(new HealthOptions()));

    private sealed class Part(string name) : IHealthPart
    {
        public IReadOnlyList<string> Names { get; } = [name];

        public int Looks { get; private set; }

        public Exception? Fails { get; set; }

        public bool Hangs { get; init; }

        public async Task<IReadOnlyList<HealthPart>> Look(CancellationToken cancellationToken)
        {
            Looks++;
            await Task.Yield();
            if (Hangs)
                await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
            return Fails is null ? [new HealthPart(name, true, "It answers.")] : throw Fails;
        }
    }
}
