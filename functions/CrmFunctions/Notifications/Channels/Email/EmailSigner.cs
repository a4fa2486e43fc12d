using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.Cryptography;

namespace CrmFunctions.Notifications.Channels.Email;

/// <summary>Signs e-mails in the name of a domain (DKIM, RFC 6376), by rsa-sha256.</summary>
internal sealed class EmailSigner : DkimSigner
{
    /// <summary>
    /// What is signed, where the mail has it (RFC 6376, 5.4.1; RFC 8058 for unsubscribing). From, To, Subject and Date stand twice: a
    /// second one, added on the way, breaks the signature (8.15).
    /// </summary>
    private static readonly string[] Signed =
    [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Content-Type",
        "Content-Transfer-Encoding",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "From",
        "To",
        "Subject",
        "Date",
    ];

    private readonly TimeProvider clock;

    internal EmailSigner(DkimOptions options, TimeProvider clock)
        : base(Pem(options.PrivateKey), options.Domain, options.Selector)
    {
        this.clock = clock;
        HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed;
        BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed;
    }

    /// <summary>Adds the signature. The mail must not be changed afterwards.</summary>
    internal void Sign(MimeMessage mail) => Sign(EmailComposer.Format, mail, Signed);

    /// <inheritdoc/>
    protected override long GetTimestamp() => clock.GetUtcNow().ToUnixTimeSeconds();

    // MimeKit's reader wants each line of a PEM on its own, which settings do not always keep.
    private static MemoryStream Pem(string key)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(key);
        return new MemoryStream(Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem()));
    }
}
