using Azure.Data.Tables;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.Notifications.Ledger;

/// <summary>The ledger of messages: one row for customer, rule, period and channel, sent or not and why.</summary>
public sealed class MessageLedger(CrmTables tables, Clocks clocks)
{
    /// <summary>Reserves a row before anything leaves: it says "sending", and its version is the lock.</summary>
    /// <returns>False where another process was faster.</returns>
    public Task<bool> Claim(MessageRow row, CancellationToken cancellationToken)
    {
        row.Become(MessageStatus.Sending, reason: null, until: null, clocks.Now);
        return Write(row, cancellationToken);
    }

    /// <summary>
    /// Writes a row. Its version is the lock: of any number who looked at the same time one does.
    /// </summary>
    /// <returns>False where another process was faster.</returns>
    internal async Task<bool> Write(MessageRow row, CancellationToken cancellationToken)
    {
        var isNew = row.ETag == default;
        if (isNew)
            row.DecidedAt = clocks.Now;
        row.Mark = Guid.NewGuid().ToString("N");
        return (isNew ? await tables.Messages.Add(row, cancellationToken) : await tables.Messages.Replace(row, row.ETag, cancellationToken))
            || await IsOurs(row, cancellationToken);
    }

    /// <summary>Writes a row where there is none.</summary>
    /// <returns>False where there is one.</returns>
    internal Task<bool> Add(MessageRow row, CancellationToken cancellationToken) => tables.Messages.Add(row, cancellationToken);

    /// <summary>Writes a row over whatever is there: who reserved it says what became of the message.</summary>
    internal Task Overwrite(MessageRow row, CancellationToken cancellationToken) => tables.Messages.Put(row, cancellationToken);

    // Where the answer to our write was lost on the way and it was sent again, it looks as if another process had been faster; and nobody
    // would go on.
    private async Task<bool> IsOurs(MessageRow row, CancellationToken cancellationToken)
    {
        if (await Get(row.PartitionKey, row.RowKey, cancellationToken) is not { } found || found.Mark != row.Mark)
            return false;
        row.ETag = found.ETag;
        return true;
    }

    /// <summary>A row, to be claimed or closed.</summary>
    public static MessageRow Row(Handle customer, MessageRequest request, string channel) =>
        new()
        {
            PartitionKey = customer.Key,
            RowKey = $"{request.Rule}|{request.Period}|{channel}",
            Rule = request.Rule,
            Period = request.Period,
            Channel = channel,
        };

    /// <summary>One row; null where there is none.</summary>
    public Task<MessageRow?> Get(string customer, string rowKey, CancellationToken cancellationToken) =>
        tables.Messages.Get<MessageRow>(customer, rowKey, cancellationToken);

    /// <summary>
    /// The rows of a message, of which there is more than one where it was begun under several handles before people were joined. It is ended
    /// where it was begun, so that its key stays the same. First the one that may have left: what was taken back at one handle may have been
    /// said at another. A new row where there is none.
    /// </summary>
    public async Task<IReadOnlyList<MessageRow>> Find(
        StoredCustomer customer,
        MessageRequest request,
        string channel,
        CancellationToken cancellationToken
    )
    {
        var row = Row(customer.Id, request, channel);
        var found = await Under(customer.Filed.Prepend(customer.Id), row.RowKey, cancellationToken);
        return found.Count == 0 ? [row] : [.. found.OrderByDescending(known => MessageStatus.Furthest(known.Status))];
    }

    /// <summary>Whether a message was begun under another handle of the person, in a row that may have left.</summary>
    /// <param name="row">The row of the message.</param>
    /// <param name="person">Whose handle it stands under.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<bool> IsBegunElsewhere(MessageRow row, StoredCustomer person, CancellationToken cancellationToken) =>
        (
            await Under(person.Filed.Prepend(person.Id).Where(handle => handle.Key != row.PartitionKey), row.RowKey, cancellationToken)
        ).Exists(other => other.Status is MessageStatus.Sending or MessageStatus.Sent or MessageStatus.Uncertain);

    private async Task<List<MessageRow>> Under(IEnumerable<Handle> handles, string rowKey, CancellationToken cancellationToken)
    {
        var found = new List<MessageRow>();
        foreach (var handle in handles.Distinct())
        {
            if (await Get(handle.Key, rowKey, cancellationToken) is { } known)
                found.Add(known);
        }

        return found;
    }

    /// <summary>The row of a message by the key that its channel was given; null where there is none.</summary>
    public async Task<MessageRow?> FindByKey(string key, CancellationToken cancellationToken)
    {
        if (key.Split(':', 2) is not [var customer, var message] || Handle.FromKey(customer) is not { } handle)
            return null;

        // A key that was given out before the handle had its form of today.
        key = $"{handle.Key}:{message}";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key}");
        await foreach (var row in tables.Messages.QueryAsync<MessageRow>(filter, cancellationToken: cancellationToken))
        {
            if (row.MessageKey() == key)
                return row;
        }

        return null;
    }

    /// <summary>Joins what became of a message after it was handed over; the first time it was told counts.</summary>
    /// <returns>False where the row has changed meanwhile.</returns>
    public async Task<bool> Join(MessageRow row, string outcome, DateTimeOffset at, CancellationToken cancellationToken) =>
        !row.Note(outcome, at) || await tables.Messages.Replace(row, row.ETag, cancellationToken);

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
