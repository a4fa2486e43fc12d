using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;

namespace CrmFunctions.Domain.ValueModels.Prediction;

/// <summary>What fitted value models expect of one customer, if no event comes.</summary>
public sealed class Outlook
{
    private readonly CustomerModel? model;
    private readonly Lazy<CustomerHistory?> known;

    /// <param name="facts">As of any instant: they hold until the next event.</param>
    /// <param name="fitted">Answers, where it is in the same currency. Null: nothing is known.</param>
    /// <param name="currency">ISO 4217 code of all amounts.</param>
    /// <param name="rates">What one unit of another currency is worth in it.</param>
    public Outlook(Facts facts, CustomerModel? fitted, string currency, ImmutableDictionary<string, decimal> rates)
    {
        model = fitted?.Currency == currency ? fitted : null;
        known = new(() => model is null ? null : CustomerHistory.Of(facts, currency, rates));
    }

    private CustomerHistory? History => known.Value;

    /// <summary>Days that <see cref="ChurnProbability"/> looks ahead; null where there is no model.</summary>
    public double? HorizonDays => model?.HorizonDays;

    /// <summary>
    /// Probability of no order within <see cref="HorizonDays"/> by the rule that won the backtest; null without a model or an order.
    /// </summary>
    /// <param name="now">UTC.</param>
    public double? ChurnProbability(DateTimeOffset now) => History is { } history ? Known(model!.ChurnProbability(history, now)) : null;

    /// <summary>The name of that rule.</summary>
    public string? ChurnRule => History is { } history ? model!.ChurnOf(history).Rule.Name : null;

    /// <summary>Probability that the customer still buys; null where nothing is known of it.</summary>
    /// <param name="now">UTC.</param>
    public double? ProbabilityAlive(DateTimeOffset now) => History is { } history ? Known(model!.ProbabilityAlive(history, now)) : null;

    /// <summary>Expected net revenue of a horizon in the standard's currency, not discounted; null where nothing is known of it.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="horizon">How far ahead.</param>
    public double? PredictedValue(DateTimeOffset now, TimeSpan horizon) =>
        History is { } history ? Known(model!.PredictedValue(history, now, horizon.TotalDays)) : null;

    // Models fitted to a handful of customers may have no finite answer: it is then not known.
    private static double? Known(double? value) => value is { } some && double.IsFinite(some) ? some : null;

    /// <summary>The silence since the last order with which a condition begins; the longest there is where it never does.</summary>
    /// <returns>Null where no model can say.</returns>
    public TimeSpan? SilenceUntil(SilenceCondition condition)
    {
        if (History is not { } history)
            return null;
        if (condition is AliveBelow && model!.ProbabilityAlive(history, history.LastOrderAt) is null)
            return null;
        return model!.SilenceUntil(history, condition) ?? TimeSpan.FromDays(36500);
    }
}
