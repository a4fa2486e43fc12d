using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels.Email;

/// <summary>The relay that e-mail goes through. Off when the section is empty.</summary>
public sealed class EmailOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Notifications:Email";

    /// <summary>Name or address of the relay. Required.</summary>
    [Required(ErrorMessage = Section + ":Host is missing: set the name of the SMTP relay.")]
    public string Host { get; set; } = "";

    /// <summary>1 to 65535; default 587. 465 with <see cref="ImplicitTls"/>, and only then.</summary>
    [Range(1, 65535, ErrorMessage = Section + ":Port must be from 1 to 65535.")]
    public int Port { get; set; } = 587;

    /// <summary>The sender's address. Required.</summary>
    [Required(ErrorMessage = Section + ":From is missing: set the sender's address.")]
    public string From { get; set; } = "";

    /// <summary>The sender's name as readers see it; up to 100 characters, may be empty.</summary>
    [MaxLength(100, ErrorMessage = Section + ":FromName must have at most 100 characters.")]
    public string FromName { get; set; } = "";

    /// <summary>For relays that ask who sends; empty for none. With <see cref="Password"/> or <see cref="XOAuth2Token"/>.</summary>
    public string User { get; set; } = "";

    /// <summary>With <see cref="User"/> only, and over TLS only.</summary>
    public string Password { get; set; } = "";

    /// <summary>
    /// An OAuth 2.0 access token that stands for a password (SASL XOAUTH2). Visible ASCII characters. It is sent as it is: who set it
    /// renews it before it expires.
    /// </summary>
    public string XOAuth2Token { get; set; } = "";

    /// <summary>
    /// Refuses to send unless the relay goes over to TLS (STARTTLS), with a certificate that is trusted for <see cref="Host"/>. Default
    /// true.
    /// </summary>
    public bool StartTls { get; set; } = true;

    /// <summary>
    /// TLS from the first byte (RFC 8314), as port 465 wants it, in place of <see cref="StartTls"/>; with a trusted certificate, too.
    /// Default false.
    /// </summary>
    public bool ImplicitTls { get; set; }

    /// <summary>
    /// A PEM file of the only certificates trusted as the relay's roots, for relays of one's own; empty for the machine's.
    /// </summary>
    public string TrustedRoots { get; set; } = "";

    /// <summary>The key that signs; empty when the relay signs.</summary>
    [ValidateObjectMembers]
    public DkimOptions Dkim { get; set; } = new();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown && Host.Length > 0)
            yield return new($"{Section}:Host must be a host's name or address, without scheme and port.");
        if (Port == 465 && !ImplicitTls)
            yield return new($"{Section}:Port 465 wants TLS before SMTP: set {Section}:ImplicitTls to true, or use 587 with StartTls.");
        if (Port is 25 or 587 && ImplicitTls)
            yield return new($"{Section}:Port {Port} speaks SMTP before TLS: use 465 with {Section}:ImplicitTls, or StartTls without it.");
        if (From.Length > 0 && EmailAddress.Read(From) is null)
            yield return new($"{Section}:From must be one plain address, such as crm@example.com.");
        if (FromName.Any(char.IsControl))
            yield return new($"{Section}:FromName must not have line breaks or other control characters.");
        if (TrustedRoots.Length > 0 && !File.Exists(TrustedRoots))
            yield return new($"{Section}:TrustedRoots must be the path of a PEM file, and there is none.");
        if (User.Length == 0 != (Password.Length + XOAuth2Token.Length == 0))
            yield return new(
                $"{Section}:User and either {Section}:Password or {Section}:XOAuth2Token go together: set two of them or none."
            );
        if (Password.Length > 0 && XOAuth2Token.Length > 0)
            yield return new($"{Section}:XOAuth2Token stands for {Section}:Password: set only one of them.");
        if (XOAuth2Token.Length > 0 && (User + XOAuth2Token).Any(c => c is < '!' or > '~'))
            yield return new($"{Section}:XOAuth2Token and its {Section}:User must be visible ASCII characters without spaces.");
        if (User.Length > 0 && !StartTls && !ImplicitTls)
            yield return new(
                $"{Section}:StartTls or ImplicitTls must be true where there is a User, whose password would else travel in the clear."
            );
    }
}

/// <summary>Stops the start when the section is wrong.</summary>
[OptionsValidator]
public sealed partial class EmailOptionsValidator : IValidateOptions<EmailOptions>;
