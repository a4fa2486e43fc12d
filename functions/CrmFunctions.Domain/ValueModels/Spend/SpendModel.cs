using System.Collections.Immutable;
using CrmFunctions.Domain.ValueModels.Churn;
using CrmFunctions.Domain.ValueModels.Fitting;

namespace CrmFunctions.Domain.ValueModels.Spend;

/// <summary>
/// What a customer's next purchase is worth: Gamma-Gamma on repeat purchases or, where that is not usable, the customer's mean shrunk to
/// the population's.
/// </summary>
/// <param name="GammaGamma">Null: not usable on this base.</param>
/// <param name="Mean">Mean of all purchases of the base, an amount.</param>
/// <param name="Warnings">What the fit said.</param>
public sealed record SpendModel(GammaGammaModel? GammaGamma, double Mean, ImmutableArray<FitWarning> Warnings)
{
    // How many purchases the population's mean counts for.
    private const double PriorPurchases = 3;

    /// <summary>Fitted to a base of at least one customer.</summary>
    public static SpendModel From(IReadOnlyCollection<CustomerAt> customers)
    {
        ArgumentNullException.ThrowIfNull(customers);
        return From(
            SpendFitting.Fit(customers.Select(Of)),
            customers.Sum(customer => customer.Revenue) / customers.Sum(customer => (double)customer.Purchases)
        );
    }

    /// <summary>From a fit, and the mean of all purchases that stands in where the fit is not usable.</summary>
    public static SpendModel From(SpendFit fit, double mean)
    {
        ArgumentNullException.ThrowIfNull(fit);
        return new(fit.IsUsable ? fit.Model : null, mean, fit.Warnings);
    }

    /// <summary>The repeat purchases of a customer, as Gamma-Gamma takes them.</summary>
    public static SpendHistory Of(CustomerAt customer) =>
        customer.History.Repeats == 0 || !(customer.RepeatRevenue > 0)
            ? default
            : new(customer.History.Repeats, customer.RepeatRevenue / customer.History.Repeats);

    /// <summary>Expected spend of the customer's next purchase, an amount.</summary>
    public double Expected(CustomerAt customer) =>
        GammaGamma?.Expected(Of(customer)) ?? (customer.Revenue + PriorPurchases * Mean) / (customer.Purchases + PriorPurchases);
}
