using System.ComponentModel.DataAnnotations;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Http;
using CrmFunctions.Notifications.Channels.Email;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels.Acs;

/// <summary>Azure Communication Services: e-mail, SMS or both. Off when the section is empty.</summary>
public sealed class AcsOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Notifications:Acs";

    // More would not fit into the row that all instances share.
    private const int MostOfARate = 500;

    /// <summary>The resource, such as https://name.communication.azure.com. Required.</summary>
    [Required(ErrorMessage = Section + ":Endpoint is missing: set the address of the Communication Services resource.")]
    public Uri? Endpoint { get; set; }

    /// <summary>One of its access keys, base64. Required.</summary>
    [Required(ErrorMessage = Section + ":Key is missing: set an access key of the Communication Services resource.")]
    public string Key { get; set; } = "";

    /// <summary>The sender's address; empty: no e-mail.</summary>
    public string EmailFrom { get; set; } = "";

    /// <summary>The sender's number or name; empty: no SMS.</summary>
    public string SmsFrom { get; set; } = "";

    /// <summary>E-mails a minute, 1 to 500; a custom domain starts with 30.</summary>
    [Range(1, MostOfARate)]
    public int EmailsPerMinute { get; set; } = 30;

    /// <summary>E-mails an hour, 1 to 500; a custom domain starts with 100.</summary>
    [Range(1, MostOfARate)]
    public int EmailsPerHour { get; set; } = 100;

    /// <summary>SMS a minute, 1 to 500; a toll-free number has 200.</summary>
    [Range(1, MostOfARate)]
    public int SmsPerMinute { get; set; } = 200;

    /// <summary>Lets the resource be on this machine, over http too. For local trials; default false.</summary>
    public bool AllowLoopback { get; set; }

    internal OutgoingRules Rules => new(AllowLoopback);

    internal IReadOnlyList<Rate> EmailRates => [new(EmailsPerMinute, TimeSpan.FromMinutes(1)), new(EmailsPerHour, TimeSpan.FromHours(1))];

    internal IReadOnlyList<Rate> SmsRates => [new(SmsPerMinute, TimeSpan.FromMinutes(1))];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not null && Rules.Refusal(Endpoint) is { } code)
            yield return new($"{Section}:Endpoint may not be called ({code}): it must be https, on a public host.");
        if (!Convert.TryFromBase64String(Key, new byte[Key.Length], out var bytes) || bytes == 0)
            yield return new($"{Section}:Key must be base64, as the portal shows it.");
        if (EmailFrom.Length == 0 && SmsFrom.Length == 0)
            yield return new($"{Section}:EmailFrom or {Section}:SmsFrom must be set.");
        if (EmailFrom.Length > 0 && EmailAddress.Read(EmailFrom) is null)
            yield return new($"{Section}:EmailFrom must be one plain address.");
    }
}

/// <summary>Stops the start when the section is wrong.</summary>
[OptionsValidator]
public sealed partial class AcsOptionsValidator : IValidateOptions<AcsOptions>;
