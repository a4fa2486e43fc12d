using System.Collections.Immutable;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Tiering.Measuring;

/// <summary>Measures something of the orders that count at an instant and lie inside a window.</summary>
internal abstract class OrderGauge(OrderLines orders, TimeSpan? window) : Gauge
{
    // What each line is worth to this gauge; null where lines never change and what has come in counts until it leaves.
    private readonly Money?[]? held = orders.Simple ? null : new Money?[orders.Lines.Length];
    private readonly long length = window?.Ticks ?? Never;
    private int entered;
    private int left;

    /// <summary>All orders that ever counted.</summary>
    protected IReadOnlyList<Customers.Order> Lines => orders.Lines;

    public sealed override void Move(long now)
    {
        for (; entered < orders.Changes && orders.ChangeAt(entered) <= now; entered++)
        {
            if (held is null)
            {
                Add(entered);
                continue;
            }

            var (line, net) = orders.Change(entered);
            if (line < left)
                continue;
            if (held[line] is not null)
                Remove(line);
            held[line] = net;
            if (net is not null)
                Add(line);
        }

        if (length != Never)
        {
            for (; left < orders.Lines.Length && orders.Lines[left].At.UtcTicks <= now - length; left++)
            {
                if (held is null || held[left] is not null)
                    Remove(left);
            }
        }

        Next = Math.Min(entered < orders.Changes ? orders.ChangeAt(entered) : Never, Math.Min(Leaves(), Steps(now)));
    }

    public override ImmutableArray<string> Events()
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var end = held is null ? entered : orders.Lines.Length;
        for (var line = left; line < end; line++)
        {
            if (Counts(line))
                names.AddRange(orders.Lines[line].Events);
        }

        return names.DrainToImmutable();
    }

    protected bool Counts(int line) => held is null ? line >= left && line < entered : line >= left && held[line] is not null;

    /// <summary>What a line that counts is worth.</summary>
    protected Money NetOf(int line) => held is null ? orders.Lines[line].Net : held[line]!.Value;

    /// <summary>A line counts from now on.</summary>
    protected abstract void Add(int line);

    /// <summary>A line that counted does no longer.</summary>
    protected abstract void Remove(int line);

    /// <summary>The next instant at which the value steps by the clock alone, windows left aside.</summary>
    protected virtual long Steps(long now) => Never;

    private long Leaves() =>
        length == Never || left >= orders.Lines.Length || (held is null && left >= entered)
            ? Never
            : orders.Lines[left].At.UtcTicks + length;
}

/// <summary>Orders that count.</summary>
internal sealed class OrderCountGauge(OrderLines orders, TimeSpan? window) : OrderGauge(orders, window)
{
    private int count;

    public override Reading At(long now) => (decimal)count;

    public override long? Fine(long now) => count * 10_000L;

    protected override void Add(int line) => count++;

    protected override void Remove(int line) => count--;
}

/// <summary>Whole days since the last order that counts.</summary>
internal sealed class RecencyGauge(OrderLines orders, DaySteps steps) : OrderGauge(orders, null)
{
    private int last = -1;

    public override Reading At(long now) => last < 0 ? Reading.Worst : Math.Max(0, (now - LastAt) / TimeSpan.TicksPerDay);

    public override long? Fine(long now) => last < 0 ? null : Math.Max(0, (now - LastAt) / TimeSpan.TicksPerDay) * 10_000L;

    public override ImmutableArray<string> Events() => last < 0 ? [] : Lines[last].Events;

    protected override void Add(int line) => last = Math.Max(last, line);

    protected override void Remove(int line)
    {
        while (last >= 0 && (last == line || !Counts(last)))
            last--;
    }

    protected override long Steps(long now) => last < 0 ? Never : steps.After(LastAt, now);

    private long LastAt => Lines[last].At.UtcTicks;
}

/// <summary>Whole days since the first order that counts.</summary>
internal sealed class TenureGauge(OrderLines orders, DaySteps steps) : OrderGauge(orders, null)
{
    private int first = int.MaxValue;

    public override Reading At(long now) => first == int.MaxValue ? 0m : Math.Max(0, (now - FirstAt) / TimeSpan.TicksPerDay);

    public override ImmutableArray<string> Events() => first == int.MaxValue ? [] : Lines[first].Events;

    protected override void Add(int line) => first = Math.Min(first, line);

    protected override void Remove(int line)
    {
        while (first < Lines.Count && (first == line || !Counts(first)))
            first++;
        if (first >= Lines.Count)
            first = int.MaxValue;
    }

    protected override long Steps(long now) => first == int.MaxValue ? Never : steps.After(FirstAt, now);

    private long FirstAt => Lines[first].At.UtcTicks;
}

/// <summary>Net amount of the orders that count, or its mean, in the standard's currency.</summary>
internal sealed class RevenueGauge(OrderLines orders, TimeSpan? window, Standards.Standard standard, bool average)
    : OrderGauge(orders, window)
{
    private const long LargestFine = 1_000_000_000_000_000;
    private readonly byte digits = (byte)(Currencies.Digits(standard.Currency) ?? 0);

    // In the standard's own currency, in minor units, and converted from others.
    private long own;
    private decimal converted;
    private int conversions;
    private int unconvertible;
    private int count;

    public override Reading At(long now)
    {
        if (unconvertible > 0)
            return Reading.Unknown;
        var sum = Major(own, digits) + converted;
        if (!average)
            return sum;
        return count == 0 ? Reading.Unknown : Math.Round(sum / count, 2, MidpointRounding.AwayFromZero);
    }

    public override long? Fine(long now) =>
        average || unconvertible > 0 || conversions > 0 || digits > 4 || own > LargestFine ? null : own * Scales[digits];

    protected override void Add(int line) => Count(NetOf(line), 1);

    protected override void Remove(int line) => Count(NetOf(line), -1);

    private static ReadOnlySpan<int> Scales => [10_000, 1000, 100, 10, 1];

    private void Count(Money net, int sign)
    {
        count += sign;
        if (net.Currency == standard.Currency)
        {
            own += sign * net.AmountMinor;
            return;
        }

        if (!standard.Rates.TryGetValue(net.Currency, out var rate))
        {
            unconvertible += sign;
            return;
        }

        conversions += sign;
        converted += sign * Major(net.AmountMinor, (byte)(Currencies.Digits(net.Currency) ?? 0)) * rate;
    }

    // Minor units with the point put in: no division.
    private static decimal Major(long minor, byte digits) => new(unchecked((int)minor), (int)(minor >> 32), 0, isNegative: false, digits);
}
