using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.ValueModels.Prediction;

/// <summary>Adds up the orders of one customer, in the order of time, to what the value models need to know.</summary>
/// <param name="currency">ISO 4217 code of the amounts.</param>
/// <param name="rates">Units of it for one unit of another currency; an amount in a currency without a rate is unknown, not zero.</param>
internal sealed class CustomerHistorySum(string currency, IReadOnlyDictionary<string, decimal> rates)
{
    private DateTimeOffset? first;
    private DateTimeOffset last;
    private int repeats;
    private double logGaps;
    private double logGapSquares;

    // Of the days before that of the last order, and of that day.
    private Spent all;
    private Spent again;
    private decimal today;
    private bool known = true;

    /// <summary>The history so far; null where there is no order.</summary>
    public CustomerHistory? History
    {
        get
        {
            if (first is not { } begin)
                return null;
            var (total, repeated) = known ? (all.And(today), repeats > 0 ? again.And(today) : again) : (all, again);
            return new(repeats + 1, Day(last) - Day(begin), begin, last, logGaps, logGapSquares, total.Mean, repeated.Mean);
        }
    }

    public void Add(DateTimeOffset at, Money net)
    {
        if (first is null)
        {
            first = at;
        }
        else if (Day(at) - Day(last) is > 0 and var gap)
        {
            if (known)
                (all, again) = (all.And(today), repeats > 0 ? again.And(today) : again);
            var logGap = Math.Log(gap);
            (repeats, logGaps, logGapSquares) = (repeats + 1, logGaps + logGap, logGapSquares + (logGap * logGap));
            (today, known) = (0m, true);
        }

        last = at;
        if (net.Currency == currency)
            today += net.Amount;
        else if (rates.TryGetValue(net.Currency, out var rate))
            today += net.Amount * rate;
        else
            known = false;
    }

    private static int Day(DateTimeOffset at) => (int)(at.UtcTicks / TimeSpan.TicksPerDay);

    private readonly record struct Spent(decimal Amount, int Days)
    {
        public double? Mean => Days == 0 ? null : (double)(Amount / Days);

        public Spent And(decimal amount) => new(Amount + amount, Days + 1);
    }
}
