using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Service.Owners;

/// <summary>That a customer got another owner, and why. Never rewritten.</summary>
public sealed class OwnerChange : ITableEntity
{
    /// <summary>Row keys begin with this; the instant follows.</summary>
    public const string Prefix = "owner-";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public DateTimeOffset At { get; set; }

    public string? From { get; set; }

    public string? To { get; set; }

    public string? By { get; set; }

    public string Reason { get; set; } = "";

    /// <summary>The row of a change.</summary>
    public static OwnerChange Of(Handle customer, DateTimeOffset at, string? from, string? to, string? by, string reason) =>
        new()
        {
            PartitionKey = customer.Key,
            RowKey = Prefix + at.UtcTicks.ToString("D19", CultureInfo.InvariantCulture),
            At = at,
            From = from,
            To = to,
            By = by,
            Reason = reason,
        };
}
