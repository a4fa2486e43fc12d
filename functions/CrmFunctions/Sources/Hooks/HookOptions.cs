using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Sources.Hooks;

/// <summary>What webhooks may send.</summary>
public sealed class HookOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Hooks";

    /// <summary>Bytes of one delivery. 1 KiB to 1 MiB.</summary>
    [Range(1024, 1024 * 1024)]
    public int BodyBytes { get; set; } = 256 * 1024;

    /// <summary>How long a sender may take to send one delivery. 1 second to 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan BodyTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How far the clock of a sender that signs its time may be from ours, either way. 10 seconds to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan Tolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Deliveries a second that one source may send to one instance on average, unless the source says otherwise. 1 to 10,000.
    /// </summary>
    [Range(1, 10_000)]
    public int PerSecond { get; set; } = 100;

    /// <summary>Seconds' worth of deliveries that may come at once. 1 to 3,600.</summary>
    [Range(1, 3600)]
    public int BurstSeconds { get; set; } = 10;

    /// <summary>Deliveries refused for their signature that are kept of one source while it is asked for. 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int MostRefused { get; set; } = 500;
}
