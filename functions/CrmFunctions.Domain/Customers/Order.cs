using System.Collections.Immutable;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Customers;

/// <summary>An order, net of what was given back.</summary>
/// <param name="Id">Source and the source's order id.</param>
/// <param name="At">When it was placed or paid, whichever came first. UTC.</param>
/// <param name="Gross">What was to be paid.</param>
/// <param name="RefundedMinor">What was given back, in minor units of the order's currency; at most the gross amount.</param>
/// <param name="Events">The events behind it, by name, in the order of time.</param>
public sealed record Order(string Id, DateTimeOffset At, Money Gross, long RefundedMinor, ImmutableArray<string> Events)
{
    /// <summary>Gross less what was given back.</summary>
    public Money Net => Gross with { AmountMinor = Gross.AmountMinor - RefundedMinor };

    /// <summary>What it was worth, from when, by time; empty where that is <see cref="Net"/> since <see cref="At"/>.</summary>
    public ImmutableArray<OrderValue> Changes { get; init; } = [];
}

/// <summary>What an order was worth from an instant on.</summary>
/// <param name="From">UTC.</param>
/// <param name="Net">Null: it did not count.</param>
public readonly record struct OrderValue(DateTimeOffset From, Money? Net);
