using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>A webhook's receiver on loopback that takes everything and remembers it.</summary>
internal sealed class WebhookStub : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> received = new();
    private readonly WebApplication app;

    private WebhookStub(WebApplication app) => this.app = app;

    /// <summary>What came, repetitions too.</summary>
    public IReadOnlyCollection<Received> Received => received;

    /// <summary>The settings that send here.</summary>
    public IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>
        {
            ["Notifications__Language"] = "en",
            ["Notifications__Webhook__Url"] = app.Urls.Single() + "/hook",
            ["Notifications__Webhook__AllowLoopback"] = "true",
            ["Notifications__Webhook__Secrets__0__Value"] = "whsec_" + Convert.ToBase64String(new byte[32]),
        };

    public static async Task<WebhookStub> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var stub = new WebhookStub(builder.Build());
        stub.app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            stub.received.Enqueue(
                new Received(context.Request.Headers["webhook-id"].ToString(), await reader.ReadToEndAsync(context.RequestAborted))
            );
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        await stub.app.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

/// <summary>A message that came.</summary>
internal sealed record Received(string Id, string Body)
{
    /// <summary>Its data.</summary>
    public JsonNode Data => JsonNode.Parse(Body)!["data"]!;
}
