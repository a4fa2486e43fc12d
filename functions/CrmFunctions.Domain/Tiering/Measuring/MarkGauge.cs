using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;

namespace CrmFunctions.Domain.Tiering.Measuring;

/// <summary>How many marks lie inside a window, or their mean.</summary>
internal sealed class MarkGauge(ImmutableArray<DatedValue> marks, TimeSpan? window, bool mean) : Gauge
{
    private readonly long length = window?.Ticks ?? Never;
    private int entered;
    private int left;
    private long sum;

    public override void Move(long now)
    {
        for (; entered < marks.Length && marks[entered].At.UtcTicks <= now; entered++)
            sum += marks[entered].Value;
        for (; length != Never && left < entered && marks[left].At.UtcTicks <= now - length; left++)
            sum -= marks[left].Value;
        Next = Math.Min(
            entered < marks.Length ? marks[entered].At.UtcTicks : Never,
            length != Never && left < entered ? marks[left].At.UtcTicks + length : Never
        );
    }

    public override Reading At(long now)
    {
        var count = entered - left;
        if (!mean)
            return (decimal)count;
        return count == 0 ? Reading.Unknown : Math.Round((decimal)sum / count, 2, MidpointRounding.AwayFromZero);
    }

    public override ImmutableArray<string> Events() => [.. marks.AsSpan()[left..entered].ToArray().Select(mark => mark.Event)];
}
