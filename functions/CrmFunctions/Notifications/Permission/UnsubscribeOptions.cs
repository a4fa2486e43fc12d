using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Notifications.Permission;

/// <summary>Where readers say that they want no more. Without it nothing is sent whose text needs it.</summary>
public sealed class UnsubscribeOptions : IValidatableObject
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Unsubscribe";

    /// <summary>
    /// The public address of the suite's route, such as https://crm.example.com/api/unsubscribe. Empty: no marketing e-mail.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>base64 of 32 to 64 random bytes that tokens are made with.</summary>
    public string Key { get; set; } = "";

    /// <summary>An older key, whose tokens are still taken: people keep mails for years.</summary>
    public string OldKey { get; set; } = "";

    internal bool IsOn => Url.Length > 0;

    internal IEnumerable<byte[]> Keys => new[] { Key, OldKey }.Where(key => key.Length > 0).Select(Convert.FromBase64String);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url.Length == 0 && Key.Length == 0)
            yield break;
        if (
            !Uri.TryCreate(Url, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback)
            || url.Query.Length > 0
        )
            yield return new(
                $"{Section}:Url must be the https address of the route, such as https://crm.example.com/api/unsubscribe.",
                [nameof(Url)]
            );
        foreach (
            var (name, key) in new[] { (nameof(Key), Key), (nameof(OldKey), OldKey) }.Where(pair =>
                pair.Item1 == nameof(Key) || pair.Item2.Length > 0
            )
        )
        {
            var bytes = new byte[key.Length];
            if (!Convert.TryFromBase64String(key, bytes, out var written) || written is < 32 or > 64)
                yield return new($"{Section}:{name} must be base64 of 32 to 64 bytes.", [name]);
        }
    }
}
