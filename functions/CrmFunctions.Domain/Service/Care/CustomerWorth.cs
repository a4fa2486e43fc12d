using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Domain.Service.Care;

/// <summary>What a customer is worth to us, for the order of a list.</summary>
public static class CustomerWorth
{
    private static readonly TimeSpan year = TimeSpan.FromDays(365);

    /// <summary>What the value model expects of the next year; without one, what the last year has brought.</summary>
    /// <returns>In the currency of the decision's standard. Orders in a currency without a rate count for nothing.</returns>
    public static decimal Of(Facts facts, Decision decision, DateTimeOffset now)
    {
        if (decision.Outlook.PredictedValue(now, year) is { } predicted)
            return Math.Round((decimal)predicted, 2);
        var (currency, sum) = (decision.By.Currency, 0m);
        foreach (var order in facts.Orders.Where(order => order.At > now - year))
        {
            var rate = order.Net.Currency == currency ? 1m : decision.By.Rates.GetValueOrDefault(order.Net.Currency);
            sum += order.Net.Amount * rate;
        }

        return Math.Round(sum, 2);
    }
}
