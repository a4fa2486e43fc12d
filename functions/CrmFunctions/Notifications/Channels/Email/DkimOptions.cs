using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace CrmFunctions.Notifications.Channels.Email;

/// <summary>The key that signs each e-mail in the name of a domain (DKIM, RFC 6376). All three or none.</summary>
public sealed partial class DkimOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = EmailOptions.Section + ":Dkim";

    // RFC 8301, 3.2: signers use no less, and verifiers need not know more.
    private const int FewestBits = 1024;
    private const int MostBits = 4096;

    /// <summary>
    /// The domain that signs, in ASCII form; empty for no signature. DMARC wants that of <see cref="EmailOptions.From"/>, or one above it.
    /// </summary>
    public string Domain { get; set; } = "";

    /// <summary>Which of the domain's keys: the public one is the TXT record of <c>SELECTOR._domainkey.DOMAIN</c>.</summary>
    public string Selector { get; set; } = "";

    /// <summary>PEM of an RSA key of 1024 to 4096 bits, PKCS #8 or #1, without a password. 2048 bits are usual.</summary>
    public string PrivateKey { get; set; } = "";

    internal bool IsSet => Domain.Length > 0;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Domain.Length == 0 && Selector.Length == 0 && PrivateKey.Length == 0)
            yield break;
        if (!Labels().IsMatch(Domain))
            yield return new($"{Section}:Domain must be a domain in ASCII form, such as example.com; or set nothing of {Section}.");
        if (!Labels().IsMatch(Selector))
            yield return new($"{Section}:Selector must be one or more labels of letters, digits and hyphens, such as crm2026.");
        if (!IsKey(PrivateKey))
            yield return new(
                $"{Section}:PrivateKey must be the PEM of an RSA key of {FewestBits} to {MostBits} bits that has no password."
            );
    }

    private static bool IsKey(string pem)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.KeySize is >= FewestBits and <= MostBits && key.ExportPkcs8PrivateKey().Length > 0;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // The only way to ask; a public key fails at the export.
            return false;
        }
    }

    [GeneratedRegex(@"^(?=.{1,253}\z)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\z")]
    private static partial Regex Labels();
}
