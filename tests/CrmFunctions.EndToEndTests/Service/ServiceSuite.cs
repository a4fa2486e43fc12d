using System.Text.Json.Nodes;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.EndToEndTests.Service;

/// <summary>A suite with a business clock that the test turns, at work all week, with a webhook that hears what is told.</summary>
public sealed class ServiceSuite : IAsyncDisposable
{
    private readonly Azurite azurite;
    private readonly ManualTimeProvider clock;

    private ServiceSuite(Azurite azurite, Suite suite, ManualTimeProvider clock) =>
        (this.azurite, Suite, this.clock) = (azurite, suite, clock);

    /// <summary>The suite.</summary>
    public Suite Suite { get; }

    /// <summary>What time it is for customers.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Starts it on a Monday, 11:00 in Shanghai.</summary>
    public static async Task<ServiceSuite> Start(
        IReadOnlyDictionary<string, string>? settings = null,
        Action<IServiceCollection>? replace = null
    )
    {
        var azurite = new Azurite();
        var clock = new ManualTimeProvider(Suite.Now);
        var all = new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            ["Standards:FollowEvery"] = "00:00:01",
            ["Notifications:Language"] = "en",
        };
        var suite = await Suite.Start(
            azurite,
            settings: all,
            replace: services =>
            {
                services.AddSingleton(new Clocks(clock, TimeProvider.System));
                replace?.Invoke(services);
            }
        );
        return new ServiceSuite(azurite, suite, clock);
    }

    /// <summary>Turns the clock, and lets everything happen that this brings about.</summary>
    public async Task Turn(DateTimeOffset to)
    {
        Set(to);
        await Suite.Fire("ReclassifyDue");
        foreach (var timer in new[] { "SendChurnWarnings", "SendRevisitReminders", "SweepDuties" })
            await Suite.Fire(timer);
    }

    /// <summary>Turns the clock, and nothing else.</summary>
    public void Set(DateTimeOffset to) => clock.Advance(to - clock.GetUtcNow());

    /// <summary>Fires a timer, and waits until the messages that are there already were worked off.</summary>
    public async Task Fire(string timer)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Assert.Null((await Suite.Host.FireTimer(timer)).Exception);
        await Suite.Host.Idle(bound.Token);
    }

    /// <summary>Puts something, and waits until everybody is decided again.</summary>
    public async Task<JsonNode> Put(string path, string json, int expected = 200)
    {
        var answer = await Send(HttpMethod.Put, path, json, expected);
        if (expected == 200 && answer["revision"] is { } revision)
            await Suite.RolledOut((int)revision);
        return answer;
    }

    /// <summary>Sends JSON, and says what was answered.</summary>
    public async Task<JsonNode> Send(HttpMethod method, string path, string json, int expected = 200)
    {
        var (status, answer) = await Suite.Send(method, path, json);
        Assert.True(status == expected, $"{method} {path} answered {status}: {answer?.ToJsonString()}");
        return answer!;
    }

    /// <summary>An owner's list.</summary>
    public async Task<IReadOnlyList<JsonNode>> Duties(string owner) =>
        [.. (await Suite.Get($"duties?owner={owner}&lang=en"))["duties"]!.AsArray().Select(duty => duty!)];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Suite.DisposeAsync();
        azurite.Dispose();
    }
}
