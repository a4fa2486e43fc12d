using System.Collections.Immutable;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Domain.ValueModels.Fitting;

/// <summary>Something that a reader of a fit must know before relying on it.</summary>
/// <param name="Code">One of <see cref="FitWarnings"/>.</param>
/// <param name="Message">One sentence.</param>
public sealed record FitWarning(string Code, string Message);

/// <summary>The declared set of warnings.</summary>
public static class FitWarnings
{
    /// <summary>The search ended without a vanishing gradient.</summary>
    public const string NotConverged = "not-converged";

    /// <summary>Fewer customers than parameters can be told apart with.</summary>
    public const string TooFewCustomers = "too-few-customers";

    /// <summary>Nobody has bought twice: nothing can be learned of rates or of leaving.</summary>
    public const string NoRepeatPurchases = "no-repeat-purchases";

    /// <summary>The data do not show that anyone leaves: P(alive) would say nothing.</summary>
    public const string NoDropoutDetected = "no-dropout-detected";

    /// <summary>A parameter has run away: a limiting case of the model fits best.</summary>
    public const string ParameterAtBound = "parameter-at-bound";

    /// <summary>Gamma-Gamma with q of 1 or less: the mean of expected spend is infinite.</summary>
    public const string InfiniteMeanSpend = "infinite-mean-spend";

    /// <summary>Spend grows or falls with the number of purchases, which Gamma-Gamma takes for independent.</summary>
    public const string SpendDependsOnFrequency = "spend-depends-on-frequency";

    /// <summary>Another model than the one asked for gave the answer.</summary>
    public const string FellBack = "fell-back";

    internal static bool MakesUnusable(string code) => code is NotConverged or NoRepeatPurchases or NoDropoutDetected or InfiniteMeanSpend;
}

/// <summary>A model fitted to a base by maximum likelihood.</summary>
/// <param name="Model">The model at the best parameters found.</param>
/// <param name="LogLikelihood">ln of the likelihood of the whole base.</param>
/// <param name="Customers">How many customers.</param>
/// <param name="DistinctRows">How many distinct histories they have.</param>
/// <param name="Converged">Whether the search ended at a maximum.</param>
/// <param name="Warnings">What to know before relying on it; empty where all is well.</param>
public sealed record PurchaseFit(
    IPurchaseModel Model,
    double LogLikelihood,
    long Customers,
    int DistinctRows,
    bool Converged,
    ImmutableArray<FitWarning> Warnings
)
{
    /// <summary>Whether probabilities of this fit may be shown: it converged, and it learned from the data that customers leave.</summary>
    public bool IsUsable => !Warnings.Any(warning => FitWarnings.MakesUnusable(warning.Code));
}
