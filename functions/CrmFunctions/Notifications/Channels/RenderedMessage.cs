using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace CrmFunctions.Notifications.Channels;

/// <summary>
/// A message in words, as it goes over a channel. The ledger keeps it as JSON from the first try on: a second try says what the first said.
/// </summary>
/// <param name="Subject">One line. Line breaks and other control characters become spaces where they could do harm.</param>
/// <param name="Text">Plain text.</param>
/// <param name="At">When what the message tells of happened; the same for each try.</param>
/// <param name="Payload">The same for programs: a webhook's <c>data</c>.</param>
/// <param name="To">The address or number it goes to; null: the channel's own.</param>
/// <param name="Language">BCP 47, such as <c>zh-CN</c>; null in the ledger: the setting's.</param>
/// <param name="Unsubscribe">Where the reader can say no more; null where there is nothing to say no to.</param>
/// <exception cref="ArgumentException">The key, type, language or link is not of the form described.</exception>
public sealed partial record RenderedMessage(
    string Subject,
    string Text,
    DateTimeOffset At,
    MessagePayload Payload,
    string? To = null,
    string? Language = null,
    string? Unsubscribe = null
)
{
    /// <inheritdoc cref="RenderedMessage" path="/param[@name='Language']"/>
    public string? Language
    {
        get;
        init => field = Checked(value, LanguageForm(), nameof(Language));
    } = Checked(Language, LanguageForm(), nameof(Language));

    /// <inheritdoc cref="RenderedMessage" path="/param[@name='Unsubscribe']"/>
    public string? Unsubscribe
    {
        get;
        init => field = Checked(value, LinkForm(), nameof(Unsubscribe));
    } = Checked(Unsubscribe, LinkForm(), nameof(Unsubscribe));

    /// <summary>
    /// Idempotency key, the same for each try: 1 to 255 visible ASCII characters without a full stop, which delimits what webhooks sign. It
    /// is its row's, and not kept beside the words.
    /// </summary>
    [JsonIgnore]
    public string Key
    {
        get;
        init => field = Checked(value, KeyForm(), nameof(Key))!;
    } = "";

    /// <summary>When it was first tried: the same for each try, as those want it who drop repetitions.</summary>
    [JsonIgnore]
    public DateTimeOffset FirstTriedAt { get; init; } = At;

    /// <summary>What it is about, such as <c>customer.revisit</c>: a webhook's <c>type</c>.</summary>
    [JsonIgnore]
    public string Type => Checked($"customer.{Payload.Rule}", TypeForm(), nameof(Type))!;

    /// <summary>The headers of an e-mail by which its reader says no with one click (RFC 8058).</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Name, string Value)> Headers =>
        Unsubscribe is null ? [] : [("List-Unsubscribe", $"<{Unsubscribe}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")];

    /// <summary>As the ledger keeps it. What is said stands in the payload too, and is stored once.</summary>
    internal string ToStored() =>
        JsonSerializer.Serialize(this with { Payload = Payload with { Text = "", Subject = null } }, MessageJson.Stored.RenderedMessage);

    /// <summary>Reads what the ledger keeps.</summary>
    internal static RenderedMessage FromStored(string words)
    {
        var message = JsonSerializer.Deserialize(words, MessageJson.Stored.RenderedMessage)!;
        return message.Payload.Text.Length > 0
            ? message
            : message with
            {
                Payload = message.Payload with { Text = message.Text, Subject = message.Subject },
            };
    }

    private static string? Checked(string? value, Regex form, string name) =>
        value is null || form.IsMatch(value) ? value : throw new ArgumentException($"{name} does not have the form {form}.", name);

    [GeneratedRegex(@"^[!-\-/-~]{1,255}\z")]
    private static partial Regex KeyForm();

    [GeneratedRegex(@"^(?=.{1,100}\z)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\z")]
    private static partial Regex TypeForm();

    [GeneratedRegex(@"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}\z")]
    private static partial Regex LanguageForm();

    [GeneratedRegex(@"^[ -~]{0,898}\z")]
    private static partial Regex LinkForm();
}

/// <summary>What a webhook's <c>data</c> holds.</summary>
public sealed record MessagePayload(
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
[JsonSerializable(typeof(MessagePayload))]
internal sealed partial class MessageJson : JsonSerializerContext
{
    /// <summary>As it is stored: a Chinese character as itself and not as six of ASCII, for a column has room for 32,768.</summary>
    public static MessageJson Stored { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
