using CrmFunctions.Domain.Standards;
using Microsoft.Extensions.Hosting;

namespace CrmFunctions.Standards;

/// <summary>Puts the standard of the settings in force where none is, before the first request.</summary>
public sealed class SeedStandard(Standard standard, StandardText text, ChangeStandards change) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => change.Seed(standard, text.Json, cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>The standard of the settings as written.</summary>
public sealed record StandardText(string Json);
