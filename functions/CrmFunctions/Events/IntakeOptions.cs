using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Events;

/// <summary>What intake takes at the most.</summary>
public sealed class IntakeOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Intake";

    /// <summary>Bytes of one request with events. 1 KiB to 16 MiB.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int BodyBytes { get; set; } = 1024 * 1024;

    /// <summary>Events of one batch. 1 to 1000.</summary>
    [Range(1, 1000)]
    public int BatchEvents { get; set; } = 500;

    /// <summary>Writes to the log that one request has under way at once. 1 to 64.</summary>
    [Range(1, 64)]
    public int Writes { get; set; } = 16;
}
