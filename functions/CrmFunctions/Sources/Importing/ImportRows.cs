using Azure;
using Azure.Data.Tables;
using CrmFunctions.Sources.Importing.Mapping;
using CrmFunctions.Sources.Importing.Reading;

namespace CrmFunctions.Sources.Importing;

/// <summary>A file being imported. Row key <see cref="Key"/>.</summary>
public sealed class ImportRow : ITableEntity
{
    /// <summary>The row key.</summary>
    public const string Key = "state";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>How columns become events: JSON of <see cref="ColumnMapping"/>.</summary>
    public string Mapping { get; set; } = "";

    /// <summary>The file's heading: JSON list.</summary>
    public string Header { get; set; } = "";

    public int Rows { get; set; }

    public int Chunks { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }

    /// <summary>Whether the rows are only checked, and nothing is written to the log.</summary>
    public bool IsDryRun { get; set; }
}

/// <summary>
/// An import that may have to be resumed: an upload under way, or rows still to be filed. Its row key is the import.
/// </summary>
public sealed class OpenRow : ITableEntity
{
    /// <summary>The partition of all of them.</summary>
    public const string Partition = "open";

    public string PartitionKey { get; set; } = Partition;

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>When the upload began, by the machine's clock.</summary>
    public DateTimeOffset StartedAt { get; set; }
}

/// <summary>What became of the rows of a chunk.</summary>
public sealed class ResultRow : ITableEntity
{
    /// <summary>Row keys begin with this; the chunk's number follows.</summary>
    public const string Prefix = "result-";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public int FirstRow { get; set; }

    public int Rows { get; set; }

    public int Accepted { get; set; }

    public int Duplicates { get; set; }

    public int Refused { get; set; }

    /// <summary>One letter a row: a accepted, d duplicate, q quarantined, r refused.</summary>
    public string Statuses { get; set; } = "";

    /// <summary>The problems of refused rows, packed: a list of <see cref="RowProblem"/>.</summary>
    public byte[] Problems { get; set; } = [];
}

/// <summary>Some rows of a file, as they are kept.</summary>
/// <param name="FirstRow">Number of the first row; the heading is row 1.</param>
/// <param name="Rows">The rows.</param>
public sealed record Chunk(int FirstRow, IReadOnlyList<FileRow> Rows);

/// <summary>What is wrong with a row.</summary>
/// <param name="Row">Its number in the file; the heading is row 1.</param>
/// <param name="Column">The column, where it is about one.</param>
/// <param name="Problem">What would be right.</param>
public sealed record RowProblem(int Row, string Column, string Problem);

/// <summary>Asks that a chunk be filed.</summary>
/// <param name="Import">The import.</param>
/// <param name="Chunk">The chunk's number.</param>
public sealed record ImportChunk(string Import, int Chunk);
