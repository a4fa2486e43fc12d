using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Service.Owners;
using CrmFunctions.Storage;

namespace CrmFunctions.Service.Owners;

/// <summary>
/// Who cares for customers: one partition for each owner, with a profile that counts and a row for each customer. Both change in one entity
/// group transaction, so that the count is right and a place is taken once, also by concurrent and repeated requests.
/// </summary>
public sealed class OwnerStore(CrmTables tables, Clocks clocks)
{
    private const int Races = 40;

    /// <summary>Everybody, with the number of customers of each.</summary>
    public async Task<IReadOnlyList<OwnerRow>> ReadAll(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"RowKey eq {OwnerRow.Key}");
        var rows = new List<OwnerRow>();
        await foreach (var row in tables.Owners.QueryAsync<OwnerRow>(filter, cancellationToken: cancellationToken))
            rows.Add(row);
        return rows;
    }

    /// <summary>One; null where there is none.</summary>
    public Task<OwnerRow?> Find(string owner, CancellationToken cancellationToken) =>
        tables.Owners.Get<OwnerRow>(owner, OwnerRow.Key, cancellationToken);

    /// <summary>Writes an owner. The number of customers and the address of the calendar stay.</summary>
    public async Task Put(Owner owner, CancellationToken cancellationToken)
    {
        for (var race = 0; race < Races; race++)
        {
            var read = await Find(owner.Id, cancellationToken);
            var row = OwnerRow.Of(owner, read?.Customers ?? 0);
            row.CalendarSerial = read?.CalendarSerial ?? 0;
            if (
                read is null
                    ? await tables.Owners.Add(row, cancellationToken)
                    : await tables.Owners.Replace(row, read.ETag, cancellationToken)
            )
                return;
        }

        throw Lost(owner.Id);
    }

    /// <summary>Ends the addresses of an owner's calendar that were given out so far.</summary>
    /// <returns>The owner since; null where there is none.</returns>
    public async Task<OwnerRow?> RenewCalendar(string owner, CancellationToken cancellationToken)
    {
        for (var race = 0; race < Races; race++)
        {
            if (await Find(owner, cancellationToken) is not { } row)
                return null;
            row.CalendarSerial++;
            if (await tables.Owners.Replace(row, row.ETag, cancellationToken))
                return row;
        }

        throw Lost(owner);
    }

    /// <summary>Takes a place of an owner for a customer. Taken twice it is one.</summary>
    /// <returns>False where there is no such owner, or no room.</returns>
    public async Task<bool> Take(string owner, Handle customer, CancellationToken cancellationToken)
    {
        for (var race = 0; race < Races; race++)
        {
            if (await Find(owner, cancellationToken) is not { } row)
                return false;
            if (await tables.Owners.Get<OwnedCustomerRow>(owner, OwnedCustomerRow.KeyOf(customer), cancellationToken) is not null)
                return true;
            if (row.Customers >= row.Capacity)
                return false;
            row.Customers++;
            var place = new OwnedCustomerRow
            {
                PartitionKey = owner,
                RowKey = OwnedCustomerRow.KeyOf(customer),
                Since = clocks.Now,
            };
            if (
                await tables.Owners.Transact(
                    [new(TableTransactionActionType.UpdateReplace, row, row.ETag), new(TableTransactionActionType.Add, place)],
                    cancellationToken
                )
            )
                return true;
        }

        throw Lost(owner);
    }

    /// <summary>Gives a place back. Given back twice it is given back once.</summary>
    public async Task Release(string owner, Handle customer, CancellationToken cancellationToken)
    {
        for (var race = 0; race < Races; race++)
        {
            if (await tables.Owners.Get<OwnedCustomerRow>(owner, OwnedCustomerRow.KeyOf(customer), cancellationToken) is not { } place)
                return;
            if (await Find(owner, cancellationToken) is not { } row)
                return;
            row.Customers--;
            if (
                await tables.Owners.Transact(
                    [
                        new(TableTransactionActionType.UpdateReplace, row, row.ETag),
                        new(TableTransactionActionType.Delete, place, place.ETag),
                    ],
                    cancellationToken
                )
            )
                return;
        }

        throw Lost(owner);
    }

    /// <summary>Keys of the customers of an owner.</summary>
    public async Task<IReadOnlyList<Handle>> CustomersOf(string owner, CancellationToken cancellationToken)
    {
        var until = OwnedCustomerRow.Prefix + "~";
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {owner} and RowKey ge {OwnedCustomerRow.Prefix} and RowKey lt {until}"
        );
        var customers = new List<Handle>();
        await foreach (var row in tables.Owners.QueryAsync<OwnedCustomerRow>(filter, cancellationToken: cancellationToken))
        {
            if (Handle.FromKey(row.RowKey[OwnedCustomerRow.Prefix.Length..]) is { } handle)
                customers.Add(handle);
        }

        return customers;
    }

    private static InvalidOperationException Lost(string owner) =>
        new($"Owner {owner} was changed by others {Races} times meanwhile; the next delivery tries again.");
}

/// <summary>An owner.</summary>
public sealed class OwnerRow : ITableEntity
{
    /// <summary>The row key.</summary>
    public const string Key = "profile";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Name { get; set; } = "";

    public string? Email { get; set; }

    /// <summary>JSON list.</summary>
    public string Skills { get; set; } = "[]";

    public int Capacity { get; set; }

    public int Customers { get; set; }

    public string? Lead { get; set; }

    public DateTimeOffset? AwayFrom { get; set; }

    public DateTimeOffset? AwayUntil { get; set; }

    public string? StandIn { get; set; }

    /// <summary>How often the address of the calendar was renewed: only addresses of this number are good.</summary>
    public int CalendarSerial { get; set; }

    /// <summary>The owner of a row.</summary>
    public Owner ToOwner() =>
        new(
            PartitionKey,
            Name,
            Email,
            [.. JsonSerializer.Deserialize(Skills, OwnerColumns.Default.StringArray)!],
            Capacity,
            Lead,
            AwayFrom is { } from && AwayUntil is { } until && StandIn is { } standIn ? new Leave(from, until, standIn) : null
        );

    /// <summary>The row of an owner.</summary>
    public static OwnerRow Of(Owner owner, int customers) =>
        new()
        {
            PartitionKey = owner.Id,
            Name = owner.Name,
            Email = owner.Email,
            Skills = JsonSerializer.Serialize([.. owner.Skills.Order(StringComparer.Ordinal)], OwnerColumns.Default.StringArray),
            Capacity = owner.Capacity,
            Customers = customers,
            Lead = owner.Lead,
            AwayFrom = owner.Leave?.From,
            AwayUntil = owner.Leave?.Until,
            StandIn = owner.Leave?.StandIn,
        };
}

/// <summary>A customer of an owner.</summary>
public sealed class OwnedCustomerRow : ITableEntity
{
    /// <summary>Row keys begin with this; the customer follows.</summary>
    public const string Prefix = "c-";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public DateTimeOffset Since { get; set; }

    /// <summary>The row key of a customer.</summary>
    public static string KeyOf(Handle customer) => Prefix + customer.Key;
}

/// <summary>JSON inside columns.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class OwnerColumns : JsonSerializerContext;
