using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Domain.ValueModels.Churn;

/// <summary>A rule that foretells whether a customer will order within the horizon it was trained for.</summary>
/// <param name="Name">One of <see cref="ChurnRules"/>.</param>
/// <param name="LogOdds">Log-odds of no order in the horizon; the higher, the more likely the customer is lost.</param>
public sealed record ChurnRule(string Name, Func<CustomerAt, double> LogOdds)
{
    /// <summary>Probability of no order in the horizon, 0 to 1.</summary>
    public double Probability(CustomerAt customer) => 1 / (1 + Math.Exp(-LogOdds(customer)));

    /// <summary>Days of silence after the last purchase at which a customer passes a level of log-odds, nothing else happening.</summary>
    /// <param name="customer">Whose purchases count; how long ago the last one was does not.</param>
    /// <param name="level">Log-odds.</param>
    /// <param name="longest">Days after which no alarm is looked for.</param>
    /// <returns>Whole days, 0 to <paramref name="longest"/>; null where the level is not passed by then.</returns>
    public int? SilenceUntil(CustomerAt customer, double level, int longest = 1000)
    {
        bool Passed(int days) => LogOdds(customer.After(days)) > level;

        if (!Passed(longest)) return null;
        var (low, high) = (-1, longest);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (Passed(middle)) high = middle;
            else low = middle;
        }

        return high;
    }
}

/// <summary>The names of the rules.</summary>
public static class ChurnRules
{
    /// <summary>Days since the last order, and nothing else: the plain rule that others must beat.</summary>
    public const string Recency = "recency";

    /// <summary>P(no order in the horizon) of the purchase model that fits best.</summary>
    public const string NoOrder = "no-order";

    /// <summary>Silence against the customer's own gaps, their spread shrunk to the population's: the early warner for regular customers.</summary>
    public const string Cadence = "cadence";

    /// <summary>Logistic regression on recency, frequency, mean spend and tenure, trained on an earlier origin.</summary>
    public const string Logistic = "logistic";

    /// <summary>The mean of the log-odds of <see cref="NoOrder"/> and <see cref="Logistic"/>.</summary>
    public const string Blend = "blend";

    /// <summary>All of them, the plain one first.</summary>
    public static IReadOnlyList<string> All { get; } = [Recency, NoOrder, Cadence, Logistic, Blend];
}

/// <summary>The rules trained on what was known at one day, and the purchase model behind them.</summary>
/// <param name="Origin">The last day that was looked at.</param>
/// <param name="Model">The purchase model that fits best and is usable; NBD where none is.</param>
/// <param name="Rules">Those that could be trained; <see cref="ChurnRules.Recency"/> always.</param>
public sealed record TrainedRules(DateOnly Origin, Fitting.PurchaseFit Model, IReadOnlyDictionary<string, ChurnRule> Rules)
{
    /// <summary>The model as such.</summary>
    public IPurchaseModel Purchases => Model.Model;
}
