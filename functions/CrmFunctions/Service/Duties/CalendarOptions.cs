using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Service.Duties;

/// <summary>Calendar feeds of owners.</summary>
public sealed class CalendarOptions : IValidatableObject
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Calendar";

    /// <summary>
    /// Base64 of 32 bytes or more that feeds' addresses are made with. Another key ends all addresses; one owner's are ended by POST /owners/{owner}/calendar. Empty: there are no feeds.
    /// </summary>
    public string Key { get; set; } = "";

    /// <summary>How long an address is good for. 1 to 400 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "400.00:00:00")]
    public TimeSpan Lasts { get; set; } = TimeSpan.FromDays(180);

    /// <summary>The key's bytes; null where there are no feeds.</summary>
    public byte[]? Bytes => Key.Length == 0 ? null : Convert.FromBase64String(Key);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var bytes = new byte[Key.Length];
        if (Key.Length > 0 && (!Convert.TryFromBase64String(Key, bytes, out var read) || read < 32))
            yield return new($"{Section}:Key must be base64 of 32 bytes or more, as `openssl rand -base64 32` gives.", [nameof(Key)]);
    }
}
