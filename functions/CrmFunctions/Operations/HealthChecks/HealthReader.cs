using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>Runs all health checks at once, and gives the answer again for <see cref="HealthOptions.CacheFor"/>.</summary>
public sealed class HealthReader(HealthCheckService healthChecks, Clocks clocks, IOptions<HealthOptions> options) : IDisposable
{
    private readonly SemaphoreSlim one = new(1);
    private HealthSnapshot? last;

    /// <summary>How all parts are, as found within the last seconds.</summary>
    public async Task<HealthSnapshot> Read(CancellationToken cancellationToken)
    {
        if (Known() is { } known)
            return known;
        await one.WaitAsync(cancellationToken);
        try
        {
            // For all who ask meanwhile: one who hangs up must not end it for the others.
            return Known()
                ?? (last = new HealthSnapshot(await healthChecks.CheckHealthAsync(CancellationToken.None), clocks.Machine.GetUtcNow()));
        }
        finally
        {
            one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => one.Dispose();

    private HealthSnapshot? Known() => last is { } look && clocks.Machine.GetUtcNow() - look.At < options.Value.CacheFor ? look : null;
}

/// <summary>What all health checks found at one time.</summary>
/// <param name="report">By name of the part.</param>
/// <param name="at">UTC, by the machine's clock.</param>
public sealed class HealthSnapshot(HealthReport report, DateTimeOffset at)
{
    /// <summary>When the checks ended. UTC, by the machine's clock.</summary>
    public DateTimeOffset At => at;

    /// <summary>The parts whose checks have a tag, in the order of <see cref="HealthPartNames.All"/>.</summary>
    /// <param name="tag">One of <see cref="HealthTags"/>.</param>
    public IReadOnlyList<HealthPart> Tagged(string tag) =>
        [
            .. from name in HealthPartNames.All
            where report.Entries.TryGetValue(name, out var entry) && entry.Tags.Contains(tag)
            select HealthPart.Of(name, report.Entries[name]),
        ];

    /// <summary>What a person must look at, a sentence each.</summary>
    public IReadOnlyList<string> Alarms =>
        [.. Tagged(HealthTags.Fresh).Where(part => !part.Good).Select(part => $"{part.Name}: {part.Says}")];
}
