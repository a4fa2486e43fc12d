using System.Collections.Immutable;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Service.Plans;
using CrmFunctions.Storage;

namespace CrmFunctions.Standards.Plans;

/// <summary>
/// The record of every plan that was in force. Which are is said where the standards are: one row, one revision, one rollout.
/// </summary>
public sealed class PlanStore(CrmTables tables)
{
    /// <summary>Records a plan, once.</summary>
    public Task Record(Plan plan, string json, DateTimeOffset now, CancellationToken cancellationToken) =>
        tables.Plans.Add(
            new PlanRow
            {
                PartitionKey = plan.Scheme,
                RowKey = plan.Version,
                Json = json,
                FirstUsed = now,
            },
            cancellationToken
        );

    /// <summary>A plan on record; null where there is none.</summary>
    public Task<PlanRow?> Find(string scheme, string version, CancellationToken cancellationToken) =>
        tables.Plans.Get<PlanRow>(scheme, version, cancellationToken);

    /// <summary>The names in a row.</summary>
    public static ImmutableArray<PlanNames> NamesOf(ActiveStandardsRow row) =>
        [.. JsonSerializer.Deserialize(row.Plans, ActiveStandardsJson.Default.PlanNamesArray)!];

    /// <summary>The names as a column holds them.</summary>
    public static string Written(IEnumerable<PlanNames> names) =>
        JsonSerializer.Serialize([.. names], ActiveStandardsJson.Default.PlanNamesArray);

    /// <summary>The plans of a row, in the order of the schemes. What is in force already is not read again.</summary>
    /// <exception cref="InvalidOperationException">The record has not what the row names.</exception>
    public async Task<ImmutableArray<Plan>> Load(ActiveStandardsRow row, ActiveStandards known, CancellationToken cancellationToken)
    {
        var order = StandardStore.NamesOf(row).Select(names => names.Scheme).ToList();
        var plans = ImmutableArray.CreateBuilder<Plan>();
        foreach (var names in NamesOf(row).OrderBy(names => order.IndexOf(names.Scheme)))
        {
            plans.Add(
                known.Plans.FirstOrDefault(plan => plan.Scheme == names.Scheme && plan.Version == names.Version)
                    ?? await Read(names, cancellationToken)
            );
        }

        return plans.ToImmutable();
    }

    private async Task<Plan> Read(PlanNames names, CancellationToken cancellationToken)
    {
        var row =
            await Find(names.Scheme, names.Version, cancellationToken)
            ?? throw new InvalidOperationException($"Plan {names.Scheme}@{names.Version} is in force and not on record.");
        var plan =
            PlanReader.Read(row.Json, out var problems, out _)
            ?? throw new InvalidOperationException($"Plan {names.Scheme}@{names.Version}: {string.Join("; ", problems)}");

        // Where it does not say so itself, it is for first entries since it came into force.
        return plan.From is null ? plan with { From = row.FirstUsed } : plan;
    }
}

/// <summary>A plan that was or is in force.</summary>
public sealed class PlanRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Json { get; set; } = "";

    public DateTimeOffset FirstUsed { get; set; }
}
