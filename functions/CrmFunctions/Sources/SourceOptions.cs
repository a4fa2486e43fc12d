using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Sources;

/// <summary>Where secrets are kept, and how long what is known of sources is believed.</summary>
public sealed class SourceOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Sources";

    /// <summary>
    /// Folder of the keys that seal secrets, shared by all instances and kept apart from the storage account. Empty: secrets can only be
    /// named in a key vault.
    /// </summary>
    public string KeyFolder { get; set; } = "";

    /// <summary>
    /// How long an instance works with the sources it has read: what another instance changed is seen after this. 1 second to 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Refresh { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a secret read from a key vault is used before it is read again. 1 second to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan VaultRefresh { get; set; } = TimeSpan.FromMinutes(10);
}
