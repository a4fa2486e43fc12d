using CrmFunctions.Operations.DeadLetters;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>The dead-letter queues: none has a letter.</summary>
public sealed class DeadLettersPart(DeadLetterQueues letters) : IHealthPart
{
    private const int Most = 100;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = [HealthPartNames.DeadLetters];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthPart>> Look(CancellationToken cancellationToken)
    {
        var items = await Task.WhenAll(DeadLetterQueues.Queues.Select(queue => Of(queue, cancellationToken)));
        var bad = items.Where(item => !item.Good).ToList();
        var says =
            bad.Count == 0
                ? "There are none."
                : $"There are letters in {string.Join(", ", bad.Select(item => $"{item.Name} ({item.Count}{(item.Count == Most ? " or more" : "")})"))}.";
        return [new HealthPart(HealthPartNames.DeadLetters, bad.Count == 0, says, bad.Min(item => item.Since), items)];
    }

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
