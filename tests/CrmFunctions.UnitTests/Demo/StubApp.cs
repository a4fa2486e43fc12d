using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Demo.Loading;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.UnitTests.Demo;

/// <summary>Speaks the app's HTTP contract from memory, and fails where a test tells it to.</summary>
internal sealed class StubApp : IAsyncDisposable
{
    public const string Key = "k3y";

    private readonly WebApplication web;
    private readonly ConcurrentDictionary<(string Source, string Id), byte> log = new();
    private readonly ConcurrentDictionary<string, (int Rows, int Looks)> imports = new();
    private long folded;

    private StubApp(WebApplication web) => this.web = web;

    /// <summary>
    /// What the next requests with a body meet instead of an answer, or in place of it; <c>true</c> where nothing more is to be said.
    /// </summary>
    public ConcurrentQueue<Func<HttpContext, Task<bool>>> Faults { get; } = new();

    /// <summary>Whether the answer to the request is lost after its work was done.</summary>
    public ConcurrentQueue<bool> LostAnswers { get; } = new();

    public ConcurrentBag<int> BatchSizes { get; } = [];

    public ConcurrentBag<string> Queries { get; } = [];

    /// <summary>What the requests with a file said of its length: nothing where it was sent chunked.</summary>
    public ConcurrentBag<long?> FileLengths { get; } = [];

    /// <summary>Events that each look at the base finds folded more than the last one did.</summary>
    public long FoldsEachLook { get; set; } = 400;

    /// <summary>Where folding stops for good.</summary>
    public long FoldsUpTo { get; set; } = long.MaxValue;

    /// <summary>Event ids that are refused.</summary>
    public HashSet<string> Refuses { get; } = [];

    public Uri Address => new(web.Urls.First());

    public int Logged => log.Count;

    public Api Api(TimeProvider clock, string key = Key) => new(Address, _ => key, clock);

