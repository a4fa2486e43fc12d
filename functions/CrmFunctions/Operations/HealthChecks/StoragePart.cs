using CrmFunctions.Standards;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>Table Storage: it answers, and has the standard in force on record.</summary>
public sealed class StoragePart(StandardStore standards, TieringEngine engine) : IHealthPart
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = [HealthPartNames.Storage];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthPart>> Look(CancellationToken cancellationToken)
    {
        var there = await standards.Find(engine.Standard.Scheme, engine.Standard.Version, cancellationToken) is not null;
        return [new HealthPart(HealthPartNames.Storage, there, there ? "It answers." : "The standard in force is not recorded yet.")];
    }
}
