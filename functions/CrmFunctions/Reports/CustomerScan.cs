using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using CrmFunctions.Customers;
using CrmFunctions.Storage;

namespace CrmFunctions.Reports;

/// <summary>Reads a few columns of every customer: for reports on request, never while an event is processed.</summary>
public sealed class CustomerScan(CrmTables tables)
{
    private static readonly string[] columns =
    [
        "PartitionKey",
        nameof(CustomerRow.Tier),
        nameof(CustomerRow.Stage),
        nameof(CustomerRow.Events),
        nameof(CustomerRow.Orders),
        nameof(CustomerRow.LastOrderAt),
        nameof(CustomerRow.ChurnWarningFrom),
        nameof(CustomerRow.Digest),
    ];

    /// <summary>All customers decided, those joined into another left out; by id.</summary>
    public Task<IReadOnlyList<CustomerSummary>> Read(CancellationToken cancellationToken) =>
        Read(TableClient.CreateQueryFilter($"RowKey eq {CustomerRow.Key} and Kind eq {CustomerRow.Customer}"), cancellationToken);

    /// <summary>The customers in a stage; by id.</summary>
    public Task<IReadOnlyList<CustomerSummary>> InStage(string stage, CancellationToken cancellationToken) =>
        Read(
            TableClient.CreateQueryFilter($"RowKey eq {CustomerRow.Key} and Kind eq {CustomerRow.Customer} and Stage eq {stage}"),
            cancellationToken
        );

    /// <summary>SHA-256 over all customers, in hexadecimal: equal for bases that know and decide the same.</summary>
    public static string Hash(IEnumerable<CustomerSummary> customers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var customer in customers.OrderBy(customer => customer.Id, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{customer.Id} {customer.Digest}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task<IReadOnlyList<CustomerSummary>> Read(string filter, CancellationToken cancellationToken)
    {
        var customers = new List<CustomerSummary>();
        await foreach (var row in tables.Customers.QueryAsync<CustomerRow>(filter, select: columns, cancellationToken: cancellationToken))
        {
            customers.Add(
                new CustomerSummary(
                    row.PartitionKey,
                    row.Tier!,
                    row.Stage!,
                    row.Events,
                    row.Orders,
                    row.LastOrderAt,
                    row.ChurnWarningFrom,
                    row.Digest
                )
            );
        }

        return customers;
    }
}

/// <summary>A customer in a report.</summary>
public sealed record CustomerSummary(
    string Id,
    string Tier,
    string Stage,
    int Events,
    int Orders,
    DateTimeOffset? LastOrderAt,
    DateTimeOffset? ChurnWarningFrom,
    string Digest
);
