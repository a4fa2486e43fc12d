using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Storage;

namespace CrmFunctions.Privacy;

/// <summary>Requests about people's data.</summary>
public sealed class PrivacyStore(CrmTables tables)
{
    /// <summary>Keeps a request; false where it is there.</summary>
    public Task<bool> Add(PrivacyRow row, CancellationToken cancellationToken) => tables.Privacy.Add(row, cancellationToken);

    /// <summary>A request; null where there is none.</summary>
    public Task<PrivacyRow?> Read(string id, CancellationToken cancellationToken) =>
        tables.Privacy.Get<PrivacyRow>(PrivacyRow.Partition, id, cancellationToken);

    /// <summary>Writes what became of a request.</summary>
    public Task Put(PrivacyRow row, CancellationToken cancellationToken) => tables.Privacy.Put(row, cancellationToken);

    /// <summary>Writes what became of a request; false where it has changed since it was read.</summary>
    public Task<bool> Replace(PrivacyRow row, CancellationToken cancellationToken) =>
        tables.Privacy.Replace(row, row.ETag, cancellationToken);

    /// <summary>Requests of providers for data that were not exported yet.</summary>
    public IAsyncEnumerable<PrivacyRow> OpenData(CancellationToken cancellationToken) =>
        tables.Privacy.QueryAsync<PrivacyRow>(
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {PrivacyRow.Partition} and Kind eq {PrivacyRequest.Data} and Status eq {PrivacyRequest.Open}"
            ),
            cancellationToken: cancellationToken
        );

    /// <summary>Requests that have ended.</summary>
    public IAsyncEnumerable<PrivacyRow> Ended(CancellationToken cancellationToken) =>
        tables.Privacy.QueryAsync<PrivacyRow>(
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {PrivacyRow.Partition} and (Status eq {PrivacyRequest.Done} or Status eq {PrivacyRequest.Withdrawn})"
            ),
            cancellationToken: cancellationToken
        );

    /// <summary>A page of the requests; no rows at all where <paramref name="next"/> is not the one of a page before.</summary>
    public Task<(IReadOnlyList<PrivacyRow>? Rows, string? Next)> List(string? next, CancellationToken cancellationToken) =>
        tables.Privacy.Page<PrivacyRow>(
            TableClient.CreateQueryFilter($"PartitionKey eq {PrivacyRow.Partition}"),
            next,
            100,
            cancellationToken
        );
}

/// <summary>A request, and what became of it.</summary>
public sealed class PrivacyRow : ITableEntity
{
    /// <summary>The one partition: requests are few.</summary>
    public const string Partition = "requests";

    public string PartitionKey { get; set; } = Partition;

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Kind { get; set; } = "";

    public string Status { get; set; } = "";

    /// <summary>Keys of handles: JSON list. Emptied when the person was erased.</summary>
    public string Handles { get; set; } = "[]";

    public string By { get; set; } = "";

    public string Reason { get; set; } = "";

    public DateTimeOffset AskedAt { get; set; }

    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>Until then it waits and can be withdrawn; null: it does not wait.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>Whether its handles are all that one customer had when it was shown to the requester.</summary>
    public bool WasShown { get; set; }

    /// <summary>What was erased, by place: JSON.</summary>
    public string? Found { get; set; }

    /// <summary>
    /// While it is under way: what must stay the same where it is carried on after a death. Blanked when done, so that nothing leads back.
    /// </summary>
    public string? UnderWay { get; set; }
}

/// <summary>JSON of requests, in rows and in answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(PrivacyRequestsAnswer))]
[JsonSerializable(typeof(PrivacyRequest))]
[JsonSerializable(typeof(ErasurePlan))]
[JsonSerializable(typeof(ExportAnswer))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
internal sealed partial class PrivacyJson : JsonSerializerContext;
