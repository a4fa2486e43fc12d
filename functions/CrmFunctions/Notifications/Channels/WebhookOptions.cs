using System.ComponentModel.DataAnnotations;
using CrmFunctions.Http;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels;

/// <summary>The webhook that messages go to. Off when the section is empty.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Notifications:Webhook";

    /// <summary>Where to post: https, a public host, port 443, 8443 or one of <see cref="Ports"/>. Required.</summary>
    [Required(ErrorMessage = Section + ":Url is missing: set the https address to post to.")]
    public Uri? Url { get; set; }

    /// <summary>
    /// One or two secrets. Exactly one has no end: the current one. During a rotation the old one stays beside it until its end.
    /// </summary>
    public IList<WebhookSecret> Secrets { get; } = [];

    /// <summary>Ports allowed besides 443 and 8443.</summary>
    public IList<int> Ports { get; } = [];

    /// <summary>Lets the webhook be on this machine, over http too. For local trials; default false.</summary>
    public bool AllowLoopback { get; set; }

    internal OutgoingRules Rules => new(AllowLoopback, Ports);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is not null && Rules.Refusal(Url) is { } code)
            yield return new(
                $"{Section}:Url may not be called ({code}): it must be https without a user, on a public host and an allowed port."
            );

        if (Secrets.Count is < 1 or > 2 || Secrets.Count(s => s.Until is null) != 1)
            yield return new($"{Section}:Secrets must have one secret without Until, and at most one older secret with it.");

        for (var i = 0; i < Secrets.Count; i++)
        {
            if (!WebhookSignature.TryReadSecret(Secrets[i].Value, out _))
                yield return new($"{Section}:Secrets:{i}:Value must be whsec_ and base64 of 24 to 64 bytes.");
        }

        foreach (var port in Ports.Where(port => port is < 1 or > 65535))
            yield return new($"{Section}:Ports must be from 1 to 65535, and {port} is not.");
    }
}

/// <summary>A signing secret.</summary>
public sealed class WebhookSecret
{
    /// <summary><c>whsec_</c> and base64 of 24 to 64 random bytes.</summary>
    public string Value { get; set; } = "";

    /// <summary>The instant it is last signed with, written with its offset; null for the current secret.</summary>
    public DateTimeOffset? Until { get; set; }
}

/// <summary>Stops the start when the section is wrong.</summary>
[OptionsValidator]
public sealed partial class WebhookOptionsValidator : IValidateOptions<WebhookOptions>;
