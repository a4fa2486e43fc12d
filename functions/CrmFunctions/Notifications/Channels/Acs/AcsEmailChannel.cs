using System.Text.Json.Nodes;
using CrmFunctions.Notifications.Channels.Email;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels.Acs;

/// <summary>E-mail through Azure Communication Services. <c>Operation-Id</c> makes a repetition the same operation.</summary>
/// <remarks>Source: Azure Communication Services e-mail REST API 2023-03-31, "Send".</remarks>
public sealed class AcsEmailChannel(
    [FromKeyedServices(AcsOptions.Section)] HttpClient http,
    IOptions<AcsOptions> options,
    TimeProvider clock,
    ILogger<AcsEmailChannel> logger
) : IChannel
{
    /// <inheritdoc/>
    public string Name => "acs-email";

    /// <inheritdoc/>
    public string Medium => Channels.Medium.Email;

    /// <inheritdoc/>
    public ChannelRateLimit? Pace { get; } = AcsPost.PaceOf(options.Value, options.Value.EmailFrom, options.Value.EmailRates);

    /// <summary>True: the same operation id is the same operation.</summary>
    public bool ResendIsSafe => true;

    /// <inheritdoc/>
    public async Task<SendOutcome> Send(RenderedMessage message, CancellationToken cancellationToken)
    {
        var outcome = EmailAddress.Read(message.To) is { } recipient
            ? await Post(message, recipient, cancellationToken)
            : new SendOutcome.Refused(SendReason.EmailAddress);
        logger.Tried(this, message, outcome);
        return outcome;
    }

    private Task<SendOutcome> Post(RenderedMessage message, EmailAddress recipient, CancellationToken cancellationToken)
    {
        var json = new JsonObject
        {
            ["senderAddress"] = options.Value.EmailFrom,
            ["recipients"] = new JsonObject { ["to"] = new JsonArray(new JsonObject { ["address"] = recipient.ToString() }) },
            ["content"] = new JsonObject
            {
                ["subject"] = string.Join(' ', message.Subject.Split('\r', '\n', '\0')),
                ["plainText"] = message.Text,
            },
            ["headers"] = new JsonObject(
                message.Headers.Select(header => KeyValuePair.Create<string, JsonNode?>(header.Name, header.Value))
            ),
        };
        return AcsPost.Post(
            http,
            options.Value,
            "/emails:send?api-version=2023-03-31",
            json,
            [("Operation-Id", AcsSignature.IdOf(message.Key).ToString())],
            Judge,
            clock,
            cancellationToken
        );
    }

    // 202: queued there; bounces are told by callbacks.
    private static SendOutcome Judge(PlatformAnswer answer) => JsonPost.ByStatus(answer) ?? new SendOutcome.Sent();
}
