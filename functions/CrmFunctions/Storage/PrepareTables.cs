using Microsoft.Extensions.Hosting;

namespace CrmFunctions.Storage;

/// <summary>Makes the tables that are missing, before the first request.</summary>
public sealed class PrepareTables(CrmTables tables) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => tables.Prepare(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
