using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.EndToEndTests.Kills;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Telemetry;

/// <summary>Two lives of the real process that a collector listens to: one that records every trace, one as it comes.</summary>
public sealed class ObservedSuite : IAsyncLifetime
{
    /// <summary>Events of the second life, each about somebody else.</summary>
    public const int Events = 400;

    private const string Secret = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private const string Stranger = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(2);

    /// <summary>What must not be told.</summary>
    public static readonly string[] Personal = ["zhang.wei@example.com", "13912345678", "张伟"];

    /// <summary>Keys, secrets of sources and tokens in addresses: what must not be told either.</summary>
    public static readonly string[] Confidential =
    [
        SuiteFolder.Key,
        Secret,
        "crm_canary-of-a-key-in-a-header-0123456789",
        "crm_canary-of-a-key-in-an-address-01234567",
        "Y2FuYXJ5LW9mLWEtY2FsZW5kYXI",
        "Y2FuYXJ5LW9mLWFuLXVuc3Vic2NyaWJl",
    ];

    /// <summary>What the processes wrote on their standard output and error streams.</summary>
    public IReadOnlyList<string> Said => said;

    private readonly List<string> said = [];

    /// <summary>What came of the life that records every trace.</summary>
    public OtlpStub Whole { get; private set; } = null!;

    /// <summary>What came of the life with no variable but the endpoint's.</summary>
    public OtlpStub Usual { get; private set; } = null!;

    /// <summary>The trace that a caller was in.</summary>
    public static string CallersTrace => Stranger.Split('-')[1];

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        (Whole, Usual) = (await OtlpStub.Start(), await OtlpStub.Start());
        using var azurite = new Azurite();
        using var folder = new SuiteFolder(azurite);
        await using var hook = await WebhookStub.Start();
        var settings = folder.Settings();
        settings["Clock__Now"] = Suite.Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        foreach (var (name, value) in hook.Settings)
            settings[name] = value;

        await Live(
            folder,
            new Dictionary<string, string>(settings.Concat(Whole.Settings))
            {
                ["OTEL_TRACES_SAMPLER"] = "always_on",
                ["OTEL_SERVICE_NAME"] = "crm-tested",
            },
            Tell
        );
        await Live(
            folder,
            new Dictionary<string, string>(settings.Concat(Usual.Settings)),
            async (http, _) =>
            {
                await Parallel.ForAsync(
                    0,
                    Events,
                    new ParallelOptions { MaxDegreeOfParallelism = 8 },
                    async (i, _) => await Post(http, "api/events", Sent.Paid($"u{i}", $"usual{i}"))
                );
            }
        );
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Whole.DisposeAsync();
        await Usual.DisposeAsync();
    }

    // A webhook that changes a tier, one whose customer is to be warned about, one of a stranger, and one that is no event.
    private static async Task Tell(HttpClient http, Func<Task> quiet)
    {
        await Post(
            http,
            "api/sources/shop-eu",
            JsonNode.Parse($$"""{"provider":"standard-webhooks","secrets":["whsec_{{Secret}}"]}""")!,
            HttpMethod.Put
        );
        await Hook(http, Person(Sent.Visit("t1", "told", Suite.Now.AddDays(-2))));
        await quiet();
        for (var i = 0; i < 12; i++)
            await Hook(http, Person(Sent.Paid($"t-{i}", "told", "9000.00", at: Suite.Now.AddDays(-i - 1))));
        await quiet();
        await Hook(http, Person(Sent.Paid("w1", "leaving", at: Suite.Now.AddDays(-170))));
        await quiet();
        using var fired = await http.PostAsync(
            new Uri("admin/functions/SendChurnWarnings", UriKind.Relative),
            new StringContent("{}", Encoding.UTF8, "application/json")
        );
        Assert.Equal(202, (int)fired.StatusCode);
        await quiet();
        using var refused = await http.PostAsync(
            new Uri("api/hooks/shop-eu", UriKind.Relative),
            new StringContent(Person(Sent.Visit("x", "x")).ToJsonString())
        );
        Assert.Equal(401, (int)refused.StatusCode);
        await Post(http, "api/events", new JsonObject { ["id"] = Personal[0], ["type"] = "visit" }, expected: 400);
        await Post(http, "api/customers/find", new JsonObject { ["handle"] = Personal[0] });
        foreach (
            var (path, status) in new[]
            {
                ($"api/standards?code={Confidential[3]}", 401),
                ($"api/calendar/{Confidential[4]}", 404),
                ($"api/unsubscribe/{Confidential[5]}", 404),
            }
        )
        {
            using var bare = new HttpClient { BaseAddress = http.BaseAddress };
            bare.DefaultRequestHeaders.Add("Authorization", $"Bearer {(status == 401 ? Confidential[3] : Confidential[2])}");
            using var answer = await bare.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(status, (int)answer.StatusCode);
        }
    }

    private static JsonObject Person(JsonObject sent)
    {
        var customer = sent["data"]!["customer"]!;
        (customer["email"], customer["phone"], customer["name"]) = (
            (string)customer["id"]! == "told" ? Personal[0] : "l" + Personal[0],
            "+86" + Personal[1],
            Personal[2]
        );
        if ((string)customer["id"]! != "told")
            customer.AsObject().Remove("phone");
        return sent;
    }

    private static async Task Hook(HttpClient http, JsonObject body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("api/hooks/shop-eu", UriKind.Relative))
        {
            Content = new ByteArrayContent(bytes),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("traceparent", Stranger);
        foreach (var (name, value) in Webhooks.Standard(Secret, bytes, Guid.NewGuid().ToString("N"), TimeProvider.System.GetUtcNow()))
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.Contains("\"accepted\":1", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task Post(HttpClient http, string path, JsonNode body, HttpMethod? method = null, int? expected = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        using var answer = await http.SendAsync(request);
        Assert.True(
            expected is { } status ? (int)answer.StatusCode == status : answer.IsSuccessStatusCode,
            await answer.Content.ReadAsStringAsync()
        );
    }

    private async Task Live(SuiteFolder folder, Dictionary<string, string> settings, Func<HttpClient, Func<Task>, Task> tell)
    {
        await using var process = new SuiteProcess(settings);
        using var http = await process.Client();
        Task Quiet() => folder.Quiet(process, TimeProvider.System, limit);
        await tell(http, Quiet);
        await Quiet();
        process.Terminate();
        Assert.Equal(0, await process.Exited);
        said.Add(process.Said);
    }
}