    public static async Task<StubApp> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        var stub = new StubApp(web);
        web.Use(stub.Guard);
        web.MapPost("/api/events", (Delegate)stub.Events);
        web.MapPost("/api/imports", (Delegate)stub.Import);
        web.MapPost("/api/imports/preview", (Delegate)Preview);
        web.MapGet("/api/imports/{id}", stub.Imported);
        web.MapGet(
            "/api/imports/{id}/rows",
            (string id, string format) => Results.Text($"row,status,column,problem\r\n2,accepted,,\r\n", "text/csv")
        );
        web.MapGet("/api/reports/base", stub.Base);
        web.MapGet("/api/health/details", () => new Health("ready", new Cli.Demo.Loading.OperationCounts(50_000, 30_000, 10_000, 5, 3)));
        web.MapGet(
            "/api/customers/{id}/receipt",
            (string id, string lang) => new { text = lang == "en" ? $"{id} is Diamond." : $"{id} 是钻石。" }
        );
        web.MapGet(
            "/api/reports/churn-warnings",
            (string lang) =>
                new ChurnWarnings(
                    DateTimeOffset.UnixEpoch,
                    2,
                    [
                        new(
                            "c2",
                            new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero),
                            lang == "en" ? "Silent for 60 days." : "沉默 60 天。"
                        ),
                    ]
                )
        );
        web.MapPost("/api/calibrations", () => Results.Json(new { scheme = "value", status = "queued" }, statusCode: 202));
        web.MapGet(
            "/api/calibrations",
            () =>
                new
                {
                    runs = new[]
                    {
                        new
                        {
                            scheme = "value",
                            status = "done",
                            read = 3,
                            outcome = "used",
                            version = "c1",
                        },
                    },
                }
        );
        web.MapGet(
            "/api/reports/at-risk",
            (string lang) =>
                new AtRisk(
                    "CNY",
                    "nbd",
                    90,
                    [new("c2", 0.62, 1200, "recency", lang == "en" ? "62 % not to order within 90 days." : "未来 90 天不下单的概率 62%。")]
                )
        );
        web.MapPut("/api/owners/{owner}", (string owner) => new { id = owner });
        web.MapPut("/api/plans/{scheme}", (string scheme) => new { scheme, revision = 2 });
        web.MapGet(
            "/api/standards",
            () =>
                new
                {
                    revision = 2,
                    rollout = new
                    {
                        revision = 2,
                        asked = 3,
                        finished = true,
                    },
                }
        );
        web.MapGet(
            "/api/duties",
            (string owner, string lang) =>
                new Duties(
                    owner,
                    7,
                    "PT3H30M",
                    [
                        new(
                            "c2",
                            "Ada",
                            lang == "en" ? "Diamond" : "钻石",
                            lang == "en" ? "Revisit" : "回访",
                            lang == "en" ? "Visit planned." : "按计划回访。",
                            1200,
                            "CNY"
                        ),
                    ]
                )
        );
        web.MapGet(
            "/api/customers/{id}/messages",
            (string id, string lang) =>
                new Messages(id, [new("win-back", "email", "suppressed", "no-consent", lang == "en" ? "never agreed" : "从未同意")])
        );
        await web.StartAsync();
        return stub;
    }

    public static Task<bool> Unavailable(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "7";
        return Task.FromResult(true);
    }

    public static async Task<bool> ResetsInTheMiddle(HttpContext context)
    {
        await context.Request.Body.ReadAtLeastAsync(new byte[40], 40);
        context.Abort();
        return true;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task Guard(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers.Authorization != $"Bearer {Key}")
        {
            await Results.Problem("The key is not one of this app.", statusCode: 401, title: "Unauthorized").ExecuteAsync(context);
            return;
        }

        if (context.Request.Method == "POST" && Faults.TryDequeue(out var fault) && await fault(context))
            return;
        await next(context);
    }

    private async Task<IResult> Events(HttpContext context)
    {
        if (context.Request.ContentType?.StartsWith("application/cloudevents-batch+json", StringComparison.Ordinal) != true)
            return Results.Problem("A batch is application/cloudevents-batch+json.", statusCode: 415);
        var batch = (JsonArray)(await JsonNode.ParseAsync(context.Request.Body))!;
        BatchSizes.Add(batch.Count);
        var answers = batch.Select(Take).ToList();
        if (!LostAnswers.TryDequeue(out var lost) || !lost)
            return Results.Json(new { events = answers }, statusCode: 202);
        context.Abort();
        return Results.Empty;
    }

    private AcceptedEvent Take(JsonNode? happened)
    {
        var id = (string)happened!["id"]!;
        if (Refuses.Contains(id))
            return new AcceptedEvent(id, "refused", null, [new FileProblem("`data.amount`", "is a decimal.")]);
        return new AcceptedEvent(id, log.TryAdd(((string)happened["source"]!, id), 0) ? "accepted" : "duplicate", "c1", null);
    }

    private async Task<IResult> Import(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync();
        var rows = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1;
        Queries.Add(context.Request.QueryString.Value!);
        FileLengths.Add(context.Request.ContentLength);
        var id = string.Create(CultureInfo.InvariantCulture, $"i{text.Length}");
        imports[id] = (rows, 0);
        return Results.Accepted(
            $"/api/imports/{id}",
            new
            {
                id,
                rows,
                status = "accepted",
            }
        );
    }

    private static async Task<IResult> Preview(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var header = (await reader.ReadLineAsync())!;
        var mapping = new Mapping(
            "orders",
            new Dictionary<string, string> { ["customer"] = header.Split(',')[0] },
            "CNY",
            "Asia/Shanghai",
            "point",
            null
        );
        FileProblem[] problems = header.Contains("amount", StringComparison.Ordinal)
            ? []
            : [new("amount", "no column is known as the order's amount")];
        return Results.Json(new Preview("UTF-8", ",", mapping, 1, [], problems, []));
    }

    // Half of the rows are done at the first look, all at the second; the last row is refused.
    private Import Imported(string id)
    {
        var (rows, looks) = imports[id] = (imports[id].Rows, imports[id].Looks + 1);
        var done = Math.Min(rows, rows * looks / 2);
        for (var row = 0; row < done - 1; row++)
            log.TryAdd((id, row.ToString(CultureInfo.InvariantCulture)), 0);
        return done < rows
            ? new Import(id, "running", rows, done, done, 0, 0, null)
            : new Import(id, "completed", rows, rows, rows - 1, 0, 1, [new(rows + 1, "amount", "n/a is no amount; write 12.50.")]);
    }

    private BaseReport Base()
    {
        folded = Math.Min(Math.Min(log.Count, FoldsUpTo), folded + FoldsEachLook);
        return Make.Base(events: folded, hash: string.Create(CultureInfo.InvariantCulture, $"h{folded}"));
    }
}
