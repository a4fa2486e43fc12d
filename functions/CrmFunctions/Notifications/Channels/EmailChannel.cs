using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels;

/// <summary>Sends plain-text e-mail through an SMTP relay.</summary>
/// <remarks>A connection for each message: messages are few, and the outcome of one never hangs on another.</remarks>
public sealed class EmailChannel(IOptions<EmailOptions> options, TimeProvider clock, ILogger<EmailChannel> logger) : IChannel
{
    /// <summary>The channel's name.</summary>
    public const string ChannelName = "email";

    /// <summary>A relay has this long, from the look-up of its name to its last answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public string Name => ChannelName;

    /// <inheritdoc/>
    public string Medium => Channels.Medium.Email;

    /// <summary>False: nothing in SMTP drops a second copy.</summary>
    public bool ResendIsSafe => false;

    /// <inheritdoc/>
    /// <remarks>What was sent carries its Message-ID as the provider's reference: relays log it.</remarks>
    public async Task<SendOutcome> Send(OutgoingMessage message, CancellationToken ct)
    {
        var outcome = EmailAddress.Read(message.Recipient) is { } recipient
            ? await Send(message, recipient, ct)
            : new SendOutcome.Refused(SendReason.EmailAddress);
        logger.Tried(this, message, outcome);
        return outcome;
    }

    private async Task<SendOutcome> Send(OutgoingMessage message, EmailAddress recipient, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        using var tcp = new TcpClient { NoDelay = true };
        SmtpConnection? smtp = null;
        try
        {
            await tcp.ConnectAsync(options.Value.Host, options.Value.Port, either.Token);
            smtp = new SmtpConnection(tcp);
            var outcome = await Talk(smtp, message, recipient, either.Token);
            await TakeLeave(smtp, either.Token);
            return outcome;
        }
        catch (Exception e) when (IsBreak(e) && smtp is { Left: true })
        {
            return new SendOutcome.Uncertain(SendReason.EmailNoAnswer);
        }
        catch (Exception e) when (IsBreak(e) && !ct.IsCancellationRequested)
        {
            return new SendOutcome.Failed(SendReason.EmailUnreachable);
        }
        finally
        {
            smtp?.Dispose();
        }
    }

    private async Task<SendOutcome> Talk(SmtpConnection smtp, OutgoingMessage message, EmailAddress recipient, CancellationToken ct)
    {
        if (await smtp.Reply(ct) is { IsPositive: false } busy)
            return Unready(busy);
        var hello = await smtp.Ask(smtp.Greeting, ct);
        if (options.Value.StartTls && hello.IsPositive)
        {
            if (hello.Offer("STARTTLS") is null || await smtp.Ask("STARTTLS", ct) is { IsPositive: false })
                return new SendOutcome.Failed(SendReason.EmailUnreachable);
            await smtp.Encrypt(options.Value.Host, options.Value.TrustedRoots, ct);
            hello = await smtp.Ask(smtp.Greeting, ct);
        }

        if (!hello.IsPositive)
            return Unready(hello);
        if (await Introduce(smtp, hello, ct) is { IsPositive: false } unknown)
            return Judge(unknown, SendReason.EmailAuthentication);
        if (recipient.IsInternational && hello.Offer("SMTPUTF8") is null)
            return new SendOutcome.Refused(SendReason.EmailAddress);

        var from = EmailAddress.Read(options.Value.From)!;
        var utf8 = recipient.IsInternational || from.IsInternational ? " SMTPUTF8" : "";
        if (await smtp.Ask($"MAIL FROM:<{from}>{utf8}", ct) is { IsPositive: false } sender)
            return Judge(sender, SendReason.EmailMessageRefused);
        if (await smtp.Ask($"RCPT TO:<{recipient}>", ct) is { IsPositive: false } unwanted)
            return Judge(unwanted, unwanted.IsPolicy ? SendReason.EmailMessageRefused : SendReason.EmailRecipientRefused);
        if (await smtp.Ask("DATA", ct) is { Code: not 354 } unready)
            return Judge(unready, SendReason.EmailMessageRefused);

        var answer = await smtp.Deliver(EmailComposer.Compose(message, recipient, options.Value, clock.GetUtcNow()), ct);
        return answer.IsPositive
            ? new SendOutcome.Sent(EmailComposer.MessageId(message.Key, from)) { Detail = Detail(answer) }
            : Judge(answer, SendReason.EmailMessageRefused);
    }

    /// <summary>Says who sends, where a user is set: RFC 4954 with PLAIN, or LOGIN where the relay has only that.</summary>
    private async Task<SmtpReply?> Introduce(SmtpConnection smtp, SmtpReply hello, CancellationToken ct)
    {
        if (options.Value.User.Length == 0)
            return null;
        if (hello.Offer("AUTH") is not { } ways || !(ways.Contains("PLAIN") || ways.Contains("LOGIN")))
            return new SmtpReply(538, []);
        if (ways.Contains("PLAIN"))
            return await smtp.Ask($"AUTH PLAIN {Base64($"\0{options.Value.User}\0{options.Value.Password}")}", ct);

        var reply = await smtp.Ask("AUTH LOGIN", ct);
        if (reply.Code == 334)
            reply = await smtp.Ask(Base64(options.Value.User), ct);
        return reply.Code == 334 ? await smtp.Ask(Base64(options.Value.Password), ct) : reply;
    }

    private static async Task TakeLeave(SmtpConnection smtp, CancellationToken ct)
    {
        try
        {
            await smtp.Ask("QUIT", ct);
        }
        catch (Exception e) when (IsBreak(e))
        {
            // The outcome is known; how the connection ends does not change it.
        }
    }

    /// <summary>A relay that will not talk now has judged nothing, whatever its code.</summary>
    private static SendOutcome.Failed Unready(SmtpReply reply) => new(SendReason.EmailTryLater) { Detail = Detail(reply) };

    private static SendOutcome Judge(SmtpReply reply, string refusal)
    {
        SendOutcome outcome = reply.Code switch
        {
            // Our user or password, not the message: it can go once the setting is right.
            530 or 534 or 535 or 538 => new SendOutcome.Failed(SendReason.EmailAuthentication),
            >= 500 when refusal != SendReason.EmailAuthentication => new SendOutcome.Refused(refusal),
            >= 500 => new SendOutcome.Failed(SendReason.EmailAuthentication),
            _ => new SendOutcome.Failed(SendReason.EmailTryLater),
        };
        return outcome with { Detail = Detail(reply) };
    }

    private static string Detail(SmtpReply reply) => $"SMTP {reply.Code}";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static bool IsBreak(Exception e) =>
        e is IOException or SocketException or AuthenticationException or OperationCanceledException;
}
