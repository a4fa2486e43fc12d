using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels.Email;

/// <summary>Sends plain-text e-mail through an SMTP relay.</summary>
/// <remarks>A connection for each message: messages are few, and the outcome of one never hangs on another.</remarks>
public sealed class EmailChannel(IOptions<EmailOptions> options, TimeProvider clock, ILogger<EmailChannel> logger) : IChannel
{
    /// <summary>The channel's name.</summary>
    public const string ChannelName = "email";

    /// <summary>A relay has this long, from the look-up of its name to its last answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly EmailSigner? signer = options.Value.Dkim.IsSet ? new(options.Value.Dkim, clock) : null;

    /// <inheritdoc/>
    public string Name => ChannelName;

    /// <inheritdoc/>
    public string Medium => Channels.Medium.Email;

    /// <summary>False: nothing in SMTP drops a second copy.</summary>
    public bool ResendIsSafe => false;

    /// <inheritdoc/>
    /// <remarks>What was sent carries its Message-ID as the provider's reference: relays log it.</remarks>
    public async Task<SendOutcome> Send(RenderedMessage message, CancellationToken cancellationToken)
    {
        var outcome = EmailAddress.Read(message.To) is { } recipient
            ? await Send(message, recipient, cancellationToken)
            : new SendOutcome.Refused(SendReason.EmailAddress);
        logger.Tried(this, message, outcome);
        return outcome;
    }

    private async Task<SendOutcome> Send(RenderedMessage message, EmailAddress recipient, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var conversation = new SmtpConversation();
        using var relay = new SmtpRelayClient(options.Value, conversation);
        try
        {
            var outcome =
                await Connect(relay, conversation, either.Token)
                ?? await Authenticate(relay, conversation, either.Token)
                ?? await Deliver(relay, conversation, message, recipient, either.Token);
            // The outcome is known; how the connection ends does not change it.
            await relay.DisconnectAsync(quit: true, either.Token);
            return outcome;
        }
        catch (Exception e) when (IsBreak(e) && conversation.Left)
        {
            return new SendOutcome.Uncertain(SendReason.EmailNoAnswer);
        }
        catch (Exception e) when (IsBreak(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new SendOutcome.Failed(SendReason.EmailUnreachable);
        }
    }

    /// <returns>Null when the relay is ready.</returns>
    private static async Task<SendOutcome?> Connect(
        SmtpRelayClient relay,
        SmtpConversation conversation,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await relay.Open(cancellationToken);
            return null;
        }
        catch (NotSupportedException)
        {
            // STARTTLS is wanted, and not offered.
            return new SendOutcome.Failed(SendReason.EmailUnreachable);
        }
        catch (Exception e) when (e is SmtpCommandException or SmtpProtocolException or IOException && conversation.Code >= 400)
        {
            // A relay that refuses the greeting has not judged the message, with any code; some hang up with it.
            return conversation.AskedForTls
                ? new SendOutcome.Failed(SendReason.EmailUnreachable)
                : new SendOutcome.Failed(SendReason.EmailTryLater) { Detail = Detail(conversation.Code) };
        }
    }

    /// <returns>Null when the relay knows the user, or none is set.</returns>
    private async Task<SendOutcome?> Authenticate(SmtpRelayClient relay, SmtpConversation conversation, CancellationToken cancellationToken)
    {
        if (options.Value.User.Length == 0)
            return null;
        if (relay.Mechanism() is not { } mechanism)
            return new SendOutcome.Failed(SendReason.EmailAuthentication);

        try
        {
            await relay.AuthenticateAsync(mechanism, cancellationToken);
            return null;
        }
        catch (AuthenticationException) when (conversation.Code > 0)
        {
            return Judge(conversation.Code, SendReason.EmailAuthentication);
        }
    }

    /// <returns>The relay's answer to the sender, the recipient or the message, whichever was the last.</returns>
    private async Task<SendOutcome> Deliver(
        SmtpRelayClient relay,
        SmtpConversation conversation,
        RenderedMessage message,
        EmailAddress recipient,
        CancellationToken cancellationToken
    )
    {
        var from = EmailAddress.Read(options.Value.From)!;
        if (recipient.IsInternational && !relay.Capabilities.HasFlag(SmtpCapabilities.UTF8))
            return new SendOutcome.Refused(SendReason.EmailAddress);
        // MailKit would use it for a domain that has an ASCII form, too: relays further on may not have it.
        if (!recipient.IsInternational && !from.IsInternational)
            relay.Capabilities &= ~SmtpCapabilities.UTF8;

        var sent = new SendOutcome.Sent(EmailComposer.MessageId(message.Key, from));
        try
        {
            using var mail = EmailComposer.Compose(message, recipient, options.Value, clock.GetUtcNow());
            signer?.Sign(mail);
            await relay.SendAsync(EmailComposer.Format, mail, cancellationToken, conversation);
            return sent with { Detail = Detail((int)SmtpStatusCode.Ok) };
        }
        catch (ServiceNotAuthenticatedException)
        {
            return Judge((int)SmtpStatusCode.AuthenticationRequired, SendReason.EmailAuthentication);
        }
        catch (SmtpCommandException e) when (SmtpConversation.IsReply((int)e.StatusCode))
        {
            var code = (int)e.StatusCode;
            return e.ErrorCode == SmtpErrorCode.MessageNotAccepted && code < 400 ? sent with { Detail = Detail(code) }
                : e.ErrorCode == SmtpErrorCode.RecipientNotAccepted && !IsPolicy(e) ? Judge(code, SendReason.EmailRecipientRefused)
                : Judge(code, SendReason.EmailMessageRefused);
        }
    }

    private static SendOutcome Judge(int code, string refusal)
    {
        SendOutcome outcome = code switch
        {
            // Our user or password, not the message: it can go once the setting is right.
            530 or 534 or 535 or 538 => new SendOutcome.Failed(SendReason.EmailAuthentication),
            >= 500 when refusal != SendReason.EmailAuthentication => new SendOutcome.Refused(refusal),
            >= 500 => new SendOutcome.Failed(SendReason.EmailAuthentication),
            _ => new SendOutcome.Failed(SendReason.EmailTryLater),
        };
        return outcome with { Detail = Detail(code) };
    }

    /// <summary>
    /// Whether the relay says that it dislikes us or our mail, not the recipient (RFC 3463, class 5.7): no reason to strike an address off.
    /// </summary>
    private static bool IsPolicy(SmtpCommandException refusal) =>
        refusal.Message.Split('\n').Any(line => line.StartsWith("5.7.", StringComparison.Ordinal));

    private static string Detail(int code) => $"SMTP {code}";

    private static bool IsBreak(Exception e) =>
        e
            is IOException
                or SocketException
                or ProtocolException
                or CommandException
                or AuthenticationException
                or SslHandshakeException
                or OperationCanceledException;
}
