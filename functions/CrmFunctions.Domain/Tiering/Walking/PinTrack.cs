using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering.Measuring;

namespace CrmFunctions.Domain.Tiering.Walking;

/// <summary>The tier that a person set, while time goes forward. It lapses; the engine's own goes on beneath it.</summary>
internal sealed class PinTrack(ImmutableArray<Pin> pins, Standard standard)
{
    private int entered;

    /// <summary>The next instant at which one is set, taken back, or lapses.</summary>
    public long Next { get; private set; } = pins.IsEmpty ? Gauge.Never : long.MinValue;

    /// <summary>The pin that counts; null: none does.</summary>
    public Pin? Current { get; private set; }

    /// <summary>Index of its tier; -1: there is none, or the standard has no tier of that name.</summary>
    public int Tier { get; private set; } = -1;

    public void Move(long now)
    {
        for (; entered < pins.Length && pins[entered].At.UtcTicks <= now; entered++)
        {
            if (pins[entered].Scheme == standard.Scheme)
                Current = pins[entered].Tier is null ? null : pins[entered];
        }

        if (Current?.Expires?.UtcTicks <= now)
            Current = null;
        Tier = Current is null ? -1 : standard.Tiers.Select(tier => tier.Name).ToList().IndexOf(Current.Tier!);
        Next = Math.Min(entered < pins.Length ? pins[entered].At.UtcTicks : Gauge.Never, Current?.Expires?.UtcTicks ?? Gauge.Never);
    }
}
