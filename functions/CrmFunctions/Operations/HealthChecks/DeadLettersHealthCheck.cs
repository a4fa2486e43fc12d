using CrmFunctions.Operations.DeadLetters;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>The dead-letter queues: none has a letter.</summary>
public sealed class DeadLettersHealthCheck(DeadLetterQueues letters) : IHealthCheck
{
    private const int Most = 100;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        HealthPart.Result(
            await Task.WhenAll(DeadLetterQueues.Queues.Select(queue => Of(queue, cancellationToken))),
            "There are none.",
            bad =>
                $"There are letters in {string.Join(", ", bad.Select(item => $"{item.Name} ({item.Count}{(item.Count == Most ? " or more" : "")})"))}."
        );

    private async Task<HealthItem> Of(string queue, CancellationToken cancellationToken)
    {
        var there = await letters.Peek(queue, 0, Most, cancellationToken);
        return new HealthItem(
            queue,
            there.Count == 0,
            Count: there.Count,
            Since: there.Count == 0 ? null : there.Min(letter => letter.EnqueuedTime)
        );
    }
}
