using System.ComponentModel.DataAnnotations;
using CrmFunctions.Notifications.Channels;

namespace CrmFunctions.Notifications.Outcomes;

/// <summary>Who may tell what became of messages.</summary>
public sealed class OutcomeOptions : IValidatableObject
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Outcomes";

    /// <summary><c>whsec_</c> and base64 of 24 to 64 bytes. Empty: nobody may.</summary>
    public string Secret { get; set; } = "";

    /// <summary>An older secret that is still taken, while senders change over.</summary>
    public string OldSecret { get; set; } = "";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Secret.Length > 0 && !WebhookSignature.TryReadSecret(Secret, out _))
            yield return new($"{Section}:Secret must be whsec_ and base64 of 24 to 64 bytes.", [nameof(Secret)]);
        if (OldSecret.Length > 0 && !WebhookSignature.TryReadSecret(OldSecret, out _))
            yield return new($"{Section}:OldSecret must be whsec_ and base64 of 24 to 64 bytes.", [nameof(OldSecret)]);
    }
}
