using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Importing;

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
}
