using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CrmFunctions.Notifications.Channels;

/// <summary>A message ready to go: rendered, addressed, and named by a key.</summary>
/// <param name="Key">
/// Idempotency key, the same for each try: 1 to 255 visible ASCII characters without a full stop, which delimits what webhooks sign.
/// </param>
/// <param name="Recipient">One e-mail address; null for a webhook.</param>
/// <param name="Purpose">
/// What the message is about, such as <c>revisit.reminder</c>: letters, digits, <c>_</c> and <c>-</c>, with full stops between. A webhook's
/// <c>type</c>.
/// </param>
/// <param name="Language">BCP 47, such as <c>zh-CN</c>.</param>
/// <param name="Subject">One line. Line breaks and other control characters become spaces where they could do harm.</param>
/// <param name="Text">Plain text.</param>
/// <param name="Payload">A webhook's <c>data</c>; null for e-mail.</param>
/// <param name="At">When what the message tells of happened; the same for each try.</param>
/// <exception cref="ArgumentException">The key, purpose, language or a header is not of the form described.</exception>
public sealed partial record OutgoingMessage(
    string Key,
    string? Recipient,
    string Purpose,
    string Language,
    string Subject,
    string Text,
    JsonElement? Payload,
    DateTimeOffset At
)
{
    /// <inheritdoc cref="OutgoingMessage" path="/param[@name='Key']"/>
    public string Key { get; } = Checked(Key, KeyForm(), nameof(Key));

    /// <inheritdoc cref="OutgoingMessage" path="/param[@name='Purpose']"/>
    public string Purpose { get; } = Checked(Purpose, PurposeForm(), nameof(Purpose));

    /// <inheritdoc cref="OutgoingMessage" path="/param[@name='Language']"/>
    public string Language { get; } = Checked(Language, LanguageForm(), nameof(Language));

    /// <summary>Further headers of an e-mail, such as <c>List-Unsubscribe</c>. Those that address or frame it are not taken.</summary>
    public IReadOnlyDictionary<string, string> Headers
    {
        get;
        init => field = CheckedHeaders(value);
    } = FrozenDictionary<string, string>.Empty;

    /// <summary>When it was first tried: the same for each try, as those want it who drop repetitions.</summary>
    public DateTimeOffset FirstTriedAt { get; init; } = At;

    private static string Checked(string value, Regex form, string name) =>
        form.IsMatch(value) ? value : throw new ArgumentException($"{name} does not have the form {form}.", name);

    private static IReadOnlyDictionary<string, string> CheckedHeaders(IReadOnlyDictionary<string, string> headers) =>
        headers.All(h => HeaderForm().IsMatch(h.Key) && HeaderValueForm().IsMatch(h.Value))
            ? headers
            : throw new ArgumentException(
                "A header's name is not a free one, or its value is not one line of up to 900 ASCII characters.",
                nameof(headers)
            );

    [GeneratedRegex(@"^[!-\-/-~]{1,255}\z")]
    private static partial Regex KeyForm();

    [GeneratedRegex(@"^(?=.{1,100}\z)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\z")]
    private static partial Regex PurposeForm();

    [GeneratedRegex(@"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}\z")]
    private static partial Regex LanguageForm();

    [GeneratedRegex(@"^[ -~]{0,900}\z")]
    private static partial Regex HeaderValueForm();

    [GeneratedRegex(
        @"^(?!(?:from|sender|to|cc|bcc|subject|date|message-id|received|return-path|reply-to|mime-version|auto-submitted|content-.*|resent-.*)\z)[A-Za-z][A-Za-z0-9-]{0,75}\z",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex HeaderForm();
}
