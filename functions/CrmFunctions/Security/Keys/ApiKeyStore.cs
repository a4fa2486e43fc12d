using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Storage;

namespace CrmFunctions.Security.Keys;

/// <summary>The keys that were made. None of them can be read from here: a hash is kept.</summary>
public sealed class ApiKeyStore(CrmTables tables)
{
    /// <summary>All, also those that were revoked.</summary>
    public async Task<IReadOnlyList<KeyRow>> List(CancellationToken cancellationToken)
    {
        var rows = new List<KeyRow>();
        await foreach (var row in tables.Keys.QueryAsync<KeyRow>(cancellationToken: cancellationToken))
            rows.Add(row);
        return rows;
    }

    /// <summary>Keeps a new key.</summary>
    /// <returns>False where there is one of its hash.</returns>
    public Task<bool> Add(KeyRow row, CancellationToken cancellationToken) => tables.Keys.Add(row, cancellationToken);

    /// <summary>Writes what became of a key.</summary>
    /// <returns>False where it has changed since it was read.</returns>
    public Task<bool> Replace(KeyRow row, CancellationToken cancellationToken) => tables.Keys.Replace(row, row.ETag, cancellationToken);
}

/// <summary>A key.</summary>
public sealed class KeyRow : ITableEntity
{
    /// <summary>The one partition: keys are few.</summary>
    public const string Partition = "keys";

    public string PartitionKey { get; set; } = Partition;

    /// <summary>The hash of the key.</summary>
    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>Names it to people; says nothing of the key.</summary>
    public string Id { get; set; } = "";

    /// <summary>Who or what has it.</summary>
    public string Name { get; set; } = "";

    public string Role { get; set; } = "";

    /// <summary>Of ingest: a JSON array of the sources whose events it may send. Null: any but the suite's own.</summary>
    public string? Sources { get; set; }

    public string? Owner { get; set; }

    public DateTimeOffset MadeAt { get; set; }

    public string MadeBy { get; set; } = "";

    /// <summary>From then on it opens nothing. Null: without end.</summary>
    public DateTimeOffset? Until { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public string? RevokedBy { get; set; }

    /// <summary>When it was last seen, to a quarter of an hour. Null: never.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>What the audit says of it.</summary>
    public string Words() =>
        $"{Id}: {Name}, {Role}{(Sources is null ? "" : $" of {Sources}")}{(Owner is null ? "" : $" {Owner}")}{(Until is { } end ? $" until {end:O}" : "")}";

    /// <summary><see cref="Sources"/> as a list.</summary>
    public IReadOnlyList<string>? SourceList() => Sources is null ? null : JsonSerializer.Deserialize<List<string>>(Sources);
}
