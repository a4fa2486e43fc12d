using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Storage;
using CrmFunctions.Telemetry;

namespace CrmFunctions.Operations;

/// <summary>What all instances counted, day by day: a row for each instance and day, in the partition of its month.</summary>
public sealed class UsageStore(CrmTables tables, OperationCount operations, Clocks clocks) : IDisposable
{
    private readonly string instance = Guid.NewGuid().ToString("N")[..12];
    private readonly SemaphoreSlim one = new(1);
    private IReadOnlyDictionary<string, long> before = new Dictionary<string, long>();
    private DateOnly day = DateOnly.FromDateTime(clocks.Machine.GetUtcNow().UtcDateTime);

    /// <summary>Writes what this instance has counted today. What was counted after the last look of a day falls to the next.</summary>
    public async Task Keep(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            var now = operations.Lines();
            await tables.Tallies.Put(
                new UsageRow
                {
                    PartitionKey = Month(day),
                    RowKey = Row(day),
                    Lines = JsonSerializer.Serialize(Less(now, before), UsageJson.Default.DictionaryStringInt64),
                },
                cancellationToken
            );
            if (DateOnly.FromDateTime(clocks.Machine.GetUtcNow().UtcDateTime) is var today && today != day)
                (day, before) = (today, now);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>All that was counted within a month, this instance up to now.</summary>
    public async Task<UsageSummary> Read(DateOnly month, CancellationToken cancellationToken)
    {
        // First of all: what this question costs is not in its own answer.
        var now = operations.Lines();
        await one.WaitAsync(cancellationToken);
        try
        {
            var (sum, instances, partition) = (
                new Dictionary<string, long>(StringComparer.Ordinal),
                new HashSet<string>(StringComparer.Ordinal),
                Month(month)
            );
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
            await foreach (var row in tables.Tallies.QueryAsync<UsageRow>(filter, cancellationToken: cancellationToken))
            {
                if (row.RowKey == Row(day))
                    continue;
                instances.Add(row.RowKey.Split('-')[^1]);
                Add(sum, JsonSerializer.Deserialize(row.Lines, UsageJson.Default.DictionaryStringInt64)!);
            }

            if (partition == Month(day))
            {
                instances.Add(instance);
                Add(sum, Less(now, before));
            }

            return new UsageSummary(partition, instances.Count, clocks.Machine.GetUtcNow(), sum);
        }
        finally
        {
            one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => one.Dispose();

    private string Row(DateOnly of) => string.Create(CultureInfo.InvariantCulture, $"{of:dd}-{instance}");

    private static string Month(DateOnly of) => of.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static Dictionary<string, long> Less(IReadOnlyDictionary<string, long> now, IReadOnlyDictionary<string, long> then) =>
        now.ToDictionary(line => line.Key, line => line.Value - then.GetValueOrDefault(line.Key), StringComparer.Ordinal);

    private static void Add(Dictionary<string, long> sum, Dictionary<string, long> lines)
    {
        foreach (var (line, count) in lines)
            sum[line] = sum.GetValueOrDefault(line) + count;
    }
}

/// <summary>What was counted within a month.</summary>
/// <param name="Month">yyyy-MM, in UTC.</param>
/// <param name="Instances">Processes that counted.</param>
/// <param name="At">Up to when.</param>
/// <param name="Lines">
/// table.* and bus.*: operations; executions; active.*: milliseconds as Flex Consumption rounds them; written.bytes, telemetry.bytes,
/// events.
/// </param>
public sealed record UsageSummary(
    [property: RegularExpression(@"^\d{4}-\d{2}$")] string Month,
    int Instances,
    DateTimeOffset At,
    IReadOnlyDictionary<string, long> Lines
);

/// <summary>What one instance counted on a day.</summary>
public sealed class UsageRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Lines { get; set; } = "{}";
}

/// <summary>JSON of tallies.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(UsageSummary))]
internal sealed partial class UsageJson : JsonSerializerContext;
