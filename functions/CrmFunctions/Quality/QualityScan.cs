using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Storage;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Quality;

/// <summary>Reads what is wrong with every customer: one column of the whole base, for somebody who asked, never on the way of an event.</summary>
public sealed class QualityScan(CrmTables tables, Clocks clocks, IOptions<QualityOptions> options)
{
    /// <summary>All defects, by customer and kind, and how many customers there are.</summary>
    public async Task<(int Customers, IReadOnlyList<(string Customer, Defect Defect)> Defects)> Read(CancellationToken cancellationToken)
    {
        var customers = new List<(string, QualityFacts)>();
        var filter = TableClient.CreateQueryFilter($"RowKey eq {CustomerRow.Key} and Kind eq {CustomerRow.Customer}");
        string[] columns = ["PartitionKey", nameof(CustomerRow.Quality)];
        await foreach (var row in tables.Customers.QueryAsync<CustomerRow>(filter, select: columns, cancellationToken: cancellationToken))
        {
            customers.Add((row.PartitionKey, Parse(row.Quality)));
        }

        return (customers.Count, QualityReport.Of(customers, options.Value.StaleAfter, clocks.Now));
    }

    /// <summary>The facts as a column.</summary>
    public static string Write(QualityFacts facts) => JsonSerializer.Serialize(facts, QualityColumn.Default.QualityFacts);

    private static QualityFacts Parse(string? column) => string.IsNullOrEmpty(column) ? QualityFacts.None : JsonSerializer.Deserialize(column, QualityColumn.Default.QualityFacts)!;
}

/// <summary>JSON of the column.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(QualityFacts))]
internal sealed partial class QualityColumn : JsonSerializerContext;
