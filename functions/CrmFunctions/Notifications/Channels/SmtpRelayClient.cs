using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;

namespace CrmFunctions.Notifications.Channels;

/// <summary>MailKit's client, trusting the roots of a PEM file, or the machine's without one.</summary>
internal sealed class SmtpRelayClient(SmtpConversation conversation, string trustedRoots) : SmtpClient(conversation)
{
    /// <inheritdoc/>
    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(
        string host,
        RemoteCertificateValidationCallback remoteCertificateValidationCallback
    )
    {
        // Lists of revoked certificates are other hosts' answers: a relay behind a firewall would be unreachable for want of them.
        CheckCertificateRevocation = false;
        var options = base.GetSslClientAuthenticationOptions(host, remoteCertificateValidationCallback);
        if (trustedRoots.Length > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(trustedRoots);
        }

        return options;
    }
}
