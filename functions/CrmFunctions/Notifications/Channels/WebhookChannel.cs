using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using CrmFunctions.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels;

/// <summary>Posts messages as Standard Webhooks: <c>{"type","timestamp","data"}</c>, signed with each active secret.</summary>
/// <param name="http">From <see cref="OutgoingHttp"/>.</param>
/// <param name="options"></param>
/// <param name="clock"></param>
/// <param name="logger"></param>
public sealed class WebhookChannel(
    [FromKeyedServices(WebhookChannel.ChannelName)] HttpClient http,
    IOptions<WebhookOptions> options,
    TimeProvider clock,
    ILogger<WebhookChannel> logger
) : IChannel
{
    /// <summary>The channel's name.</summary>
    public const string ChannelName = "webhook";

    /// <summary>A receiver has this long, from the look-up of its name to the head of its answer.</summary>
    public static readonly TimeSpan Patience = HttpDelivery.Patience;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public string Name => ChannelName;

    /// <summary>True: receivers take <c>webhook-id</c> as their idempotency key.</summary>
    public bool ResendIsSafe => true;

    /// <inheritdoc/>
    public async Task<SendOutcome> Send(RenderedMessage message, CancellationToken cancellationToken)
    {
        var outcome = await Post(message, cancellationToken);
        logger.Tried(this, message, outcome);
        return outcome;
    }

    private async Task<SendOutcome> Post(RenderedMessage message, CancellationToken cancellationToken)
    {
        var body = new TrackedContent(Body(message));
        using var request = Request(message, body);
        return await HttpDelivery.Post(
            http,
            request,
            body,
            (response, _) => Task.FromResult(Outcome(response)),
            SendReason.WebhookUnreachable,
            SendReason.WebhookNoAnswer,
            clock,
            cancellationToken
        );
    }

    private HttpRequestMessage Request(RenderedMessage message, TrackedContent body)
    {
        var now = clock.GetUtcNow();
        var signatures = options
            .Value.Secrets.Where(secret => secret.Until is null || now <= secret.Until)
            .OrderBy(secret => secret.Until is not null)
            .Select(secret =>
                WebhookSignature.TryReadSecret(secret.Value, out var key)
                    ? WebhookSignature.Sign(key, message.Key, now, body.Bytes.Span)
                    : throw new InvalidOperationException("A secret that was checked at the start cannot be read.")
            );

        return new HttpRequestMessage(HttpMethod.Post, options.Value.Url)
        {
            Content = body,
            Headers =
            {
                { "webhook-id", message.Key },
                { "webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) },
                { "webhook-signature", string.Join(' ', signatures) },
                { "User-Agent", "CrmFunctions" },
            },
        };
    }

    private static ReadOnlyMemory<byte> Body(RenderedMessage message)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Json))
        {
            writer.WriteStartObject();
            writer.WriteString("type", message.Type);
            writer.WriteString("timestamp", message.At.UtcDateTime);
            writer.WritePropertyName("data");
            JsonSerializer.Serialize(writer, message.Payload, MessageJson.Default.MessagePayload);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private SendOutcome Outcome(HttpResponseMessage response) =>
        response.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new SendOutcome.Sent(),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new SendOutcome.Failed(SendReason.WebhookRedirected),
            HttpStatusCode.Gone => new SendOutcome.Refused(SendReason.WebhookGone),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => new SendOutcome.Failed(
                SendReason.WebhookThrottled,
                HttpDelivery.RetryAfter(response, clock)
            ),
            // A gateway answers for a receiver that may have had the message.
            HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => new SendOutcome.Uncertain(SendReason.WebhookNoAnswer),
            _ => new SendOutcome.Failed(SendReason.WebhookNotAccepted),
        };
}
