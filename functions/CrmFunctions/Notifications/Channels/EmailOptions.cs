using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels;

/// <summary>The relay that e-mail goes through. Off when the section is empty.</summary>
public sealed class EmailOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Notifications:Email";

    /// <summary>Name or address of the relay. Required.</summary>
    [Required(ErrorMessage = Section + ":Host is missing: set the name of the SMTP relay.")]
    public string Host { get; set; } = "";

    /// <summary>1 to 65535; default 587. Not 465, which wants TLS before SMTP.</summary>
    [Range(1, 65535, ErrorMessage = Section + ":Port must be from 1 to 65535.")]
    public int Port { get; set; } = 587;

    /// <summary>The sender's address. Required.</summary>
    [Required(ErrorMessage = Section + ":From is missing: set the sender's address.")]
    public string From { get; set; } = "";

    /// <summary>The sender's name as readers see it; up to 100 characters, may be empty.</summary>
    [MaxLength(100, ErrorMessage = Section + ":FromName must have at most 100 characters.")]
    public string FromName { get; set; } = "";

    /// <summary>For relays that ask who sends; empty for none. With <see cref="Password"/> only.</summary>
    public string User { get; set; } = "";

    /// <summary>With <see cref="User"/> only.</summary>
    public string Password { get; set; } = "";

    /// <summary>Refuses to send without TLS and a certificate that is trusted for <see cref="Host"/>. Default true.</summary>
    public bool StartTls { get; set; } = true;

    /// <summary>
    /// A PEM file of the only certificates trusted as the relay's roots, for relays of one's own; empty for the machine's.
    /// </summary>
    public string TrustedRoots { get; set; } = "";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown && Host.Length > 0)
            yield return new($"{Section}:Host must be a host's name or address, without scheme and port.");
        if (Port == 465)
            yield return new($"{Section}:Port 465 wants TLS before SMTP, which is not supported: use 587 with StartTls.");
        if (From.Length > 0 && EmailAddress.Read(From) is null)
            yield return new($"{Section}:From must be one plain address, such as crm@example.com.");
        if (FromName.Any(char.IsControl))
            yield return new($"{Section}:FromName must not have line breaks or other control characters.");
        if (TrustedRoots.Length > 0 && !File.Exists(TrustedRoots))
            yield return new($"{Section}:TrustedRoots must be the path of a PEM file, and there is none.");
        if (User.Length == 0 != (Password.Length == 0))
            yield return new($"{Section}:User and {Section}:Password go together: set both or neither.");
        if (User.Length > 0 && !StartTls)
            yield return new($"{Section}:StartTls must be true where there is a Password, which would else travel in the clear.");
    }
}

/// <summary>Stops the start when the section is wrong.</summary>
[OptionsValidator]
public sealed partial class EmailOptionsValidator : IValidateOptions<EmailOptions>;
