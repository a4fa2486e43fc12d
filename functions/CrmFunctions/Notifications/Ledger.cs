using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Storage;

namespace CrmFunctions.Notifications;

/// <summary>The ledger of messages: one row for customer, rule, period and channel, sent or not and why.</summary>
public sealed class Ledger(CrmTables tables, Clocks clocks)
{
    /// <summary>
    /// Takes a message for sending. The row is the lock: of any number of tries in parallel one gets it.
    /// </summary>
    /// <returns>The row as it was found; null where it is new and now ours.</returns>
    public async Task<MessageRow?> Claim(MessageRow row, Words words, CancellationToken cancellationToken)
    {
        row.Words = Write(words);
        row.Status = MessageStatus.Sending;
        row.DecidedAt = clocks.Now;
        if (await tables.Messages.Add(row, cancellationToken)) return null;
        return await tables.Messages.Get<MessageRow>(row.PartitionKey, row.RowKey, cancellationToken)
            ?? throw new InvalidOperationException($"The ledger's row {row.RowKey} was there and is gone.");
    }

    /// <summary>Takes a message once more whose row was found. The words it was begun with stay.</summary>
    /// <returns>False where somebody else was faster.</returns>
    public Task<bool> Take(MessageRow found, Words words, CancellationToken cancellationToken)
    {
        found.Words ??= Write(words);
        found.Status = MessageStatus.Sending;
        found.Reason = null;
        found.ClosedAt = null;
        return tables.Messages.Replace(found, found.ETag, cancellationToken);
    }

    /// <summary>Closes a row with what became of the message.</summary>
    public Task Close(MessageRow row, string status, string? reason, CancellationToken cancellationToken)
    {
        row.Status = status;
        row.Reason = reason;
        row.ClosedAt = clocks.Now;
        return tables.Messages.Put(row, cancellationToken);
    }

    /// <summary>Writes that a message was not sent, and why. What was sent before stays; what was begun and not ended is closed.</summary>
    public async Task NotSent(MessageRow row, string status, string reason, CancellationToken cancellationToken)
    {
        row.Status = status;
        row.Reason = reason;
        row.DecidedAt = clocks.Now;
        row.ClosedAt = row.DecidedAt;
        if (await tables.Messages.Add(row, cancellationToken)) return;
        var begun = await tables.Messages.Get<MessageRow>(row.PartitionKey, row.RowKey, cancellationToken);
        if (begun is { Status: MessageStatus.Sending }) await Close(begun, MessageStatus.Uncertain, "died-while-sending", cancellationToken);
        if (begun is { Status: MessageStatus.Failed }) await Close(begun, status, reason, cancellationToken);
    }

    private static string Write(Words words) => JsonSerializer.Serialize(words, NotificationJson.Default.Words);

    /// <summary>A row, to be claimed or closed.</summary>
    public static MessageRow Row(Handle customer, Notification notification, string channel) => new()
    {
        PartitionKey = customer.Key,
        RowKey = $"{notification.Rule}|{notification.Period}|{channel}",
        Rule = notification.Rule,
        Period = notification.Period,
        Channel = channel,
    };

    /// <summary>The row of a message under any of the customer's handles: before people were joined it may have been told under another.</summary>
    public async Task<MessageRow?> Find(IEnumerable<Handle> handles, string rowKey, CancellationToken cancellationToken)
    {
        foreach (var handle in handles)
        {
            if (await tables.Messages.Get<MessageRow>(handle.Key, rowKey, cancellationToken) is { } row) return row;
        }

        return null;
    }

    /// <summary>All rows of a customer, oldest first.</summary>
    public async Task<IReadOnlyList<MessageRow>> Read(IEnumerable<Handle> handles, CancellationToken cancellationToken)
    {
        var rows = new List<MessageRow>();
        foreach (var handle in handles)
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key}");
            await foreach (var row in tables.Messages.QueryAsync<MessageRow>(filter, cancellationToken: cancellationToken)) rows.Add(row);
        }

        rows.Sort((left, right) => left.DecidedAt.CompareTo(right.DecidedAt));
        return rows;
    }
}

/// <summary>What became of a message.</summary>
public static class MessageStatus
{
    /// <summary>On its way; after a crash it stays so until the redelivery.</summary>
    public const string Sending = "sending";

    /// <summary>The receiver took it.</summary>
    public const string Sent = "sent";

    /// <summary>Not sent, by a rule of ours.</summary>
    public const string Suppressed = "suppressed";

    /// <summary>Not sent any more: what it would have said is no longer true.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>The receiver refused it for good.</summary>
    public const string Refused = "refused";

    /// <summary>Certainly not delivered; tried again.</summary>
    public const string Failed = "failed";

    /// <summary>It may have been delivered; not repeated.</summary>
    public const string Uncertain = "uncertain";
}

/// <summary>A row of the ledger.</summary>
public sealed class MessageRow : ITableEntity
{
#pragma warning disable CS1591 // Keys and columns.
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Rule { get; set; } = "";

    public string Period { get; set; } = "";

    public string Channel { get; set; } = "";

    public string Status { get; set; } = "";

    public string? Reason { get; set; }

    /// <summary>What is told, as JSON, from when it was begun.</summary>
    public string? Words { get; set; }

    public DateTimeOffset DecidedAt { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }
#pragma warning restore CS1591
}
