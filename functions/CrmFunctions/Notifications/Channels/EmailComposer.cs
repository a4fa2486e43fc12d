using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CrmFunctions.Notifications.Channels;

/// <summary>
/// Writes a message as an e-mail (RFC 5322, MIME). What came from a customer is encoded: it can add neither header nor recipient.
/// </summary>
internal static class EmailComposer
{
    private const int MaxSubject = 200;

    // RFC 2047: an encoded word has at most 75 characters; 45 bytes give 60, and the frame 12.
    private const int MaxWordBytes = 45;

    /// <summary>The mail with CRLF line ends. No line starts with a full stop, so that none needs another before SMTP.</summary>
    internal static byte[] Compose(OutgoingMessage message, EmailAddress recipient, EmailOptions options, DateTimeOffset now)
    {
        var from = EmailAddress.Read(options.From)!;
        var mail = new StringBuilder();
        void Header(string name, string value) => mail.Append(name).Append(": ").Append(value).Append("\r\n");

        Header("Date", now.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header("From", options.FromName.Length > 0 ? $"{Encoded(options.FromName)}\r\n <{from}>" : from.ToString());
        Header("To", recipient.ToString());
        Header("Subject", Encoded(OneLine(message.Subject)));
        Header("Message-ID", MessageId(message.Key, from));
        Header("Content-Language", message.Language);
        // RFC 3834: out-of-office answers are not wanted.
        Header("Auto-Submitted", "auto-generated");
        foreach (var (name, value) in message.Headers)
            Header(name, value);
        Header("MIME-Version", "1.0");
        Header("Content-Type", "text/plain; charset=utf-8");
        Header("Content-Transfer-Encoding", "base64");
        mail.Append("\r\n");

        var text = Encoding.UTF8.GetBytes(message.Text.ReplaceLineEndings("\r\n"));
        mail.Append(Convert.ToBase64String(text, Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\r\n")).Append("\r\n");
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    /// <summary>The same for each try, so that readers' programs show copies as one; tells nothing of the key.</summary>
    internal static string MessageId(string key, EmailAddress from) =>
        $"<{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16))}@{from.Domain}>";

    /// <summary>RFC 2047 words, folded, each of whole characters; so whatever stands in the text is text.</summary>
    private static string Encoded(string text)
    {
        List<string> words = [];
        var bytes = new List<byte>(MaxWordBytes);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            if (bytes.Count + length > MaxWordBytes)
                Flush();
            bytes.AddRange(utf8[..length]);
        }

        Flush();
        return string.Join("\r\n ", words);

        void Flush()
        {
            if (bytes.Count == 0)
                return;
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=");
            bytes.Clear();
        }
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
