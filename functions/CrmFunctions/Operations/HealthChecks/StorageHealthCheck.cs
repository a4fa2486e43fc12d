using CrmFunctions.Standards;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>Table Storage: it answers, and has the standard in force on record.</summary>
public sealed class StorageHealthCheck(StandardStore standards, TieringEngine engine) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await standards.Find(engine.Standard.Scheme, engine.Standard.Version, cancellationToken) is not null
            ? HealthPart.Result(good: true, "It answers.")
            : HealthPart.Result(good: false, "The standard in force is not recorded yet.");
}
