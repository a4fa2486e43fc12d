using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Storage;

namespace CrmFunctions.Sources;

/// <summary>The sources. They are few: all of them are in one partition.</summary>
public sealed class SourceStore(CrmTables tables)
{
    /// <summary>Writes a source, and replaces one that is there.</summary>
    public Task Put(Source source, CancellationToken cancellationToken) => tables.Sources.Put(SourceRow.Of(source), cancellationToken);

    /// <summary>A source; null where there is none.</summary>
    public async Task<Source?> Get(string id, CancellationToken cancellationToken) =>
        (await tables.Sources.Get<SourceRow>(SourceRow.Partition, id, cancellationToken))?.ToSource();

    /// <summary>All sources, by id.</summary>
    public async Task<IReadOnlyList<Source>> List(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {SourceRow.Partition}");
        var sources = new List<Source>();
        await foreach (var row in tables.Sources.QueryAsync<SourceRow>(filter, cancellationToken: cancellationToken))
            sources.Add(row.ToSource());
        return sources;
    }

    /// <summary>Deletes a source, and its secrets with it.</summary>
    public Task Delete(string id, CancellationToken cancellationToken) => tables.Sources.Remove(SourceRow.Partition, id, cancellationToken);
}

/// <summary>A row of a source. Nothing else spells its columns.</summary>
public sealed class SourceRow : ITableEntity
{
    /// <summary>The one partition.</summary>
    public const string Partition = "source";

    public string PartitionKey { get; set; } = Partition;

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>JSON of the source, secrets sealed.</summary>
    public string Source { get; set; } = "{}";

    /// <summary>The row of a source.</summary>
    public static SourceRow Of(Source source) =>
        new() { RowKey = source.Id, Source = JsonSerializer.Serialize(source, SourceRowJson.Default.Source) };

    /// <summary>The source again.</summary>
    public Source ToSource() =>
        JsonSerializer.Deserialize(Source, SourceRowJson.Default.Source)
        ?? throw new FormatException($"Row {RowKey} of the sources holds no source.");
}

/// <summary>JSON of a source in its row.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Source))]
internal sealed partial class SourceRowJson : JsonSerializerContext;
