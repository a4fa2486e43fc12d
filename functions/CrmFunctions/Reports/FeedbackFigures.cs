using CrmFunctions.Domain.Service.Voice;
using CrmFunctions.Standards;
using CrmFunctions.Tiering.Calibrations;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Reports;

/// <summary>
/// What customers say, by tier. The whole base is read for it: one read at a time, and its figures are answered again for
/// <see cref="ReportOptions.KeptFor"/>, whoever asks.
/// </summary>
public sealed class FeedbackFigures(CustomerFactsReader reader, TieringEngine engine, Clocks clocks, IOptions<ReportOptions> options)
    : IDisposable
{
    private const int MostKept = 8;

    private readonly SemaphoreSlim reading = new(1);
    private readonly Dictionary<int, Kept> kept = [];

    /// <summary>The figures of a period that ends now, or ended when they were read.</summary>
    /// <param name="days">Its length.</param>
    /// <param name="cancellationToken">Ends the waiting, and the reading.</param>
    /// <returns>When the period ends, and the figures by tier.</returns>
    public async Task<(DateTimeOffset To, IReadOnlyDictionary<string, VoiceFigures> Tiers)> Of(
        int days,
        CancellationToken cancellationToken
    )
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            var now = clocks.Machine.GetUtcNow();
            foreach (var old in kept.Where(one => now - one.Value.ReadAt >= options.Value.KeptFor).Select(one => one.Key).ToList())
                kept.Remove(old);
            if (kept.TryGetValue(days, out var known))
                return (known.To, known.Tiers);

            var to = clocks.Now;
            var tiers = await Read(to.AddDays(-days), to, cancellationToken);
            if (kept.Count == MostKept)
                kept.Remove(kept.MinBy(one => one.Value.ReadAt).Key);
            kept[days] = new Kept(now, to, tiers);
            return (to, tiers);
        }
        finally
        {
            reading.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => reading.Dispose();

    private async Task<IReadOnlyDictionary<string, VoiceFigures>> Read(
        DateTimeOffset from,
        DateTimeOffset to,
        CancellationToken cancellationToken
    )
    {
        var figures = engine.Standard.Tiers.ToDictionary(tier => tier.Name, _ => VoiceFigures.None, StringComparer.Ordinal);
        await foreach (var (stored, events) in reader.Histories(cancellationToken))
        {
            if (stored.Decided is not { Tier: var tier } || CustomerVoice.Of(events, to) is not { } voice)
                continue;
            figures[tier] = figures.GetValueOrDefault(tier, VoiceFigures.None).With(voice, from, to);
        }

        return figures;
    }

    private sealed record Kept(DateTimeOffset ReadAt, DateTimeOffset To, IReadOnlyDictionary<string, VoiceFigures> Tiers);
}
