using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels.Acs;

/// <summary>
/// SMS through Azure Communication Services. The repeatability id makes a repetition the same message; success is said for the recipient,
/// in the body.
/// </summary>
/// <remarks>Source: Azure Communication Services SMS REST API 2021-03-07, "Send".</remarks>
public sealed class AcsSmsChannel(
    [FromKeyedServices(AcsOptions.Section)] HttpClient http,
    IOptions<AcsOptions> options,
    TimeProvider clock,
    ILogger<AcsSmsChannel> logger
) : IChannel
{
    /// <inheritdoc/>
    public string Name => "acs-sms";

    /// <inheritdoc/>
    public string Medium => Channels.Medium.Sms;

    /// <inheritdoc/>
    public ChannelRateLimit? Pace { get; } = AcsPost.PaceOf(options.Value, options.Value.SmsFrom, options.Value.SmsRates);

    /// <summary>True: the same repeatability id is the same message.</summary>
    public bool ResendIsSafe => true;

    /// <inheritdoc/>
    public async Task<SendOutcome> Send(RenderedMessage message, CancellationToken cancellationToken)
    {
        var outcome =
            message.To is { } number && Phones.Normalise(number) is { } recipient
                ? await Post(message, recipient, cancellationToken)
                : new SendOutcome.Refused(SendReason.SmsNumber);
        logger.Tried(this, message, outcome);
        return outcome;
    }

    private Task<SendOutcome> Post(RenderedMessage message, string recipient, CancellationToken cancellationToken)
    {
        var json = new JsonObject
        {
            ["from"] = options.Value.SmsFrom,
            ["smsRecipients"] = new JsonArray(
                new JsonObject
                {
                    ["to"] = recipient,
                    ["repeatabilityRequestId"] = AcsSignature.IdOf(message.Key).ToString(),
                    ["repeatabilityFirstSent"] = message.FirstTriedAt.UtcDateTime.ToString("R", CultureInfo.InvariantCulture),
                }
            ),
            ["message"] = message.Text,
            ["smsSendOptions"] = new JsonObject { ["enableDeliveryReport"] = true },
        };
        return AcsPost.Post(http, options.Value, "/sms?api-version=2021-03-07", json, [], Judge, clock, cancellationToken);
    }

    private static SendOutcome Judge(PlatformAnswer answer)
    {
        if (JsonPost.ByStatus(answer) is { } other)
            return other;
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            var one = json.RootElement.GetProperty("value")[0];
            var status = one.GetProperty("httpStatusCode").GetInt32();
            if (one.GetProperty("successful").GetBoolean())
                return new SendOutcome.Sent(one.TryGetProperty("messageId", out var id) ? id.GetString() : null);
            return status is 429 or >= 500
                ? new SendOutcome.Failed(SendReason.PlatformBusy) { Detail = $"SMS {status}" }
                : new SendOutcome.Refused(SendReason.PlatformRefused) { Detail = $"SMS {status}" };
        }
        catch (Exception unreadable)
            when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException)
        {
            return new SendOutcome.Uncertain(SendReason.NoAnswer);
        }
    }
}
