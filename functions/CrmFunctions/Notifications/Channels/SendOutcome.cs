namespace CrmFunctions.Notifications.Channels;

/// <summary>
/// What became of one try to send. The kinds are closed; a reason is a code of <see cref="SendReason"/> or of the outgoing guard.
/// </summary>
public abstract record SendOutcome
{
    private SendOutcome() { }

    /// <summary>
    /// The status that was answered, such as <c>HTTP 404</c> or <c>SMTP 550</c>; never the receiver's words. Null without an answer.
    /// </summary>
    public string? Detail { get; init; }

    /// <summary>A reason with the status behind it, as the ledger keeps it.</summary>
    public string Because(string reason) => Detail is null ? reason : $"{reason} ({Detail})";

    /// <summary>The receiver took it.</summary>
    /// <param name="ProviderReference">What the receiver calls the message, when it says so.</param>
    public sealed record Sent(string? ProviderReference = null) : SendOutcome;

    /// <summary>Nothing was delivered, and the same message would be refused again.</summary>
    public sealed record Refused(string Reason) : SendOutcome;

    /// <summary>Certainly nothing was delivered; another try may succeed.</summary>
    /// <param name="Reason"></param>
    /// <param name="RetryAfter">How long the receiver asked to be left alone, capped; null when it did not ask.</param>
    public sealed record Failed(string Reason, TimeSpan? RetryAfter = null) : SendOutcome;

    /// <summary>The message left and no answer came: it may have been delivered.</summary>
    public sealed record Uncertain(string Reason) : SendOutcome;
}

/// <summary>The codes of outcomes. They are stored and counted: never change one.</summary>
public static class SendReason
{
    /// <summary>410: the receiver wants no more; switch the webhook off.</summary>
    public const string WebhookGone = "webhook-gone";

    /// <summary>3xx: never followed, as it would move the signed payload to a place nobody configured.</summary>
    public const string WebhookRedirected = "webhook-redirected";

    /// <summary>429 or 503.</summary>
    public const string WebhookThrottled = "webhook-throttled";

    /// <summary>Any other answer that is not 2xx.</summary>
    public const string WebhookNotAccepted = "webhook-not-accepted";

    /// <summary>No connection, or none that could be trusted: look-up, connect, TLS.</summary>
    public const string WebhookUnreachable = "webhook-unreachable";

    /// <summary>The request left and no answer came, or a gateway answered (502, 504) for a receiver that may have had it.</summary>
    public const string WebhookNoAnswer = "webhook-no-answer";

    /// <summary>The recipient is missing, is not one plain address, or needs SMTPUTF8, which the relay has not.</summary>
    public const string EmailAddress = "email-address";

    /// <summary>5xx to the recipient, other than for policy (5.7.x): a hard bounce.</summary>
    public const string EmailRecipientRefused = "email-recipient-refused";

    /// <summary>5xx to the sender or to the message, or for policy.</summary>
    public const string EmailMessageRefused = "email-message-refused";

    /// <summary>4xx.</summary>
    public const string EmailTryLater = "email-try-later";

    /// <summary>Our user or password, no fault of the message; it can go once the setting is right.</summary>
    public const string EmailAuthentication = "email-authentication";

    /// <summary>No connection, none that could be trusted, or it broke before the message had gone.</summary>
    public const string EmailUnreachable = "email-unreachable";

    /// <summary>The message had gone when the connection broke or the time was over.</summary>
    public const string EmailNoAnswer = "email-no-answer";

    /// <summary>No connection to a platform, or none that could be trusted.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The message left, and no answer came that says what became of it.</summary>
    public const string NoAnswer = "no-answer";

    /// <summary>The platform asks for a slower pace.</summary>
    public const string PlatformThrottled = "platform-throttled";

    /// <summary>The platform says that it could not just now.</summary>
    public const string PlatformBusy = "platform-busy";

    /// <summary>The platform refused the message, and would again.</summary>
    public const string PlatformRefused = "platform-refused";

    /// <summary>The recipient of an SMS is missing, or is no number in E.164.</summary>
    public const string SmsNumber = "sms-number";
}
