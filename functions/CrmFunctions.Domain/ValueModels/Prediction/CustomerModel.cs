using System.Collections.Immutable;
using CrmFunctions.Domain.ValueModels.Churn;
using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Purchases;
using CrmFunctions.Domain.ValueModels.Spend;

namespace CrmFunctions.Domain.ValueModels.Prediction;

/// <summary>What the models fitted to a base say of one customer. Immutable; every method is pure.</summary>
/// <remarks>Source: ValueModels/ValueModels.md, section 7.</remarks>
public sealed record CustomerModel
{
    /// <summary>The parts of the base that may have rules of their own: everybody, one repeat purchase or more, two or more.</summary>
    public static readonly ImmutableArray<string> Populations = ["all", "repeat", "active"];

    /// <summary>ISO 4217 code of all amounts.</summary>
    public required string Currency { get; init; }

    /// <summary>Customers that the models were fitted to.</summary>
    public required long Customers { get; init; }

    /// <summary>
    /// The usable purchase model with the highest likelihood; NBD, which claims nothing about leaving, where none is usable. Times in days.
    /// </summary>
    public required IPurchaseModel Purchases { get; init; }

    /// <summary>What a purchase is worth; null where no amount is known.</summary>
    public required SpendModel? Spend { get; init; }

    /// <summary>Days that churn probabilities look ahead.</summary>
    public required double HorizonDays { get; init; }

    /// <summary>The churn rules, one for each of <see cref="Populations"/>, in that order.</summary>
    public required ImmutableArray<ChurnChoice> Churn { get; init; }

    /// <summary>What the fit of the purchase model said, a fallback included.</summary>
    public required ImmutableArray<FitWarning> Warnings { get; init; }

    /// <summary>Whether the base shows that customers leave: without it there is no P(alive).</summary>
    public bool KnowsLeaving => Purchases is not NbdModel;

    /// <summary>The churn rule in use for a customer: it follows from the purchases, never from the silence.</summary>
    public ChurnChoice ChurnOf(CustomerHistory history) => Churn[Math.Min(history.Repeats, Populations.Length - 1)];

    /// <summary>P(alive) at an instant, 0 to 1.</summary>
    /// <returns>Null where nothing is known of leaving: of the whole base, or (BG/NBD) of a customer without a repeat purchase.</returns>
    public double? ProbabilityAlive(CustomerHistory history, DateTimeOffset at) =>
        SaysAlive(history) ? Purchases.ProbabilityAlive(At(history, at).History) : null;

    /// <summary>Probability of no order in a horizon, by the purchase model.</summary>
    /// <param name="history">The customer.</param>
    /// <param name="at">UTC.</param>
    /// <param name="horizonDays">Zero or more.</param>
    public double ProbabilityOfNoOrder(CustomerHistory history, DateTimeOffset at, double horizonDays) =>
        Purchases.ProbabilityOfNoOrder(At(history, at).History, horizonDays);

    /// <summary>Probability of no order within <see cref="HorizonDays"/>, by the churn rule in use for the customer.</summary>
    public double ChurnProbability(CustomerHistory history, DateTimeOffset at) => ChurnOf(history).Rule.Probability(At(history, at));

    /// <summary>Expected purchases in a horizon; zero or more.</summary>
    /// <param name="history">The customer.</param>
    /// <param name="at">UTC.</param>
    /// <param name="horizonDays">Zero or more.</param>
    public double ExpectedPurchases(CustomerHistory history, DateTimeOffset at, double horizonDays) =>
        Purchases.Expected(At(history, at).History, horizonDays);

    /// <summary>Expected spend of the next purchase, in <see cref="Currency"/>; null where no amount is known.</summary>
    public double? ExpectedSpend(CustomerHistory history) => Spend?.Expected(After(history, 0));

    /// <summary>
    /// Expected revenue in a horizon, discounted to the instant, in <see cref="Currency"/>; null where no amount is known.
    /// </summary>
    /// <param name="history">The customer.</param>
    /// <param name="at">UTC.</param>
    /// <param name="horizonDays">Zero or more.</param>
    /// <param name="yearlyRate">0.1 for 10 % a year of 365 days; zero or more.</param>
    public double? PredictedValue(CustomerHistory history, DateTimeOffset at, double horizonDays, double yearlyRate = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(yearlyRate);
        if (Spend is null)
            return null;
        var customer = At(history, at);
        var purchases =
            yearlyRate == 0
                ? Purchases.Expected(customer.History, horizonDays)
                : Purchases.DiscountedExpected(customer.History, horizonDays, Math.Log(1 + yearlyRate) / 365);
        return purchases * Spend.Expected(customer);
    }

    /// <summary>
    /// The silence since the last order with which a condition begins if nothing happens, exact to the second for every rule and model.
    /// </summary>
    /// <remarks>
    /// Most conditions begin once and stay. Where a probability dips first (a regular customer's next purchase comes nearer before it is
    /// overdue) or sinks again after decades, the beginning is its last rise through the level: from there on the condition is taken to
    /// hold.
    /// </remarks>
    /// <returns>
    /// Whole seconds, zero where it holds from the order on; null where it does not begin within a hundred years, or nothing is known of
    /// leaving.
    /// </returns>
    public TimeSpan? SilenceUntil(CustomerHistory history, SilenceCondition condition)
    {
        switch (condition)
        {
            case AliveBelow alive:
                return SaysAlive(history)
                    ? SilenceSearch.LastRise(
                        silence => alive.Level - Purchases.ProbabilityAlive(After(history, silence).History),
                        rises: true
                    )
                    : null;
            case NoOrderAbove noOrder:
                var byModel = new NoOrderRule(Purchases, noOrder.HorizonDays);
                return Until(byModel, noOrder.Level);
            case ChurnAbove churn:
                return Until(ChurnOf(history).Rule, churn.Level);
            default:
                throw new InvalidOperationException($"No rule says when {condition} begins.");
        }

        TimeSpan? Until(ChurnRule rule, double level)
        {
            var logOdds = ChurnRule.LogOddsOf(level);
            return SilenceSearch.LastRise(
                silence => rule.LogOdds(After(history, silence)) - logOdds,
                rule.RisesWithSilence(After(history, 0), SilenceSearch.LongestDays)
            );
        }
    }

    /// <summary>The customer at an instant, as rules and models take one.</summary>
    public CustomerAt At(CustomerHistory history, DateTimeOffset at) => After(history, history.SilenceDays(at));

    private CustomerAt After(CustomerHistory history, double silenceDays) => history.After(silenceDays, Spend?.Mean ?? 0);

    private bool SaysAlive(CustomerHistory history) =>
        KnowsLeaving && (history.Repeats > 0 || Purchases is not BetaGeometricModel { LeavesAtFirst: false });
}
