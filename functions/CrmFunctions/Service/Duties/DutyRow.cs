using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Service.Care;

namespace CrmFunctions.Service.Duties;

/// <summary>A duty in its customer's partition, written with the state: what was promised, and what became of it.</summary>
public sealed class DutyRow : ITableEntity
{
    /// <summary>Row keys begin with this; a hash of the name follows.</summary>
    public const string Prefix = "duty-";

    /// <summary>On the list.</summary>
    public const string Open = "open";

    /// <summary>It was done.</summary>
    public const string Done = "done";

    /// <summary>It is no longer true, or nobody did it while it was.</summary>
    public const string Cancelled = "cancelled";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Name { get; set; } = "";

    public DateTimeOffset Since { get; set; }

    public DateTimeOffset Opened { get; set; }

    public DateTimeOffset Due { get; set; }

    public DateTimeOffset? Escalates { get; set; }

    public string Tier { get; set; } = "";

    public string? Owner { get; set; }

    public string Status { get; set; } = Open;

    public string? Reason { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    public string? By { get; set; }

    public string? Evidence { get; set; }

    /// <summary>The row key of a duty.</summary>
    public static string KeyOf(string name) => Prefix + Base32.Hash(name, 16);

    /// <summary>The name of a duty to those who call the API.</summary>
    public static string IdOf(Handle customer, string name) => $"{customer.Key}-{Base32.Hash(name, 16)}";

    /// <summary>The row of a duty.</summary>
    public static DutyRow Of(Handle customer, OpenDuty duty, string tier, string? owner) =>
        new()
        {
            PartitionKey = customer.Key,
            RowKey = KeyOf(duty.Name),
            Name = duty.Name,
            Since = duty.Since,
            Opened = duty.Opened,
            Due = duty.Due,
            Escalates = duty.Escalates,
            Tier = tier,
            Owner = owner,
        };

    /// <summary>The row of a duty that is closed.</summary>
    public DutyRow With(DutyClosure closed)
    {
        (Status, Reason, ClosedAt, By, Evidence) = (closed.IsDone ? Done : Cancelled, closed.Reason, closed.At, closed.By, closed.Evidence);
        return this;
    }
}
