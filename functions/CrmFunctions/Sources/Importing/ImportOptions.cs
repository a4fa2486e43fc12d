using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Sources.Importing;

/// <summary>What imports take at the most, and in which portions.</summary>
public sealed class ImportOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Imports";

    /// <summary>Rows of one chunk: filed together, retried together. 1 to 2,000.</summary>
    [Range(1, 2000)]
    public int ChunkRows { get; set; } = 400;

    /// <summary>Rows of one file. 1 to 10 million.</summary>
    [Range(1, 10_000_000)]
    public int Rows { get; set; } = 2_000_000;

    /// <summary>How long an upload may take; one that is older and became no import is cleared away. 1 minute to 7 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan LongestUpload { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// An import of which nothing was filed for this long has lost its messages, and its chunks are asked for again. 0 to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan LongestSilence { get; set; } = TimeSpan.FromMinutes(30);
}
