using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Notifications.Channels;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications;

/// <summary>The message of a row of the ledger.</summary>
public sealed class MessageFactory(IOptions<NotificationOptions> options)
{
    /// <summary>The key that a row's message is sent under, on every channel.</summary>
    public static string KeyOf(MessageRow row) => $"{row.PartitionKey}:{row.Rule}:{row.Period}:{row.Channel}".Replace('.', '_');

    /// <summary>
    /// The message of a row of the ledger, in the words it was begun with: a second try says what the first said, under the same key.
    /// </summary>
    public OutgoingMessage Message(MessageRow row)
    {
        var words = MessageLedger.WordsOf(row) ?? throw new InvalidOperationException($"The ledger's row {row.RowKey} has no words yet.");
        return new OutgoingMessage(
            KeyOf(row),
            words.To ?? (row.Channel is "email" or "acs-email" ? options.Value.To : null),
            $"customer.{row.Rule}",
            words.Language ?? options.Value.Language,
            words.Subject,
            words.Text,
            JsonSerializer.SerializeToElement(words.Payload, NotificationJson.Default.NotificationPayload),
            words.At
        )
        {
            Headers = words.Unsubscribe is { } link
                ? new Dictionary<string, string>
                {
                    ["List-Unsubscribe"] = $"<{link}>",
                    ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click",
                }
                : new Dictionary<string, string>(),
            FirstTriedAt = row.DecidedAt,
        };
    }
}

/// <summary>What is said.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Text">A paragraph.</param>
/// <param name="At">When what is told of happened.</param>
/// <param name="Payload">The same for programs.</param>
/// <param name="To">The address it goes to; null: the channel's own.</param>
/// <param name="Language">The language; null: the setting's.</param>
/// <param name="Unsubscribe">Where the reader can say no more; null where there is nothing to say no to.</param>
public sealed record RenderedMessage(
    string Subject,
    string Text,
    DateTimeOffset At,
    NotificationPayload Payload,
    string? To = null,
    string? Language = null,
    string? Unsubscribe = null
);

/// <summary>What a webhook's <c>data</c> holds.</summary>
public sealed record NotificationPayload(
    string CustomerId,
    string Rule,
    string Period,
    string? Tier,
    string? Stage,
    string? FromTier,
    string? FromStage,
    string Text,
    string? Scheme = null,
    string? Template = null,
    string? Purpose = null,
    string? Subject = null
);

/// <summary>JSON of words in the ledger and of outgoing payloads.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RenderedMessage))]
[JsonSerializable(typeof(NotificationPayload))]
internal sealed partial class NotificationJson : JsonSerializerContext
{
    /// <summary>As it is stored: a Chinese character as itself and not as six of ASCII, for a column has room for 32,768.</summary>
    public static NotificationJson Stored { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
