using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering.Measuring;

/// <summary>Engagement, which fades from touch to touch.</summary>
internal sealed class EngagementGauge(ImmutableArray<EngagementPoint> touches, Quantity what) : Gauge
{
    // At each touch, the engagement of all touches up to it, at its own instant; filled as far as it was asked for.
    private readonly double[] sums = new double[touches.Length];
    private readonly long window = what.Window?.Ticks ?? Never;
    private int summed;
    private int entered;
    private int left;

    public override bool Fades => entered > left;

    public override void Move(long now)
    {
        while (entered < touches.Length && touches[entered].At.UtcTicks <= now)
            entered++;
        while (window != Never && left < entered && touches[left].At.UtcTicks <= now - window)
            left++;
        Next = Math.Min(
            entered < touches.Length ? touches[entered].At.UtcTicks : Never,
            window != Never && left < entered ? touches[left].At.UtcTicks + window : Never
        );
    }

    public override Reading At(long now) => Reading.OfFine(Fine(now)!.Value);

    public override long? Fine(long now)
    {
        if (entered == left)
            return 0;
        for (; summed < entered; summed++)
        {
            sums[summed] =
                touches[summed].Points
                + (summed == 0 ? 0 : sums[summed - 1] * Faded(touches[summed].At.UtcTicks - touches[summed - 1].At.UtcTicks));
        }

        var points = Left(entered - 1, now) - (left == 0 ? 0 : Left(left - 1, now));
        return (long)Math.Round(Math.Max(0, points) * 10_000, MidpointRounding.AwayFromZero);
    }

    public override ImmutableArray<string> Events() => [.. touches.AsSpan()[left..entered].ToArray().Select(touch => touch.Event)];

    private double Left(int touch, long now) => sums[touch] * Faded(now - touches[touch].At.UtcTicks);

    private double Faded(long age) => Math.Pow(0.5, (double)age / what.HalfLife.Ticks);
}
