using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Orders;
using CrmFunctions.Domain.ValueModels.Spend;

namespace CrmFunctions.Domain.ValueModels.Churn;

/// <summary>Expected purchases times expected spend, against what came.</summary>
internal static class ValuePrediction
{
    public static ValueResult Evaluate(
        OrderBook book,
        IReadOnlyList<CustomerLedger> ledgers,
        List<CustomerAt> customers,
        PurchaseFit fit,
        DateOnly end,
        int horizon
    )
    {
        var expected = customers.Select(customer => fit.Model.Expected(customer.History, horizon)).ToArray();
        var naive = customers.Select(c => c.History.Age > 0 ? c.History.Repeats / c.History.Age * horizon : 0).ToArray();
        var bought = new double[customers.Count];
        var revenue = new double[customers.Count];
        for (var i = 0; i < customers.Count; i++)
        {
            foreach (var purchase in ledgers[customers[i].Index].PurchasesUntil(end.AddDays(horizon)))
            {
                if (purchase.Day <= end.DayNumber)
                    continue;
                bought[i]++;
                revenue[i] += (double)purchase.Amount;
            }
        }

        if (!book.HasAmounts)
        {
            var past = customers.Select(customer => (double)customer.Purchases).ToArray();
            return new(
                fit.Model.Name,
                Errors(expected, bought),
                Errors(naive, bought),
                null,
                Share(expected, bought),
                Share(past, bought),
                Share(bought, bought)
            );
        }

        var spend = SpendModel.From(customers);
        var value = customers.Select((customer, i) => expected[i] * spend.Expected(customer)).ToArray();
        var spent = customers.Select(customer => customer.Revenue).ToArray();
        return new(
            fit.Model.Name,
            Errors(expected, bought),
            Errors(naive, bought),
            Errors(value, revenue),
            Share(value, revenue),
            Share(spent, revenue),
            Share(revenue, revenue)
        );
    }

    private static ErrorSummary Errors(double[] predicted, double[] actual)
    {
        var (absolute, squared) = (0.0, 0.0);
        for (var i = 0; i < predicted.Length; i++)
        {
            absolute += Math.Abs(predicted[i] - actual[i]);
            squared += Math.Pow(predicted[i] - actual[i], 2);
        }

        var (total, came) = (predicted.Sum(), actual.Sum());
        return new(absolute / predicted.Length, Math.Sqrt(squared / predicted.Length), came > 0 ? total / came - 1 : null, total, came);
    }

    private static double? Share(double[] predicted, double[] actual)
    {
        var share = Metrics.TopShare(predicted, actual, 0.1);
        return double.IsNaN(share) ? null : share;
    }
}
