using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Sources.Hooks;

/// <summary>
/// What each source may still send to this instance: a bucket that fills evenly and holds some seconds' worth. Only authentic deliveries
/// are taken from it, so that nobody can use up another's budget; there are as many buckets as sources that were heard.
/// </summary>
/// <remarks>The framework's rate limiters keep their own clock; this one goes by the suite's.</remarks>
public sealed class RateBudgets(Clocks clocks, IOptions<HookOptions> options)
{
    private readonly ConcurrentDictionary<string, Bucket> buckets = new(StringComparer.Ordinal);

    /// <summary>Takes one delivery from the budget of a source.</summary>
    /// <returns>Null: it may come in. Otherwise how long until one may.</returns>
    public TimeSpan? Take(string source, int? perSecond)
    {
        var rate = perSecond ?? options.Value.PerSecond;
        return buckets.GetOrAdd(source, _ => new Bucket()).Take(clocks.Machine, rate, (long)rate * options.Value.BurstSeconds);
    }

    private sealed class Bucket
    {
        private readonly Lock gate = new();
        private long? filledAt;
        private double tokens;

        public TimeSpan? Take(TimeProvider clock, int perSecond, long most)
        {
            lock (gate)
            {
                var now = clock.GetTimestamp();
                tokens = filledAt is { } before
                    ? Math.Min(most, tokens + (clock.GetElapsedTime(before, now).TotalSeconds * perSecond))
                    : most;
                filledAt = now;
                if (tokens < 1)
                    return TimeSpan.FromSeconds((1 - tokens) / perSecond);
                tokens--;
                return null;
            }
        }
    }
}
