using Azure;
using Azure.Data.Tables;

namespace CrmFunctions.Standards;

/// <summary>A part of having everybody decided again.</summary>
/// <param name="Revision">Of what is in force.</param>
/// <param name="After">The customer that the part before ended with; empty: from the beginning.</param>
/// <param name="Asked">Customers asked for before.</param>
public sealed record RolloutStep(int Revision, string After, int Asked);

/// <summary>How far a rollout has come.</summary>
public sealed class RolloutRow : ITableEntity
{
    /// <summary>The row, beside <see cref="ActiveStandardsRow"/>.</summary>
    public const string Key = "rollout";

    public string PartitionKey { get; set; } = ActiveStandardsRow.Partition;

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public int Revision { get; set; }

    public string After { get; set; } = "";

    public int Asked { get; set; }

    public bool Finished { get; set; }
}
