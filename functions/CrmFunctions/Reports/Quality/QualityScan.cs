using Azure.Data.Tables;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Storage;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Reports.Quality;

/// <summary>
/// Reads what is wrong with every customer: a few columns of the whole base, for a request, never while an event is processed.
/// </summary>
public sealed class QualityScan(CrmTables tables, Clocks clocks, IOptions<QualityOptions> options)
{
    private static readonly string[] columns =
    [
        nameof(CustomerRow.PartitionKey),
        nameof(CustomerRow.RowKey),
        nameof(CustomerRow.Handles),
        nameof(CustomerRow.Quality),
        nameof(CustomerRow.Ruling),
        nameof(CustomerRow.One),
        nameof(CustomerRow.Other),
        nameof(CustomerRow.At),
    ];

    /// <summary>All defects, by customer and kind, and how many customers there are.</summary>
    public async Task<(int Customers, IReadOnlyList<(string Customer, Defect Defect)> Defects)> Read(CancellationToken cancellationToken)
    {
        var (customers, rulings) = (new List<CustomerQuality>(), new List<Ruling>());
        var (from, to) = (IndexRow.RulingPrefix, IndexRow.RulingPrefix + "~");
        var filter = TableClient.CreateQueryFilter(
            $"(RowKey eq {CustomerRow.Key} and Kind eq {CustomerRow.Customer}) or (RowKey ge {from} and RowKey lt {to})"
        );
        await foreach (var row in tables.Customers.QueryAsync<CustomerRow>(filter, select: columns, cancellationToken: cancellationToken))
        {
            if (row.Ruling is not null)
                rulings.Add(IndexRow.RulingOf(row));
            else
                customers.Add(new CustomerQuality(row.PartitionKey, StateColumns.FiledUnder(row), QualityColumn.Read(row.Quality)));
        }

        return (customers.Count, QualityReport.Of(customers, rulings, options.Value.StaleAfter, clocks.Now));
    }
}
