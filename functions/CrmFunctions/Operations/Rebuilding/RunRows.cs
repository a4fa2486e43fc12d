using Azure;
using Azure.Data.Tables;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>The last run of a kind.</summary>
public sealed class RebuildRunRow : ITableEntity
{
    /// <summary>The row key.</summary>
    public const string Key = "run";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Id { get; set; } = "";

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>Of all handles, the share that is looked at.</summary>
    public double Share { get; set; } = 1;
}

/// <summary>How far a lane of the run has come.</summary>
public sealed class LaneRow : ITableEntity
{
    /// <summary>Row keys begin with this; the number of the lane follows.</summary>
    public const string Prefix = "lane-";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Run { get; set; } = "";

    public string After { get; set; } = "";

    public long Handles { get; set; }

    public long Removed { get; set; }

    public long Differences { get; set; }

    /// <summary>Handles that differed and are to be looked at again: JSON list of keys.</summary>
    public string Suspects { get; set; } = "[]";

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>The number.</summary>
    public int Lane => int.Parse(RowKey.AsSpan(Prefix.Length), System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A handle at which the state differs from the log.</summary>
public sealed class DifferenceRow : ITableEntity
{
    /// <summary>Row keys begin with this; the handle follows.</summary>
    public const string Prefix = "differs-";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Run { get; set; } = "";

    /// <summary>JSON list of <see cref="Difference"/>.</summary>
    public string Members { get; set; } = "[]";
}
