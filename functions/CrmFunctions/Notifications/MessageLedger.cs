using System.Text.Json;
using Azure.Data.Tables;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Storage;
using CrmFunctions.Telemetry;

namespace CrmFunctions.Notifications;

/// <summary>The ledger of messages: one row for customer, rule, period and channel, sent or not and why.</summary>
public sealed class MessageLedger(CrmTables tables, Clocks clocks)
{
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
        if (begun is { Status: MessageStatus.Sending })
            await Close(begun, MessageStatus.Uncertain, "died-while-sending", cancellationToken);
        if (begun is { Status: MessageStatus.Failed or MessageStatus.Deferred })
            await Close(begun, status, reason, cancellationToken);
    }

    /// <summary>
    /// Writes what is known of a message now. The row's version is the lock: of any number who looked at the same time one does.
    /// </summary>
    /// <returns>False where another process was faster.</returns>
    public async Task<bool> Record(
        MessageRow row,
        string status,
        string? reason,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    )
    {
        var isNew = row.ETag == default;
        if (isNew)
            row.DecidedAt = clocks.Now;
        row.Status = status;
        row.Reason = reason;
        row.Until = until;
        row.ClosedAt = status is MessageStatus.Sending or MessageStatus.Deferred ? null : clocks.Now;
        row.Mark = Guid.NewGuid().ToString("N");
        var first =
            (isNew ? await tables.Messages.Add(row, cancellationToken) : await tables.Messages.Replace(row, row.ETag, cancellationToken))
            || await IsOurs(row, cancellationToken);
        if (first && status != MessageStatus.Sending)
            FlowMeter.Notified(status, row.Channel, reason);
        return first;
    }

    // Where the answer to our write was lost on the way and it was sent again, it looks as if another process had been faster; and nobody
    // would go on.
    private async Task<bool> IsOurs(MessageRow row, CancellationToken cancellationToken)
    {
        if (await Get(row.PartitionKey, row.RowKey, cancellationToken) is not { } found || found.Mark != row.Mark)
            return false;
        row.ETag = found.ETag;
        return true;
    }

    /// <summary>Writes down words that are said later.</summary>
    public static void Keep(MessageRow row, RenderedMessage words) => row.Words ??= Write(words);

    // What is said stands in the payload too, and is stored once.
    private static string Write(RenderedMessage words) =>
        JsonSerializer.Serialize(
            words with
            {
                Payload = words.Payload with { Text = "", Subject = null },
            },
            NotificationJson.Stored.RenderedMessage
        );

    /// <summary>A row, to be claimed or closed.</summary>
    public static MessageRow Row(Handle customer, Notification notification, string channel) =>
        new()
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

    /// <summary>
    /// The row of a message, or a new one. Before people were joined it may have been begun under another handle; it is ended there, so
    /// that its key stays the same. Of several the one that may have left: what was taken back at one handle may have been said at another.
    /// One that was begun beside a message that was sent is closed as uncertain.
    /// </summary>
    public async Task<MessageRow> Find(
        StoredCustomer customer,
        Notification notification,
        string channel,
        CancellationToken cancellationToken
    )
    {
        var row = Row(customer.Id, notification, channel);
        var found = new List<MessageRow>();
        foreach (var handle in customer.Filed.Prepend(customer.Id).Distinct())
        {
            if (await Get(handle.Key, row.RowKey, cancellationToken) is { } known)
                found.Add(known);
        }

        var furthest = found.MaxBy(known =>
            known.Status switch
            {
                MessageStatus.Sent => 3,
                MessageStatus.Sending or MessageStatus.Uncertain => 2,
                MessageStatus.Withdrawn => 0,
                _ => 1,
            }
        );

        // Two may have begun at the same time under two handles that are one person's since. Where one has ended, nobody goes on with the
        // other: it may have left, unless its sender lives and closes it.
        if (furthest?.Status == MessageStatus.Sent)
        {
            foreach (var other in found.Where(known => known.Status == MessageStatus.Sending))
                await Record(other, MessageStatus.Uncertain, SendReasons.Died, until: null, cancellationToken);
        }

        return furthest ?? row;
    }

    /// <summary>The row of a message by the key that its channel was given; null where there is none.</summary>
    public async Task<MessageRow?> FindByKey(string key, CancellationToken cancellationToken)
    {
        if (key.Split(':', 2) is not [var customer, _] || Handle.FromKey(customer) is not { } handle)
            return null;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key}");
        await foreach (var row in tables.Messages.QueryAsync<MessageRow>(filter, cancellationToken: cancellationToken))
        {
            if (MessageFactory.KeyOf(row) == key)
                return row;
        }

        return null;
    }

    /// <summary>Joins what became of a message after it was handed over; the first time it was told counts.</summary>
    /// <returns>False where the row has changed meanwhile.</returns>
    public async Task<bool> Join(MessageRow row, string outcome, DateTimeOffset at, CancellationToken cancellationToken) =>
        !row.Note(outcome, at) || await tables.Messages.Replace(row, row.ETag, cancellationToken);

    /// <summary>What a row says; null where it was never put into words.</summary>
    public static RenderedMessage? WordsOf(MessageRow row)
    {
        if (row.Words is null)
            return null;
        var words = JsonSerializer.Deserialize(row.Words, NotificationJson.Stored.RenderedMessage)!;
        return words.Payload.Text.Length > 0
            ? words
            : words with
            {
                Payload = words.Payload with { Text = words.Text, Subject = words.Subject },
            };
    }

    /// <summary>All rows of a customer, oldest first.</summary>
    public async Task<IReadOnlyList<MessageRow>> Read(IEnumerable<Handle> handles, CancellationToken cancellationToken)
    {
        var rows = new List<MessageRow>();
        foreach (var handle in handles)
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key}");
            await foreach (var row in tables.Messages.QueryAsync<MessageRow>(filter, cancellationToken: cancellationToken))
                rows.Add(row);
        }

        rows.Sort((left, right) => left.DecidedAt.CompareTo(right.DecidedAt));
        return rows;
    }
}
