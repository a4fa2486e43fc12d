using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.TestKit;

/// <summary>
/// A platform of group robots on loopback that keeps to the documented rates: whoever is faster gets the platform's own answer, and is
/// counted.
/// </summary>
/// <remarks>
/// Sources: developer.work.weixin.qq.com/document/path/91770; open.dingtalk.com, custom robots; open.feishu.cn, custom bots;
/// api.slack.com/docs/rate-limits; learn.microsoft.com, Workflows.
/// </remarks>
public sealed class RobotStub : IAsyncDisposable
{
    private static readonly Dictionary<string, (int Count, TimeSpan Window)[]> documented = new()
    {
        ["wecom"] = [(20, TimeSpan.FromMinutes(1))],
        ["dingtalk"] = [(20, TimeSpan.FromMinutes(1))],
        ["feishu"] = [(5, TimeSpan.FromSeconds(1)), (100, TimeSpan.FromMinutes(1))],
        ["slack"] = [(1, TimeSpan.FromSeconds(1))],
        ["teams"] = [(4, TimeSpan.FromSeconds(1))],
    };

    private readonly WebApplication web;
    private readonly string platform;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly List<DateTimeOffset> taken = [];

    /// <summary>Starts it.</summary>
    /// <param name="platform">wecom, dingtalk, feishu, slack or teams.</param>
    /// <param name="clock">By which it counts.</param>
    public RobotStub(string platform, TimeProvider? clock = null)
    {
        (this.platform, this.clock) = (platform, clock ?? TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        web = builder.Build();
        web.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            if (Faults.TryDequeue(out var fault))
                await fault(context);
            else
                await Answer(context, body);
        });
        web.StartAsync().GetAwaiter().GetResult();
    }

    /// <summary>The robot's address.</summary>
    public Uri Url => new($"{web.Urls.Single()}/robot?key=k");

    /// <summary>What was taken: the query and the body of each.</summary>
    public ConcurrentQueue<(string Query, string Body)> Taken { get; } = new();

    /// <summary>Messages that came faster than the platform takes them.</summary>
    public int TooFast { get; private set; }

    /// <summary>What next messages meet instead of an answer.</summary>
    public ConcurrentQueue<Func<HttpContext, Task>> Faults { get; } = new();

    /// <summary>What the messages taken say, line by line.</summary>
    public IEnumerable<string> Lines => Taken.SelectMany(message => TextOf(JsonNode.Parse(message.Body)!).Split('\n'));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task Answer(HttpContext context, string body)
    {
        bool fast;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            fast = documented[platform].Any(limit => taken.Count(at => at > now - limit.Window) >= limit.Count);
            if (fast)
                TooFast++;
            else
                taken.Add(now);
        }

        if (!fast)
            Taken.Enqueue((context.Request.QueryString.Value ?? "", body));
        if (platform == "teams")
            context.Response.StatusCode = fast ? 429 : 202;
        if (platform == "slack" && fast)
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "30");
        await context.Response.WriteAsync(
            (platform, fast) switch
            {
                ("wecom", true) => """{"errcode":45009,"errmsg":"api freq out of limit"}""",
                ("dingtalk", true) => """{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}""",
                ("feishu", true) => """{"code":11232,"msg":"frequency limited"}""",
                ("wecom" or "dingtalk", false) => """{"errcode":0,"errmsg":"ok"}""",
                ("feishu", false) => """{"code":0,"msg":"success","data":{}}""",
                ("slack", false) => "ok",
                _ => "",
            },
            context.RequestAborted
        );
    }

    private string TextOf(JsonNode body) =>
        platform switch
        {
            "wecom" or "dingtalk" => (string)body["text"]!["content"]!,
            "feishu" => (string)body["content"]!["text"]!,
            "slack" => (string)body["text"]!,
            _ => string.Join('\n', body["attachments"]![0]!["content"]!["body"]!.AsArray().Select(block => (string)block!["text"]!)),
        };
}
