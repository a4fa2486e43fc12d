using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.ValueModels.Prediction;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.ValueModels.Prediction;

public sealed class CustomerHistoryTests
{
    private static readonly Dictionary<string, decimal> rates = new() { ["EUR"] = 8m };

    [Fact]
    public void Orders_of_one_UTC_day_are_one_purchase_of_their_sum_and_silence_runs_from_the_last_of_them()
    {
        var history = Of(
            Make.Paid("o1", 10, at: Make.Day(0.1)),
            Make.Paid("o2", 20, at: Make.Day(0.9)),
            Make.Paid("o3", 2, "EUR", Make.Day(10.99)),
            Make.Paid("o4", 5, at: Make.Day(11))
        )!.Value;
        Assert.Equal((3, 2, 11), (history.Purchases, history.Repeats, history.LastAtDays));
        Assert.Equal(Math.Log(10) + Math.Log(1), history.LogGaps, 1e-12);
        Assert.Equal((30 + 16 + 5) / 3.0, history.MeanSpend!.Value, 1e-12);
        Assert.Equal((16 + 5) / 2.0, history.MeanRepeatSpend!.Value, 1e-12);
        Assert.Equal(1.5, history.SilenceDays(Make.Day(12.5)), 1e-12);
        Assert.Equal(0, history.SilenceDays(Make.Day(3)));
    }

    [Fact]
    public void An_amount_in_a_currency_without_a_rate_is_unknown_and_not_zero()
    {
        var history = Of(Make.Paid("o1", 10, at: Make.Day(0)), Make.Paid("o2", 99, "CHF", Make.Day(5)))!.Value;
        Assert.Equal((10.0, null), (history.MeanSpend!.Value, history.MeanRepeatSpend));
        Assert.Null(Of(Make.Paid("o1", 10, "CHF"))!.Value.MeanSpend);
    }

    [Fact]
    public void A_customer_without_an_order_that_counts_has_no_history() =>
        Assert.Null(Of(Make.Paid("o1", 10), Make.Event(new OrderCancelled("o1"), Make.Day(1))));

    private static CustomerHistory? Of(params CustomerEvent[] events) =>
        CustomerHistory.Of(Make.Facts(events, Make.Day(400)), "CNY", rates);
}
