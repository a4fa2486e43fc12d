using System.Text.Json;
using Azure.Data.Tables;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Storage;
using CrmFunctions.Telemetry;

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
        row.ClosedAt = status == MessageStatus.Deferred ? null : clocks.Now;
        FlowMeter.Notified(status, row.Channel, reason);
        return tables.Messages.Put(row, cancellationToken);
    }

    /// <summary>Writes that a message was not sent, and why. What was sent before stays; what was begun and not ended is closed.</summary>
    public async Task NotSent(MessageRow row, string status, string reason, CancellationToken cancellationToken)
    {
        row.Status = status;
        row.Reason = reason;
        row.DecidedAt = clocks.Now;
        row.ClosedAt = row.DecidedAt;
        if (await tables.Messages.Add(row, cancellationToken))
        {
            FlowMeter.Notified(status, row.Channel, reason);
            return;
        }

        var begun = await tables.Messages.Get<MessageRow>(row.PartitionKey, row.RowKey, cancellationToken);
        if (begun is { Status: MessageStatus.Sending }) await Close(begun, MessageStatus.Uncertain, "died-while-sending", cancellationToken);
        if (begun is { Status: MessageStatus.Failed or MessageStatus.Deferred }) await Close(begun, status, reason, cancellationToken);
    }

    /// <summary>Writes what is known of a message now; of those who looked at the same time one does.</summary>
    /// <returns>False where somebody else was faster.</returns>
    public async Task<bool> Record(MessageRow row, string status, string? reason, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var isNew = row.ETag == default;
        if (isNew) row.DecidedAt = clocks.Now;
        row.Status = status;
        row.Reason = reason;
        row.Until = until;
        row.ClosedAt = status is MessageStatus.Sending or MessageStatus.Deferred ? null : clocks.Now;
        var first = isNew ? await tables.Messages.Add(row, cancellationToken) : await tables.Messages.Replace(row, row.ETag, cancellationToken);
        if (first && status != MessageStatus.Sending) FlowMeter.Notified(status, row.Channel, reason);
        return first;
    }

    /// <summary>Writes down words that are said later.</summary>
    public static void Keep(MessageRow row, Words words) => row.Words ??= Write(words);

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

    /// <summary>One row; null where there is none.</summary>
    public Task<MessageRow?> Get(string customer, string rowKey, CancellationToken cancellationToken) =>
        tables.Messages.Get<MessageRow>(customer, rowKey, cancellationToken);

    /// <summary>The row of a message under any of the customer's handles: before people were joined it may have been told under another.</summary>
    public async Task<MessageRow?> Find(IEnumerable<Handle> handles, string rowKey, CancellationToken cancellationToken)
    {
        foreach (var handle in handles)
        {
            if (await tables.Messages.Get<MessageRow>(handle.Key, rowKey, cancellationToken) is { } row) return row;
        }

        return null;
    }

    /// <summary>The row of a message by the key that its channel was given; null where there is none.</summary>
    public async Task<MessageRow?> FindByKey(string key, CancellationToken cancellationToken)
    {
        if (key.Split(':', 2) is not [var customer, _] || Handle.FromKey(customer) is not { } handle) return null;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key}");
        await foreach (var row in tables.Messages.QueryAsync<MessageRow>(filter, cancellationToken: cancellationToken))
        {
            if (Wording.KeyOf(row) == key) return row;
        }

        return null;
    }

    /// <summary>Joins what became of a message after it was handed over; the first time it was told counts.</summary>
    /// <returns>False where the row has changed meanwhile.</returns>
    public async Task<bool> Join(MessageRow row, string outcome, DateTimeOffset at, CancellationToken cancellationToken) =>
        !row.Note(outcome, at) || await tables.Messages.Replace(row, row.ETag, cancellationToken);

    /// <summary>What a row says; null where it was never put into words.</summary>
    public static Words? WordsOf(MessageRow row) => row.Words is { } words ? JsonSerializer.Deserialize(words, NotificationJson.Default.Words) : null;

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
