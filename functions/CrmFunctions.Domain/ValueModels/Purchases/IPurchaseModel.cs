namespace CrmFunctions.Domain.ValueModels.Purchases;

/// <summary>A fitted model of when customers buy and when they leave. Times are in the unit of the histories it was fitted on.</summary>
/// <remarks>All answers are finite and in range for every valid history; formulas and sources: ValueModels/ValueModels.md.</remarks>
public interface IPurchaseModel
{
    /// <summary>The model's usual name: <c>bg-nbd</c>, <c>mbg-nbd</c>, <c>pareto-nbd</c>, <c>mbg-cnbd</c>, <c>nbd</c>.</summary>
    string Name { get; }

    /// <summary>The parameters by their usual names.</summary>
    IReadOnlyDictionary<string, double> Parameters { get; }

    /// <summary>ln of the likelihood of one history (a density: it may be above zero).</summary>
    double LogLikelihood(PurchaseHistory history);

    /// <summary>Probability that the customer has not left for good at T; 0 to 1.</summary>
    double ProbabilityAlive(PurchaseHistory history);

    /// <summary>Expected purchases in (T, T + <paramref name="horizon"/>]; zero or more.</summary>
    double Expected(PurchaseHistory history, double horizon);

    /// <summary>
    /// Expected repeat purchases of a new customer, of whom nothing but the first purchase is known, within <paramref name="time"/> of it.
    /// </summary>
    double Expected(double time);

    /// <summary>Probability of exactly <paramref name="purchases"/> purchases in the horizon; 0 to 1.</summary>
    double ProbabilityOf(int purchases, PurchaseHistory history, double horizon);

    /// <summary>Probability of no purchase at all in the horizon: the churn score. Unlike P(alive) it says something of everyone.</summary>
    double ProbabilityOfNoOrder(PurchaseHistory history, double horizon);

    /// <summary>Expected purchases in the horizon, each discounted by e^(−<paramref name="rate"/>·t) from its moment back to T.</summary>
    /// <param name="history">Known history.</param>
    /// <param name="horizon">Zero or more.</param>
    /// <param name="rate">Continuous rate for one unit of time: ln(1 + yearly rate) / units in a year. Zero or more.</param>
    double DiscountedExpected(PurchaseHistory history, double horizon, double rate);

    /// <summary>The silence after the last purchase at which P(alive) has fallen to a level: the personal alarm date.</summary>
    /// <param name="history">x and t_x count; T does not.</param>
    /// <param name="level">Above 0, below 1.</param>
    /// <returns>Time since the last purchase, zero where the level is passed at once; null where it is never reached.</returns>
    double? SilenceUntil(PurchaseHistory history, double level);
}
