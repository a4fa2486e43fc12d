using CrmFunctions.Domain.Standards;
using CrmFunctions.Standards;
using CrmFunctions.Storage;
using Microsoft.Extensions.Hosting;

namespace CrmFunctions.Operations;

/// <summary>Before the first request: the tables are there, and the standard in force is on record.</summary>
public sealed class StartupPreparation(CrmTables tables, Standard standard, StandardText text, ChangeStandards change) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await tables.Prepare(cancellationToken);
        await change.Seed(standard, text.Json, cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>The standard in force as written.</summary>
public sealed record StandardText(string Json);
