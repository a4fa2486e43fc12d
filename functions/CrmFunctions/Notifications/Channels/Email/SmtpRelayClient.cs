using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace CrmFunctions.Notifications.Channels.Email;

/// <summary>MailKit's client, with the TLS, the trusted roots and the user that the settings ask for.</summary>
internal sealed class SmtpRelayClient(EmailOptions options, SmtpConversation conversation) : SmtpClient(conversation)
{
    /// <summary>Connects, and goes over to TLS where it is wanted.</summary>
    /// <exception cref="SmtpCommandException">The relay refuses to talk, or to go over to TLS.</exception>
    /// <exception cref="NotSupportedException">The relay does not offer STARTTLS, and it is wanted.</exception>
    internal async Task Open(CancellationToken cancellationToken)
    {
        var tls =
            options.ImplicitTls ? SecureSocketOptions.SslOnConnect
            : options.StartTls ? SecureSocketOptions.StartTls
            : SecureSocketOptions.None;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken);
            // This machine names itself by the address the relay sees it under, or sees a router for: its name says nothing out there.
            LocalDomain = (socket.LocalEndPoint as IPEndPoint)?.Address.ToString();
            await ConnectAsync(socket, options.Host, options.Port, tls, cancellationToken);
        }
        finally
        {
            if (!IsConnected)
                socket.Dispose();
        }
    }

    /// <summary>
    /// How the user is told: XOAUTH2 where a token is set, else PLAIN (RFC 4616), or LOGIN where the relay has only that.
    /// </summary>
    /// <returns>Null when the relay offers none of these.</returns>
    internal SaslMechanism? Mechanism()
    {
        if (options.XOAuth2Token.Length > 0)
            return Offers("XOAUTH2") ? new SaslMechanismOAuth2(options.User, options.XOAuth2Token) : null;
        if (Offers("PLAIN"))
            return new SaslMechanismPlain(options.User, options.Password);
        return Offers("LOGIN") ? new SaslMechanismLogin(options.User, options.Password) : null;
    }

    /// <inheritdoc/>
    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(
        string host,
        RemoteCertificateValidationCallback remoteCertificateValidationCallback
    )
    {
        // Lists of revoked certificates are other hosts' answers: a relay behind a firewall would be unreachable for want of them.
        CheckCertificateRevocation = false;
        var tls = base.GetSslClientAuthenticationOptions(host, remoteCertificateValidationCallback);
        if (options.TrustedRoots.Length > 0)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            tls.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(options.TrustedRoots);
        }

        return tls;
    }

    private bool Offers(string mechanism) => AuthenticationMechanisms.Contains(mechanism, StringComparer.OrdinalIgnoreCase);
}
