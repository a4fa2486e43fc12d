using System.ComponentModel.DataAnnotations;
using CrmFunctions.Domain.Identity;
using Microsoft.Extensions.Configuration;

namespace CrmFunctions.Security;

/// <summary>The secret of the deployment under which identifiers become keys of rows. One of the two settings must be there.</summary>
public sealed class HandleOptions : IValidatableObject
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Handles";

    /// <summary>
    /// base64 of 32 random bytes. After a rotation the secrets before it too, the oldest first, with commas between them. Lost, no customer
    /// can be found by an identifier any more, and new events make new customers: keep a copy where no backup of the tables is.
    /// </summary>
    public string Key { get; set; } = "";

    /// <summary>
    /// Keys are plain hashes: from the tables alone, an erased person's number is found again by trying all numbers. For tests, the demo,
    /// and a base from before there was a key, until it is migrated.
    /// </summary>
    public bool Unkeyed { get; set; }

    /// <summary>The secrets that the settings say; null where they say none, and the start is to be refused.</summary>
    public static HandleKeys? Of(IConfiguration settings) =>
        settings[$"{Section}:{nameof(Key)}"] is { Length: > 0 } key ? HandleKeys.Read(key)
        : bool.TryParse(settings[$"{Section}:{nameof(Unkeyed)}"], out var unkeyed) && unkeyed ? HandleKeys.None
        : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Key.Length == 0 && !Unkeyed)
            yield return new(
                $"Setting {Section}__{nameof(Key)} is missing: base64 of 32 random bytes, such as `openssl rand -base64 32` prints. "
                    + $"Set {Section}__{nameof(Unkeyed)}=true only for tests, and for a base from before there was a key until it is migrated.",
                [nameof(Key)]
            );
        else if (Key.Length > 0 && Unkeyed)
            yield return new(
                $"{Section}__{nameof(Key)} and {Section}__{nameof(Unkeyed)} are both set: remove one of them.",
                [nameof(Key), nameof(Unkeyed)]
            );
        else if (Key.Length > 0 && HandleKeys.Read(Key) is null)
            yield return new(
                $"{Section}__{nameof(Key)} must be base64 of 32 bytes, or several of these with commas between.",
                [nameof(Key)]
            );
    }
}
