using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Storage;

namespace CrmFunctions.Notifications.Permission;

/// <summary>The consent ledger: rows are added, and never changed.</summary>
public sealed class ConsentStore(CrmTables tables)
{
    /// <summary>Adds what events say of consent. Those that are there already stay.</summary>
    /// <remarks>Source: Permission/Permission.md, section 2, which says why a claimed event takes consent away and gives none.</remarks>
    public async Task Feed(IEnumerable<CustomerEvent> events, CancellationToken cancellationToken)
    {
        foreach (var happened in events)
        {
            if (happened.What is not ConsentChanged said || (said.Granted && happened.Customer.Claimed == true))
                continue;
            var state = said.Granted ? ConsentState.Granted : ConsentState.Denied;
            foreach (var contact in ContactsOf(happened))
            {
                await Add(
                    contact,
                    said.Channel,
                    said.Purpose,
                    state,
                    happened.OccurredAt,
                    happened.Name,
                    said.Wording,
                    said.Evidence,
                    cancellationToken
                );
            }
        }
    }

    // Whose address it is that a claimed event names is not known: each of them is spared.
    private static IEnumerable<Handle> ContactsOf(CustomerEvent happened) =>
        Handle.All(happened.Customer, happened.Source).Take(happened.Customer.Claimed == true ? int.MaxValue : 1);

    /// <summary>Adds a row; the same of the same source is there once.</summary>
    /// <param name="contact">Whose.</param>
    /// <param name="channel">The medium, or * for all.</param>
    /// <param name="purpose">The purpose, or * for both.</param>
    /// <param name="state">What was said or happened.</param>
    /// <param name="at">When.</param>
    /// <param name="source">What says so: the name of an event, or of a message.</param>
    /// <param name="wording">Which words the customer saw.</param>
    /// <param name="evidence">What proves it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<bool> Add(
        Handle contact,
        string channel,
        string purpose,
        ConsentState state,
        DateTimeOffset at,
        string source,
        string? wording,
        string? evidence,
        CancellationToken cancellationToken
    ) =>
        tables.Consents.Add(
            new ConsentRow
            {
                PartitionKey = contact.Key,
                RowKey = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{at.UtcTicks:D19}|{Base32.Hash($"{source}\n{channel}\n{purpose}\n{state}", 20)}"
                ),
                Channel = channel,
                Purpose = purpose,
                State = state.ToString(),
                At = at,
                Source = source,
                Wording = wording,
                Evidence = evidence,
            },
            cancellationToken
        );

    /// <summary>All rows of handles, oldest first for each.</summary>
    public async Task<IReadOnlyList<ConsentRow>> Read(IEnumerable<Handle> handles, CancellationToken cancellationToken)
    {
        var rows = new List<ConsentRow>();
        foreach (var handle in handles.Distinct())
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key}");
            await foreach (var row in tables.Consents.QueryAsync<ConsentRow>(filter, cancellationToken: cancellationToken))
                rows.Add(row);
        }

        return rows;
    }

    /// <summary>Takes everything about handles away: with no record there is no marketing.</summary>
    public async Task<int> Forget(IEnumerable<Handle> handles, CancellationToken cancellationToken)
    {
        var rows = await Read(handles, cancellationToken);
        foreach (var row in rows)
            await tables.Consents.Remove(row.PartitionKey, row.RowKey, cancellationToken);
        return rows.Count;
    }
}

/// <summary>A row of the consent ledger.</summary>
public sealed class ConsentRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Channel { get; set; } = "";

    public string Purpose { get; set; } = "";

    public string State { get; set; } = "";

    public DateTimeOffset At { get; set; }

    public string Source { get; set; } = "";

    public string? Wording { get; set; }

    public string? Evidence { get; set; }

    /// <summary>The row as rules read it.</summary>
    public ConsentEntry ToEntry() => new(Channel, Purpose, Enum.Parse<ConsentState>(State), At);
}
