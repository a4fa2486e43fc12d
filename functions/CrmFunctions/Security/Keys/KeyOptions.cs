using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Security.Keys;

/// <summary>Keys of the API.</summary>
public sealed class KeyOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Keys";

    /// <summary>
    /// SHA-256, in hexadecimal, of a key with the role admin, by which the first keys are made. Empty: there is none. It cannot be revoked
    /// but by the setting.
    /// </summary>
    [RegularExpression("^([0-9a-f]{64})?$", ErrorMessage = "Keys__Admin must be a SHA-256 of 64 lower-case hexadecimal digits, or empty.")]
    public string Admin { get; set; } = "";

    /// <summary>How long a revoked key may still be known on another instance. 0 seconds (each request asks storage) to 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Refresh { get; set; } = TimeSpan.FromSeconds(1);
}
