using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CrmFunctions.Http;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CrmFunctions.IntegrationTests.Notifications;

public sealed class WebhookChannelTests : IDisposable
{
    // standard-webhooks/standard-webhooks@b2fa7b8719fb, libraries/csharp/StandardWebhooks.Tests/WebhookTest.cs (MIT).
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string OldSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    private static readonly DateTimeOffset Now = new(2026, 11, 1, 9, 30, 0, TimeSpan.Zero);

    private readonly ManualClock _clock = new(Now);
    private readonly List<HttpClient> _clients = [];

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(204)]
    public async Task Any_2xx_means_sent(int status)
    {
        await using var receiver = await Receiver.Answering(status);

        Assert.Equal(new SendOutcome.Sent { Detail = $"HTTP {status}" }, await Channel(receiver.Url).Send(Message(), default));
    }

    [Fact]
    public async Task The_receiver_gets_type_timestamp_and_data_signed_over_the_very_bytes()
    {
        await using var receiver = await Receiver.Answering(204);

        await Channel(receiver.Url).Send(Message(), default);

        var received = await receiver.Next();
        Assert.Equal(("POST", "/hook", "application/json"), (received.Method, received.Path, received.Headers["content-type"]));
        Assert.Equal("revisit:2026-11:42", received.Headers["webhook-id"]);
        Assert.Equal(
            """{"type":"customer.revisit","timestamp":"2026-10-31T16:00:00.25Z","data":{"customerId":"42","rule":"revisit","period":"2026-11","text":"王芳 \uD83C\uDF89"}}""",
            received.Body
        );
        Assert.True(Verifies(received, Secret));
        Assert.False(Verifies(received with { Body = received.Body.Replace("42", "43", StringComparison.Ordinal) }, Secret));
        Assert.False(Verifies(received, OldSecret));
    }

    [Fact]
    public async Task Each_try_has_the_same_id_and_body_and_its_own_time()
    {
        await using var receiver = await Receiver.Answering(500);
        var channel = Channel(receiver.Url);

        await channel.Send(Message(), default);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await channel.Send(Message(), default);

        var (first, second) = (await receiver.Next(), await receiver.Next());
        Assert.Equal((first.Headers["webhook-id"], first.Body), (second.Headers["webhook-id"], second.Body));
        Assert.Equal(300, Timestamp(second) - Timestamp(first));
        Assert.True(Verifies(second, Secret));
    }

    [Fact]
    public async Task During_a_rotation_both_secrets_sign_and_after_the_end_of_the_old_one_only_the_new()
    {
        await using var receiver = await Receiver.Answering(200);
        var channel = Channel(
            receiver.Url,
            new WebhookSecret { Value = OldSecret, Until = Now.AddHours(1) },
            new WebhookSecret { Value = Secret }
        );

        await channel.Send(Message(), default);

        var during = await receiver.Next();
        Assert.Equal(2, during.Headers["webhook-signature"].Split(' ').Length);
        Assert.True(Verifies(during, Secret) && Verifies(during, OldSecret));

        _clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        await channel.Send(Message(), default);

        var after = await receiver.Next();
        Assert.True(Verifies(after, Secret) && !Verifies(after, OldSecret));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_failure_and_is_not_followed(int status)
    {
        await using var target = await Receiver.Answering(200);
        await using var receiver = await Receiver.Answering(status, ("Location", target.Url.ToString()));

        var outcome = await Channel(receiver.Url).Send(Message(), default);

        Assert.Equal(new SendOutcome.Failed(SendReason.WebhookRedirected) { Detail = $"HTTP {status}" }, outcome);
        Assert.Equal(0, target.Waiting);
    }

    [Fact]
    public async Task Gone_means_refused_for_good()
    {
        await using var receiver = await Receiver.Answering(410);

        Assert.Equal(
            new SendOutcome.Refused(SendReason.WebhookGone) { Detail = "HTTP 410" },
            await Channel(receiver.Url).Send(Message(), default)
        );
    }

    [Theory]
    [InlineData(429, "120", 120)]
    [InlineData(503, "120", 120)]
    [InlineData(429, "Sun, 01 Nov 2026 09:31:00 GMT", 60)]
    [InlineData(429, "Sun, 01 Nov 2026 09:00:00 GMT", 0)]
    [InlineData(429, "2147483647", 36000)]
    [InlineData(503, "Fri, 31 Dec 9999 23:59:59 GMT", 36000)]
    [InlineData(429, "soon", null)]
    [InlineData(429, "-1", null)]
    [InlineData(503, "", null)]
    public async Task A_receiver_that_asks_for_patience_gets_it_up_to_the_cap(int status, string retryAfter, int? seconds)
    {
        await using var receiver = await Receiver.Answering(status, ("Retry-After", retryAfter));

        var outcome = await Channel(receiver.Url).Send(Message(), default);

        TimeSpan? wait = seconds is { } s ? TimeSpan.FromSeconds(s) : null;
        Assert.Equal(new SendOutcome.Failed(SendReason.WebhookThrottled, wait) { Detail = $"HTTP {status}" }, outcome);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Any_other_answer_is_a_failure_that_may_pass(int status)
    {
        await using var receiver = await Receiver.Answering(status);

        var outcome = await Channel(receiver.Url).Send(Message(), default);

        Assert.Equal(new SendOutcome.Failed(SendReason.WebhookNotAccepted) { Detail = $"HTTP {status}" }, outcome);
    }

    [Theory]
    [InlineData(502)]
    [InlineData(504)]
    public async Task A_gateways_answer_leaves_the_delivery_uncertain(int status)
    {
        await using var receiver = await Receiver.Answering(status);

        var outcome = await Channel(receiver.Url).Send(Message(), default);

        Assert.Equal(new SendOutcome.Uncertain(SendReason.WebhookNoAnswer) { Detail = $"HTTP {status}" }, outcome);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_in_time_may_have_the_message()
    {
        await using var receiver = await Receiver.Start(context => Task.Delay(Timeout.Infinite, context.RequestAborted));

        var sending = Channel(receiver.Url).Send(Message(), default);
        await receiver.Next();
        _clock.Advance(WebhookChannel.Patience);

        Assert.Equal(new SendOutcome.Uncertain(SendReason.WebhookNoAnswer), await sending);
    }

    [Fact]
    public async Task A_receiver_that_drops_the_connection_after_reading_may_have_the_message()
    {
        await using var receiver = await Receiver.Start(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal(new SendOutcome.Uncertain(SendReason.WebhookNoAnswer), await Channel(receiver.Url).Send(Message(), default));
        Assert.Equal(1, receiver.Waiting);
    }

    [Fact]
    public async Task A_shutdown_after_the_request_left_is_uncertain_and_before_it_an_exception()
    {
        await using var receiver = await Receiver.Start(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var shutdown = new CancellationTokenSource();

        var sending = Channel(receiver.Url).Send(Message(), shutdown.Token);
        await receiver.Next();
        await shutdown.CancelAsync();

        Assert.Equal(new SendOutcome.Uncertain(SendReason.WebhookNoAnswer), await sending);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Channel(receiver.Url).Send(Message(), shutdown.Token));
        Assert.Equal(0, receiver.Waiting);
    }

    [Fact]
    public async Task An_answer_of_any_size_is_judged_by_its_head_and_cut_off()
    {
        var cut = new TaskCompletionSource();
        await using var receiver = await Receiver.Start(async context =>
        {
            var chunk = new byte[64 * 1024];
            context.RequestAborted.Register(cut.SetResult);
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk);
        });

        Assert.IsType<SendOutcome.Sent>(await Channel(receiver.Url).Send(Message(), default));
        await cut.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_body_of_10_MB_is_not_read_into_memory_by_any_user_of_the_client()
    {
        await using var receiver = await Receiver.Start(async context =>
        {
            context.Response.ContentLength = 10 * 1024 * 1024;
            for (var i = 0; i < 160 && !context.RequestAborted.IsCancellationRequested; i++)
                await context.Response.Body.WriteAsync(new byte[64 * 1024]);
        });

        Assert.IsType<SendOutcome.Sent>(await Channel(receiver.Url).Send(Message(), default));
        await Assert.ThrowsAsync<HttpRequestException>(() => _clients.Single().GetStringAsync(receiver.Url));
    }

    [Fact]
    public async Task A_refused_connection_certainly_delivered_nothing()
    {
        using var bound = new Socket(SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)bound.LocalEndPoint!).Port}/");

        Assert.Equal(new SendOutcome.Failed(SendReason.WebhookUnreachable), await Channel(url).Send(Message(), default));
    }

    [Fact]
    public async Task A_receiver_that_cannot_be_reached_in_time_certainly_got_nothing()
    {
        var dialling = new TaskCompletionSource();
        var network = new OutgoingNetwork(
            (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.215.14")]),
            async (_, _, ct) =>
            {
                dialling.SetResult();
                await Task.Delay(Timeout.Infinite, ct);
                return Stream.Null;
            }
        );

        var sending = Channel(new Uri("https://example.com/"), network).Send(Message(), default);
        await dialling.Task;
        _clock.Advance(WebhookChannel.Patience);

        Assert.Equal(new SendOutcome.Failed(SendReason.WebhookUnreachable), await sending);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_gets_nothing()
    {
        using var certificate = Receiver.SelfSigned(TimeProvider.System.GetUtcNow());
        await using var receiver = await Receiver.Start(_ => Task.CompletedTask, certificate);

        Assert.Equal(new SendOutcome.Failed(SendReason.WebhookUnreachable), await Channel(receiver.Url).Send(Message(), default));
        Assert.Equal(0, receiver.Waiting);
    }

    [Fact]
    public async Task A_name_that_leads_inside_is_refused_with_the_guards_code()
    {
        var network = new OutgoingNetwork(
            (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("169.254.169.254")]),
            (_, _, _) => throw new InvalidOperationException("No connection may be tried.")
        );

        Assert.Equal(
            new SendOutcome.Refused(OutgoingRefusal.Address),
            await Channel(new Uri("https://example.com/"), network).Send(Message(), default)
        );
        Assert.Equal(
            new SendOutcome.Refused(OutgoingRefusal.Scheme),
            await Channel(new Uri("http://example.com/"), network).Send(Message(), default)
        );
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private static RenderedMessage Message() =>
        Make.Rendered("revisit:2026-11:42", text: "王芳 🎉", at: new DateTimeOffset(2026, 11, 1, 0, 0, 0, 250, TimeSpan.FromHours(8)));

    private WebhookChannel Channel(Uri url, params WebhookSecret[] secrets) => Channel(url, OutgoingNetwork.Machine, secrets);

    private WebhookChannel Channel(Uri url, OutgoingNetwork network, params WebhookSecret[] secrets)
    {
        var options = new WebhookOptions { Url = url, AllowLoopback = true };
        foreach (var secret in secrets.DefaultIfEmpty(new WebhookSecret { Value = Secret }))
            options.Secrets.Add(secret);
        var client = OutgoingHttp.CreateClient(new OutgoingRules(allowLoopback: true), network);
        _clients.Add(client);
        return new WebhookChannel(client, Options.Create(options), _clock, NullLogger<WebhookChannel>.Instance);
    }

    private static long Timestamp(Received received) => long.Parse(received.Headers["webhook-timestamp"], CultureInfo.InvariantCulture);

    /// <summary>What a receiver does, from the text of the standard alone: any <c>v1</c> entry may match, within 300 s.</summary>
    private bool Verifies(Received received, string secret)
    {
        var signed = $"{received.Headers["webhook-id"]}.{received.Headers["webhook-timestamp"]}.{received.Body}";
        var expected = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes(signed));
        return Math.Abs(_clock.GetUtcNow().ToUnixTimeSeconds() - Timestamp(received)) <= 300
            && received
                .Headers["webhook-signature"]
                .Split(' ')
                .Select(entry => entry.Split(','))
                .Any(entry => entry[0] == "v1" && CryptographicOperations.FixedTimeEquals(expected, Convert.FromBase64String(entry[1])));
    }
}
