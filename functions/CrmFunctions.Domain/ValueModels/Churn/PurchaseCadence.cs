namespace CrmFunctions.Domain.ValueModels.Churn;

/// <summary>
/// Silence on the scale of the customer's own gaps: how many standard deviations ln(silence) lies above the mean of the customer's ln(gap).
/// The spread of few gaps is uncertain, so it is shrunk to the population's; without a gap of one's own, the population's mean stands in.
/// </summary>
/// <param name="PopulationLogGap">Mean over customers of ln(days) between purchases.</param>
/// <param name="PopulationVariance">Variance of ln(gap) over all gaps of the base.</param>
/// <remarks>
/// Source: the predictive distribution of a normal mean with a scaled inverse χ² prior on the variance, Gelman et al., Bayesian Data
/// Analysis, 3rd edition, 2.6 and 3.3.
/// </remarks>
public sealed record PurchaseCadence(double PopulationLogGap, double PopulationVariance)
{
    // How many gaps the population's variance counts for.
    private const double PriorGaps = 3;

    /// <summary>Estimated on customers with repeat purchases; a month, give or take a factor of three, where there are none.</summary>
    public static PurchaseCadence From(IReadOnlyList<CustomerAt> customers)
    {
        var repeaters = customers.Where(customer => customer.History.Repeats > 0).ToArray();
        if (repeaters.Length == 0)
            return new(Math.Log(30), 1);
        var gaps = repeaters.Sum(customer => (double)customer.History.Repeats);
        var mean = repeaters.Sum(customer => customer.History.LogGaps) / gaps;
        var variance = repeaters.Sum(customer => customer.LogGapSquares) / gaps - mean * mean;
        return new(repeaters.Average(customer => customer.MeanLogGap), Math.Max(variance, 0.05));
    }

    /// <summary>
    /// Standard deviations of ln(silence) above the mean of ln(gap): zero where the customer has been silent for as long as usual.
    /// </summary>
    public double Score(CustomerAt customer)
    {
        var n = customer.History.Repeats;
        var mean = n == 0 ? PopulationLogGap : customer.MeanLogGap;
        var squares = n == 0 ? 0 : Math.Max(0, customer.LogGapSquares - n * mean * mean);
        var variance = (PriorGaps * PopulationVariance + squares) / (PriorGaps + Math.Max(0, n - 1));
        return (Math.Log(1 + customer.History.Silence) - mean) / Math.Sqrt(variance * (1 + 1.0 / Math.Max(1, n)));
    }
}
