using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CrmFunctions.Notifications.Channels;

/// <summary>An SMTP connection (RFC 5321): a line is sent, a reply comes back.</summary>
/// <remarks>
/// Not System.Net.Mail.SmtpClient, which cannot say whether a message had left when the connection broke, waits out its own time-out for
/// the answer to a message whatever is cancelled, and writes the Date of the system's clock.
/// </remarks>
internal sealed class SmtpConnection(TcpClient tcp) : IDisposable
{
    private const int MaxReplyLines = 100;

    private readonly byte[] _buffer = new byte[4096];
    private Stream _stream = tcp.GetStream();
    private int _start;
    private int _end;
    private volatile bool _left;

    /// <summary>
    /// Whether the end of a message was sent. Until then nothing can have been delivered: the server may not act on a part.
    /// </summary>
    internal bool Left => _left;

    /// <summary>How this machine names itself: by the address the server sees it under, or sees a router for.</summary>
    internal string Greeting =>
        tcp.Client.LocalEndPoint is IPEndPoint { Address: var address }
            ? address.IsIPv4MappedToIPv6
                ? $"EHLO [{address.MapToIPv4()}]"
                : address.AddressFamily == AddressFamily.InterNetworkV6
                    ? $"EHLO [IPv6:{address}]"
                    : $"EHLO [{address}]"
            : "EHLO localhost";

    /// <summary>Sends a line, which must come from checked parts, and reads the reply.</summary>
    internal async Task<SmtpReply> Ask(string line, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellationToken);
        return await Reply(cancellationToken);
    }

    /// <summary>Sends a message after 354, and reads the reply.</summary>
    internal async Task<SmtpReply> Deliver(ReadOnlyMemory<byte> mail, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(mail, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
        _left = true;
        await _stream.WriteAsync(".\r\n"u8.ToArray(), cancellationToken);
        return await Reply(cancellationToken);
    }

    /// <summary>Goes over to TLS after the server agreed, trusting the roots of a PEM file, or the machine's without one.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The certificate is not trusted for the host.</exception>
    internal async Task Encrypt(string host, string trustedRoots, CancellationToken cancellationToken)
    {
        // What came before TLS could have been put there by anyone (CVE-2011-0411).
        if (_start != _end)
            throw new IOException("The relay spoke before TLS.");

        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = Trust(trustedRoots) },
            cancellationToken
        );
    }

    /// <summary>Reads a reply of one or more lines.</summary>
    /// <exception cref="IOException">The connection ended, or what came is not a reply.</exception>
    internal async Task<SmtpReply> Reply(CancellationToken cancellationToken)
    {
        List<string> lines = [];
        while (lines.Count < MaxReplyLines)
        {
            var line = await Line(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                break;
            if (code is < 200 or > 599 || (line.Length > 3 && line[3] is not (' ' or '-')))
                break;

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
                return new SmtpReply(code, lines);
        }

        throw new IOException("The relay does not speak SMTP.");
    }

    public void Dispose()
    {
        _stream.Dispose();
        tcp.Dispose();
    }

    private async Task<string> Line(CancellationToken cancellationToken)
    {
        for (var seen = 0; ; )
        {
            var end = _buffer.AsSpan(_start + seen, _end - _start - seen).IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _start, seen + end).TrimEnd('\r');
                _start += seen + end + 1;
                return line;
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            seen = _end;
            if (_end == _buffer.Length)
                throw new IOException("The relay's line has no end.");
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += read > 0 ? read : throw new EndOfStreamException("The relay closed the connection.");
        }
    }

    private static X509ChainPolicy? Trust(string trustedRoots)
    {
        if (trustedRoots.Length == 0)
            return null;

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(trustedRoots);
        return policy;
    }
}

/// <summary>A reply: its code, and the lines without it.</summary>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    internal bool IsPositive => Code < 400;

    /// <summary>
    /// Whether the relay says that it dislikes us or our mail, not the recipient (RFC 3463, class 5.7): no reason to strike an address off.
    /// </summary>
    internal bool IsPolicy => Lines.Any(line => line.StartsWith("5.7.", StringComparison.Ordinal));

    /// <summary>The parameters of an extension that EHLO's reply offers; null when it does not.</summary>
    internal IReadOnlyList<string>? Offer(string extension) =>
        Lines
            .Skip(1)
            .Select(line => line.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(words => words.Length > 0 && words[0] == extension)
            ?[1..];
}
