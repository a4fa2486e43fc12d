using MailKit;
using MailKit.Net.Smtp;

namespace CrmFunctions.Notifications.Channels.Email;

/// <summary>Follows a conversation with a relay for what MailKit's exceptions do not say, and ends one that has no end.</summary>
/// <remarks>Keeps codes and counts, never what was said: passwords go by here.</remarks>
internal sealed class SmtpConversation : IProtocolLogger, ITransferProgress
{
    private const int MaxReplyLines = 100;
    private const int MaxReplyBytes = 64 * 1024;

    private readonly byte[] digits = new byte[3];
    private int bytes;
    private int lines;
    private volatile bool left;

    /// <summary>
    /// Whether the end of the message was given to the connection. Until then nothing can have been delivered: a server may not act on a
    /// part.
    /// </summary>
    internal bool Left => left;

    /// <summary>The code of the last reply, 200 to 599; 0 before the first and after what is none.</summary>
    internal int Code { get; private set; }

    /// <summary>Whether the last that was sent is the command STARTTLS.</summary>
    internal bool AskedForTls { get; private set; }

    /// <inheritdoc/>
    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    /// <inheritdoc/>
    public void LogConnect(Uri uri) { }

    /// <inheritdoc/>
    public void LogClient(byte[] buffer, int offset, int count)
    {
        (bytes, lines) = (0, 0);
        AskedForTls = buffer.AsSpan(offset, count).SequenceEqual("STARTTLS\r\n"u8);
    }

    /// <inheritdoc/>
    /// <exception cref="SmtpProtocolException">More than a reply can be came at once.</exception>
    public void LogServer(byte[] buffer, int offset, int count)
    {
        foreach (var received in buffer.AsSpan(offset, count))
        {
            if (bytes < digits.Length)
                digits[bytes] = received;
            if (++bytes == digits.Length)
                Code = int.TryParse(digits, out var read) && IsReply(read) ? read : 0;
            if (received == '\n')
                lines++;
        }

        if (lines >= MaxReplyLines || bytes > MaxReplyBytes)
            throw new SmtpProtocolException("The relay's reply has no end.");
    }

    /// <inheritdoc/>
    public void Report(long bytesTransferred, long totalSize) => left |= bytesTransferred >= totalSize;

    /// <inheritdoc/>
    /// <remarks>Without a size no part is known to be incomplete.</remarks>
    public void Report(long bytesTransferred) => left = true;

    /// <inheritdoc/>
    public void Dispose() { }

    /// <summary>Whether a code is one that RFC 5321 knows as a final reply or as a call for more.</summary>
    internal static bool IsReply(int code) => code is >= 200 and <= 599;
}
