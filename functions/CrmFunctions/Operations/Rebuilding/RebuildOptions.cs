using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>How the state is held against the log.</summary>
public sealed class RebuildOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Rebuilding";

    /// <summary>
    /// When those who differed are looked at again: what was under way has arrived by then. Longer than a burst's window and margin. 1 s to
    /// 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan SecondLook { get; set; } = TimeSpan.FromSeconds(30);
}
