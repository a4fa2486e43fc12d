using System.Net;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.IntegrationTests.Notifications;

/// <summary>The suite with a real SMTP server, a webhook's receiver and a robot, for tests that send.</summary>
public sealed class OutgoingSuite : IAsyncLifetime, IDisposable
{
    internal const string OutcomeSecret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly Azurite azurite = new();

    internal Suite Suite { get; private set; } = null!;

    internal SmtpPeer Smtp { get; private set; } = null!;

    internal Receiver Hook { get; private set; } = null!;

    internal RobotStub Robot { get; } = new("wecom");

    public async Task InitializeAsync()
    {
        Smtp = await SmtpPeer.Start();
        Hook = await Receiver.Answering(204);
        Suite = await Suite.Start(
            azurite,
            settings: new Dictionary<string, string>
            {
                ["Notifications:Language"] = "en",
                ["Notifications:To"] = "team@example.com",
                ["Notifications:Email:Host"] = "localhost",
                ["Notifications:Email:Port"] = $"{Smtp.Port}",
                ["Notifications:Email:From"] = "crm@example.com",
                ["Notifications:Email:StartTls"] = "false",
                ["Notifications:Webhook:Url"] = Hook.Url.ToString(),
                ["Notifications:Webhook:AllowLoopback"] = "true",
                ["Notifications:Webhook:Secrets:0:Value"] = "whsec_" + Convert.ToBase64String(new byte[32]),
                ["Notifications:Robots:sales:Platform"] = "wecom",
                ["Notifications:Robots:sales:Url"] = Robot.Url.ToString(),
                ["Notifications:Robots:sales:AllowLoopback"] = "true",
                ["Unsubscribe:Url"] = "https://crm.example.com/api/unsubscribe",
                ["Unsubscribe:Key"] = Convert.ToBase64String(new byte[32]),
                ["Outcomes:Secret"] = "whsec_" + OutcomeSecret,
                ["Permission:AssumedZones"] = "Asia/Shanghai",
            }
        );
    }

    /// <summary>A customer who has been there, and perhaps agreed to marketing by e-mail.</summary>
    internal async Task<Handle> Customer(string name, bool agrees = false, string? timeZone = null, string? email = null)
    {
        var paid = Sent.Paid($"{name}-1", name, email: email ?? $"{name}@example.com", at: TestKit.Suite.Now.AddDays(-40));
        if (timeZone is not null)
            paid["data"]!["customer"]!["timeZone"] = timeZone;
        await Suite.Post(paid);
        if (agrees)
            await Consent(name, granted: true, TestKit.Suite.Now.AddDays(-39));
        await Suite.Settle();
        return Handle.FromKey((string)(await Suite.Customer($"shop:{name}"))["customerId"]!)!.Value;
    }

    internal Task Consent(string name, bool granted, DateTimeOffset at) =>
        Suite.Post(
            Sent.Event(
                "consent.changed",
                $"{name}-consent-{at.Ticks}",
                name,
                at: at,
                data: [("channel", "email"), ("purpose", "marketing"), ("granted", granted), ("wording", "v3"), ("evidence", "form 7")]
            )
        );

    internal static Touch WinBack(string name, params string[] channels) =>
        new(
            "marketing",
            "win-back",
            new Dictionary<string, string> { ["name"] = name, ["offer"] = "ten percent" },
            channels.Length == 0 ? ["email"] : channels,
            Audience.OfCustomer,
            TestKit.Suite.Now
        );

    internal static Touch Welcome(string name, params string[] channels) =>
        new(
            "transactional",
            "welcome",
            new Dictionary<string, string> { ["name"] = name, ["next"] = "Look around." },
            channels.Length == 0 ? ["email"] : channels,
            Audience.OfCustomer,
            TestKit.Suite.Now
        );

    /// <summary>Asks for a touch, and says what the ledger has of its rule.</summary>
    internal async Task<IReadOnlyList<JsonNode>> Say(Handle customer, string rule, string period, Touch touch)
    {
        // Past the queue's own detection of duplicates, as if its history were over: the ledger alone must hold.
        var message = MessageRequest.Of(customer, rule, period, touch);
        message.MessageId = Guid.NewGuid().ToString();
        await Send(message);
        return await Rows(customer, rule, period);
    }

    internal async Task Send(params Azure.Messaging.ServiceBus.ServiceBusMessage[] messages)
    {
        await Suite.Host.Services.GetRequiredService<Bus>().Send(Flow.Queues.Notifications, messages, CancellationToken.None);
        await Suite.Host.Idle();
    }

    internal async Task<IReadOnlyList<JsonNode>> Rows(Handle customer, string rule, string? period = null, string language = "en") =>
        [
            .. (await Suite.Get($"customers/{customer.Key}/messages?lang={language}"))["messages"]!
                .AsArray()
                .Select(row => row!)
                .Where(row => (string)row["rule"]! == rule && (period is null || (string)row["period"]! == period)),
        ];

    /// <summary>The next mail to an address; those to others are passed over.</summary>
    internal async Task<System.Text.Json.JsonElement> Mail(string to)
    {
        while (true)
        {
            var mail = (await Smtp.Next("received")).GetProperty("mail");
            if (mail.GetProperty("to")[0].GetProperty("address").GetString() == to)
                return mail;
        }
    }

    /// <summary>Tells what became of a message, signed.</summary>
    internal async Task<HttpStatusCode> Tell(string key, string kind, string secret = OutcomeSecret, string id = "o1", string? more = null)
    {
        var body = System.Text.Encoding.UTF8.GetBytes(
            $$$"""{ "type": "message.{{{kind}}}", "timestamp": "2026-03-02T02:30:00Z", "data": { "message": "{{{key}}}" {{{more}}} } }"""
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/outcomes") { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in Webhooks.Standard(secret, body, id, TimeProvider.System.GetUtcNow()))
            request.Headers.Add(name, value);
        using var client = Suite.NewClient();
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    public async Task DisposeAsync()
    {
        await Suite.DisposeAsync();
        await Robot.DisposeAsync();
        await Hook.DisposeAsync();
        await Smtp.DisposeAsync();
    }

    public void Dispose() => azurite.Dispose();
}
