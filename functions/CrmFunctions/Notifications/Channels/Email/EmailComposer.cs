using System.Security.Cryptography;
using System.Text;
using MimeKit;

namespace CrmFunctions.Notifications.Channels.Email;

/// <summary>
/// Writes a message as an e-mail (RFC 5322, MIME). What came from a customer is encoded: it can add neither header nor recipient.
/// </summary>
internal static class EmailComposer
{
    private const int MaxSubject = 200;

    // RFC 2047: a line with encoded words has at most 76 characters; nine of UTF-8's four bytes give 60, and the first line's frame 9.
    private const int MaxWordRunes = 9;

    /// <summary>How a mail is written: with CRLF line ends, and headers in ASCII but for addresses beyond it.</summary>
    internal static FormatOptions Format { get; } = new() { NewLineFormat = NewLineFormat.Dos };

    /// <summary>The mail as plain text in base64, whose lines are short and ASCII for any text.</summary>
    internal static MimeMessage Compose(RenderedMessage message, EmailAddress recipient, EmailOptions options, DateTimeOffset now)
    {
        var from = EmailAddress.Read(options.From)!;
        var text = new TextPart("plain")
        {
            Text = message.Text.ReplaceLineEndings("\r\n"),
            ContentTransferEncoding = ContentEncoding.Base64,
        };
        if (message.Language is { } language)
            text.Headers.Add(HeaderId.ContentLanguage, language);
        var mail = new MimeMessage
        {
            Date = now.ToUniversalTime(),
            MessageId = MessageId(message.Key, from)[1..^1],
            Body = text,
        };
        mail.From.Add(new MailboxAddress(options.FromName, from.ToString()));
        mail.To.Add(new MailboxAddress("", recipient.ToString()));
        Entitle(mail, OneLine(message.Subject));
        // RFC 3834: out-of-office answers are not wanted.
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        foreach (var (name, value) in message.Headers)
            mail.Headers.Add(name, value);
        return mail;
    }

    /// <summary>The same for each try, so that readers' programs show copies as one; tells nothing of the key.</summary>
    internal static string MessageId(string key, EmailAddress from) =>
        $"<{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16))}@{from.Domain}>";

    private static void Entitle(MimeMessage mail, string subject)
    {
        mail.Subject = subject;
        if (!subject.Contains("=?", StringComparison.Ordinal))
            return;

        // MimeKit leaves what has the form of an encoded word as it is, and readers would decode what a customer wrote.
        var words = subject.EnumerateRunes().Chunk(MaxWordRunes).Select(runes => Encoding.UTF8.GetBytes(string.Concat(runes)));
        var header = mail.Headers[mail.Headers.IndexOf(HeaderId.Subject)];
        header.SetRawValue(
            Encoding.ASCII.GetBytes($" {string.Join("\r\n ", words.Select(word => $"=?utf-8?B?{Convert.ToBase64String(word)}?="))}\r\n")
        );
    }

    private static string OneLine(string subject)
    {
        var line = new StringBuilder();
        foreach (var rune in subject.EnumerateRunes())
        {
            var blank = Rune.IsControl(rune) || Rune.IsWhiteSpace(rune);
            if (blank && (line.Length == 0 || line[^1] == ' '))
                continue;
            if (line.Length >= MaxSubject)
                return line.Append('…').ToString();
            line.Append(blank ? " " : rune.ToString());
        }

        return line.ToString().TrimEnd();
    }
}
