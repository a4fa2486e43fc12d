using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Domain.ValueModels.Churn;

/// <summary>
/// A rule that foretells whether a customer will order within the horizon it was trained for: a closed family of immutable values.
/// </summary>
/// <param name="Name">One of <see cref="ChurnRules"/>.</param>
public abstract record ChurnRule(string Name)
{
    /// <summary>Log-odds of no order in the horizon; the higher, the more likely the customer is lost.</summary>
    public abstract double LogOdds(CustomerAt customer);

    /// <summary>Whether silence alone never lowers the log-odds of a customer.</summary>
    /// <param name="customer">Whose purchases count; how long ago the last one was does not.</param>
    /// <param name="longest">Days of silence up to which it must hold.</param>
    public abstract bool RisesWithSilence(CustomerAt customer, double longest);

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

        if (!Passed(longest))
            return null;
        var (low, high) = (-1, longest);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (Passed(middle))
                high = middle;
            else
                low = middle;
        }

        return high;
    }

    /// <summary>ln(p / (1 − p)), finite also for 0 and 1.</summary>
    internal static double LogOddsOf(double probability)
    {
        var inside = Math.Clamp(probability, 1e-12, 1 - 1e-12);
        return Math.Log(inside / (1 - inside));
    }
}

/// <summary>A line on a score that rises with silence: ln(1 + days of silence), or the customer's own cadence.</summary>
/// <param name="Name"><see cref="ChurnRules.Recency"/> or <see cref="ChurnRules.Cadence"/>.</param>
/// <param name="Cadence">What silence is measured against; null: nothing, it is taken as it is.</param>
/// <param name="Intercept">Log-odds at a score of zero.</param>
/// <param name="Slope">Above zero: the order by the score is the rule.</param>
public sealed record ScoreRule(string Name, PurchaseCadence? Cadence, double Intercept, double Slope) : ChurnRule(Name)
{
    /// <summary>The score of plain recency.</summary>
    public static double LogSilence(CustomerAt customer) => Math.Log(1 + customer.History.Silence);

    /// <inheritdoc/>
    public override double LogOdds(CustomerAt customer) => Intercept + Slope * (Cadence?.Score(customer) ?? LogSilence(customer));

    /// <inheritdoc/>
    public override bool RisesWithSilence(CustomerAt customer, double longest) => true;
}

/// <summary>P(no order in the horizon) of a purchase model.</summary>
/// <param name="Model">The model.</param>
/// <param name="Horizon">Days.</param>
public sealed record NoOrderRule(IPurchaseModel Model, double Horizon) : ChurnRule(ChurnRules.NoOrder)
{
    /// <inheritdoc/>
    public override double LogOdds(CustomerAt customer) => LogOddsOf(Model.ProbabilityOfNoOrder(customer.History, Horizon));

    /// <inheritdoc/>
    /// <remarks>With regular gaps, the next purchase first comes nearer.</remarks>
    public override bool RisesWithSilence(CustomerAt customer, double longest) => Model is not BetaGeometricModel { K: > 1 };
}

/// <summary>Logistic regression on ln recency, ln frequency, ln mean spend and ln tenure.</summary>
/// <param name="Model">Trained on <see cref="Features"/>.</param>
/// <param name="Shift">
/// Added to its log-odds: what the purchase model says of the difference between the days learned from and the horizon.
/// </param>
public sealed record LogisticRule(LogisticModel Model, double Shift) : ChurnRule(ChurnRules.Logistic)
{
    /// <summary>How many features there are.</summary>
    public const int FeatureCount = 4;

    /// <summary>The features of a customer.</summary>
    public static double[] Features(CustomerAt customer)
    {
        var features = new double[FeatureCount];
        Write(customer, features);
        return features;
    }

    /// <inheritdoc/>
    public override double LogOdds(CustomerAt customer)
    {
        Span<double> features = stackalloc double[FeatureCount];
        Write(customer, features);
        return Model.LogOdds(features) + Shift;
    }

    /// <inheritdoc/>
    /// <remarks>Silence s and tenure t + s both grow: the slope has the sign of u·(1 + t + s) + v·(1 + s), which is linear in s.</remarks>
    public override bool RisesWithSilence(CustomerAt customer, double longest)
    {
        var (u, v) = (Model.Weights[0], Model.Weights[3]);
        bool Rises(double silence) => u * (1 + customer.History.LastAt + silence) + v * (1 + silence) >= 0;
        return Rises(0) && Rises(longest);
    }

    private static void Write(CustomerAt customer, Span<double> features)
    {
        features[0] = ScoreRule.LogSilence(customer);
        features[1] = Math.Log(customer.Purchases);
        features[2] = Math.Log(1 + Math.Max(0, customer.Revenue / customer.Purchases));
        features[3] = Math.Log(1 + customer.History.Age);
    }
}

/// <summary>The mean of two rules' log-odds.</summary>
public sealed record BlendRule(LogisticRule Logistic, NoOrderRule NoOrder) : ChurnRule(ChurnRules.Blend)
{
    /// <inheritdoc/>
    public override double LogOdds(CustomerAt customer) => (Logistic.LogOdds(customer) + NoOrder.LogOdds(customer)) / 2;

    /// <inheritdoc/>
    public override bool RisesWithSilence(CustomerAt customer, double longest) =>
        Logistic.RisesWithSilence(customer, longest) && NoOrder.RisesWithSilence(customer, longest);
}

/// <summary>The names of the rules.</summary>
public static class ChurnRules
{
    /// <summary>Days since the last order, and nothing else: the plain rule that others must beat.</summary>
    public const string Recency = "recency";

    /// <summary>P(no order in the horizon) of the purchase model that fits best.</summary>
    public const string NoOrder = "no-order";

    /// <summary>
    /// Silence against the customer's own gaps, their spread shrunk to the population's: the early warner for regular customers.
    /// </summary>
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
