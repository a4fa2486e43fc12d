using System.Collections.Concurrent;
using Azure;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>
/// Looks at all parts at once, at most once within the time that an answer is good for; and remembers since when a part cannot be reached.
/// </summary>
public sealed class HealthCheckService(IEnumerable<IHealthPart> parts, Clocks clocks, IOptions<HealthOptions> options) : IDisposable
{
    /// <summary>A part that has not answered by then is bad: who asks is not kept waiting by the retries below.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, DateTimeOffset> unreachable = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim one = new(1);
    private HealthReport? last;

    /// <summary>How all parts are, as found within the last seconds.</summary>
    public async Task<HealthReport> At(CancellationToken cancellationToken)
    {
        if (Known() is { } known)
            return known;
        await one.WaitAsync(cancellationToken);
        try
        {
            if (Known() is { } meanwhile)
                return meanwhile;

            // For all who ask meanwhile: one who hangs up must not end it for the others.
            var found = (await Task.WhenAll(parts.Select(Ask))).SelectMany(each => each).OrderBy(part => Order(part.Name));
            return last = new HealthReport(clocks.Machine.GetUtcNow(), [.. found]);
        }
        finally
        {
            one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => one.Dispose();

    private static int Order(string name) => HealthPartNames.All.Index().First(part => part.Item == name).Index;

    private HealthReport? Known() => last is { } look && clocks.Machine.GetUtcNow() - look.At < options.Value.CacheFor ? look : null;

    private async Task<IReadOnlyList<HealthPart>> Ask(IHealthPart part)
    {
        using var enough = new CancellationTokenSource(patience, clocks.Machine);
        try
        {
            var found = await part.Look(enough.Token).WaitAsync(enough.Token);
            foreach (var name in part.Names)
                unreachable.TryRemove(name, out _);
            return found;
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            return Bad(part, $"It has not answered within {patience.TotalSeconds:0} s.");
        }
        catch (Exception failed)
            when (failed is RequestFailedException or ServiceBusException or AggregateException or InvalidOperationException)
        {
            return Bad(
                part,
                failed is RequestFailedException answered
                    ? $"Table Storage answers {answered.Status} {answered.ErrorCode}."
                    : $"It cannot be reached: {failed.GetType().Name}."
            );
        }
    }

    private List<HealthPart> Bad(IHealthPart part, string says) =>
        [.. part.Names.Select(name => new HealthPart(name, Good: false, says, unreachable.GetOrAdd(name, clocks.Machine.GetUtcNow())))];
}

/// <summary>One look at all parts.</summary>
/// <param name="At">When. UTC, by the machine's clock.</param>
/// <param name="Parts">All of them.</param>
public sealed record HealthReport(DateTimeOffset At, IReadOnlyList<HealthPart> Parts)
{
    /// <summary>What is needed for any answer is there.</summary>
    public bool IsReady =>
        Parts.Where(part => CrmFunctions.Operations.HealthChecks.HealthPartNames.Needed.Contains(part.Name)).All(part => part.Good);

    /// <summary>What a person must look at, a sentence each.</summary>
    public IReadOnlyList<string> Alarms => [.. Parts.Where(part => !part.Good).Select(part => $"{part.Name}: {part.Says}")];
}
