using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Access;
using CrmFunctions.Storage;

namespace CrmFunctions.Security.Keys;

/// <summary>Who changed what: rows that are only ever added, the newest first in a month's partition.</summary>
public sealed class AuditTrail(CrmTables tables, Clocks clocks)
{
    private const int LongestText = 16 * 1024;
    private static readonly AsyncLocal<Change?> change = new();

    /// <summary>Says what stood before and stands after, for the row that is written when the function has ended. Texts, mostly JSON.</summary>
    /// <param name="before">Null: there was nothing.</param>
    /// <param name="after">Null: there is nothing any more.</param>
    public static void Note(string? before, string? after)
    {
        if (change.Value is { } open)
            (open.Before, open.After) = (before, after);
    }

    /// <summary>The same, as JSON of what the API answers.</summary>
    public static void Note<T>(T? before, T? after, JsonTypeInfo<T> json)
        where T : class =>
        Note(before is null ? null : JsonSerializer.Serialize(before, json), after is null ? null : JsonSerializer.Serialize(after, json));

    /// <summary>Says why, for the same row.</summary>
    public static void Because(string reason)
    {
        if (change.Value is { } open)
            open.Reason = reason;
    }

    /// <summary>Begins to gather what <see cref="Note"/> and <see cref="Because"/> say in this flow.</summary>
    internal static Change Begin() => change.Value = new Change();

    /// <summary>Adds a row.</summary>
    public Task Add(Caller caller, string what, string target, int status, Change said, CancellationToken cancellationToken)
    {
        var at = clocks.Machine.GetUtcNow();
        return tables.Audit.Add(
            new AuditRow
            {
                PartitionKey = Month(at),
                RowKey = string.Create(CultureInfo.InvariantCulture, $"{long.MaxValue - at.UtcTicks:D19}-{Guid.NewGuid():N}"),
                At = at,
                By = caller.Name,
                Role = caller.Role.Code(),
                What = what,
                Target = target,
                Status = status,
                Reason = Cut(said.Reason),
                Before = Cut(said.Before),
                After = Cut(said.After),
            },
            cancellationToken
        );
    }

    /// <summary>A page of a month, the newest first.</summary>
    /// <param name="month">Such as <c>2026-11</c>; null: this month.</param>
    /// <param name="next">Of the page before; null: the first.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>No rows at all where <paramref name="next"/> is none of a page before.</returns>
    public Task<(IReadOnlyList<AuditRow>? Rows, string? Next)> List(string? month, string? next, CancellationToken cancellationToken) =>
        tables.Audit.Page<AuditRow>(
            TableClient.CreateQueryFilter($"PartitionKey eq {month ?? Month(clocks.Machine.GetUtcNow())}"),
            next,
            100,
            cancellationToken
        );

    private static string Month(DateTimeOffset at) => at.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static string? Cut(string? text) => text is null || text.Length <= LongestText ? text : text[..LongestText] + "…";

    /// <summary>What a function says of the change that it made.</summary>
    public sealed class Change
    {
        internal string? Before { get; set; }

        internal string? After { get; set; }

        internal string? Reason { get; set; }
    }
}

/// <summary>One thing that somebody changed.</summary>
public sealed class AuditRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public DateTimeOffset At { get; set; }

    public string By { get; set; } = "";

    public string Role { get; set; } = "";

    /// <summary>The function.</summary>
    public string What { get; set; } = "";

    /// <summary>The path below <c>/api/</c>.</summary>
    public string Target { get; set; } = "";

    /// <summary>What was answered.</summary>
    public int Status { get; set; }

    public string? Reason { get; set; }

    public string? Before { get; set; }

    public string? After { get; set; }
}
