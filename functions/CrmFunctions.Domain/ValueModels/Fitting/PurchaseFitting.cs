using System.Collections.Immutable;
using CrmFunctions.Domain.ValueModels.Numerics;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Domain.ValueModels.Fitting;

/// <summary>Maximum likelihood for the purchase models, on grouped histories.</summary>
/// <remarks>
/// The search runs over logarithms of parameters, in units of a tenth of the mean age, so neither the unit of time nor the start shows in
/// the result. It starts from the NBD fit; further starts follow where the first ends without convergence or in a degenerate corner, and
/// the best is kept.
/// </remarks>
public static class PurchaseFitting
{
    private const int LargestK = 12;
    private const int FewCustomers = 50;

    // A likelihood ratio below the 95 % point of χ² with two degrees of freedom: leaving explains nothing that chance would not.
    private const double NoGain = 5.99 / 2;

    /// <summary>Fits one kind of model.</summary>
    /// <param name="kind">MBG/CNBD-k chooses k by likelihood and needs the sum of logarithms of the gaps.</param>
    /// <param name="data">The base.</param>
    public static PurchaseFit Fit(PurchaseModelKind kind, GroupedHistories data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var unit = data.MeanAge > 0 ? data.MeanAge / 10 : 1;
        var nbd = FitNbd(data, unit);
        return kind switch
        {
            PurchaseModelKind.Nbd => nbd,
            PurchaseModelKind.BgNbd => FitBetaGeometric(data, unit, 1, false, nbd),
            PurchaseModelKind.MbgNbd => FitBetaGeometric(data, unit, 1, true, nbd),
            PurchaseModelKind.MbgCnbd => FitRegular(data, unit, nbd),
            PurchaseModelKind.ParetoNbd => FitPareto(data, unit, nbd),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown model."),
        };
    }

    /// <summary>
    /// Fits one kind, and where that is not usable the nearest simpler one that is; at last NBD, which claims nothing about leaving.
    /// </summary>
    /// <returns>
    /// The fit to rely on. It carries the warnings of the kind asked for, and <see cref="FitWarnings.FellBack"/>, where it is another.
    /// </returns>
    public static PurchaseFit FitUsable(PurchaseModelKind kind, GroupedHistories data)
    {
        var asked = Fit(kind, data);
        if (asked.IsUsable)
            return asked;

        PurchaseModelKind[] simpler = [PurchaseModelKind.MbgNbd, PurchaseModelKind.ParetoNbd, PurchaseModelKind.Nbd];
        var usable = simpler
            .Where(other => other != kind)
            .Select(other => Fit(other, data))
            .First(fit => fit.IsUsable || fit.Model is NbdModel);
        var told = new FitWarning(
            FitWarnings.FellBack,
            $"{asked.Model.Name} is not usable on this base; {usable.Model.Name} answers instead."
        );
        return usable with { Warnings = [.. asked.Warnings, told, .. usable.Warnings.Except(asked.Warnings)] };
    }

    private static PurchaseFit FitNbd(GroupedHistories data, double unit)
    {
        var best = Best(
            new NbdLikelihood(data, unit).At,
            [
                [1, 1],
                [0.1, 1],
                [10, 10],
            ],
            static _ => false
        );
        var model = new NbdModel(SearchSpace.Value(best.Point[0]), SearchSpace.Value(best.Point[1]) * unit);
        return Report(model, LogLikelihood(best, data, unit, data.RepeatPurchases), best, data, null);
    }

    private static PurchaseFit FitBetaGeometric(
        GroupedHistories data,
        double unit,
        int k,
        bool leavesAtFirst,
        PurchaseFit nbd,
        BetaGeometricModel? near = null
    )
    {
        var (r, alpha) = near is null ? (nbd.Model.Parameters["r"], nbd.Model.Parameters["alpha"] / unit) : (near.R, near.Alpha / unit);
        double[] first = near is null ? [r, alpha, 0.8, 2] : [r, alpha, near.A, near.B];
        var best = Best(
            new BetaGeometricLikelihood(data, k, leavesAtFirst, unit).At,
            [first, [1, 1, 1, 1], [r, alpha, 0.1, 0.5], [0.5, 2, 0.2, 10]],
            point => SearchSpace.Value(point[2]) / SearchSpace.Value(point[3]) < 1e-3
        );
        var p = best.Point.Select(SearchSpace.Value).ToArray();
        var model =
            k > 1 ? BetaGeometricModel.MbgCnbd(k, p[0], p[1] * unit, p[2], p[3])
            : leavesAtFirst ? BetaGeometricModel.MbgNbd(p[0], p[1] * unit, p[2], p[3])
            : BetaGeometricModel.BgNbd(p[0], p[1] * unit, p[2], p[3]);
        var gaps = k == 1 ? 0 : (k - 1) * data.LogGaps - data.RepeatPurchases * Gamma.Log(k);

        // Against regularity alone NBD is no yardstick; the share of customers who leave is.
        var yardstick = k == 1 ? nbd : null;
        var fit = Report(model, LogLikelihood(best, data, unit, (double)k * data.RepeatPurchases) + gaps, best, data, yardstick);
        var leaving = p[2] / (p[2] + p[3]);
        var vanishes = leaving < 0.005 || (leaving < 0.02 && p[3] > 50);
        return !vanishes ? fit : fit with { Warnings = NoDropout(fit.Warnings, $"of {1 / leaving:G3} purchases one is the last") };
    }

    private static PurchaseFit FitRegular(GroupedHistories data, double unit, PurchaseFit nbd)
    {
        if (!double.IsFinite(data.LogGaps))
            throw new ArgumentException("Regularity needs purchases on different days: merge those of the same day first.", nameof(data));
        var best = FitBetaGeometric(data, unit, 1, true, nbd);
        for (var k = 2; k <= LargestK; k++)
        {
            var next = FitBetaGeometric(
                data,
                unit,
                k,
                true,
                nbd,
                ((BetaGeometricModel)best.Model) is var near
                    ? BetaGeometricModel.MbgCnbd(k, near.R, near.Alpha * near.K / k, near.A, near.B)
                    : null
            );
            if (!(next.LogLikelihood > best.LogLikelihood))
                break;
            best = next;
        }

        return best;
    }

    private static PurchaseFit FitPareto(GroupedHistories data, double unit, PurchaseFit nbd)
    {
        var (r, alpha) = (nbd.Model.Parameters["r"], nbd.Model.Parameters["alpha"] / unit);
        var best = Best(
            new ParetoNbdLikelihood(data, unit).At,
            [
                [r, alpha, 0.7, 3],
                [1, 1, 1, 1],
                [r, alpha, 0.1, 10],
                [0.5, 2, 2, 20],
            ],
            point => SearchSpace.AtBound(point[2]) || SearchSpace.AtBound(point[3])
        );
        var p = best.Point.Select(SearchSpace.Value).ToArray();
        var model = new ParetoNbdModel(p[0], p[1] * unit, p[2], p[3] * unit);
        return Report(model, LogLikelihood(best, data, unit, data.RepeatPurchases), best, data, nbd);
    }

    private static Minimum Best(Objective objective, double[][] starts, Func<double[], bool> degenerate)
    {
        Minimum? best = null;
        foreach (var start in starts)
        {
            var found = Minimiser.Minimise(objective, [.. start.Select(SearchSpace.Point)]);
            if (
                best is null
                || found.Value < best.Value - 1e-12
                || (found.Converged && !best.Converged && found.Value <= best.Value + 1e-9)
            )
                best = found;
            if (best.Converged && !degenerate(best.Point))
                break;
        }

        return best!;
    }

    // The density of n purchase times changes by unit^(−n) with the unit of time.
    private static double LogLikelihood(Minimum best, GroupedHistories data, double unit, double stages) =>
        -best.Value * data.Customers - stages * Math.Log(unit);

    private static PurchaseFit Report(IPurchaseModel model, double logLikelihood, Minimum best, GroupedHistories data, PurchaseFit? nbd)
    {
        var warnings = ImmutableArray.CreateBuilder<FitWarning>();
        if (data.Customers < FewCustomers)
            warnings.Add(
                new(
                    FitWarnings.TooFewCustomers,
                    $"{data.Customers} customers are too few for {model.Parameters.Count} parameters; use {FewCustomers} or more."
                )
            );
        if (data.RepeatPurchases == 0)
            warnings.Add(new(FitWarnings.NoRepeatPurchases, "Nobody has bought twice, so neither rates nor leaving can be learned."));
        if (!best.Converged)
            warnings.Add(new(FitWarnings.NotConverged, "The search for the best parameters did not end at a maximum."));
        if (best.Point.Any(SearchSpace.AtBound))
            warnings.Add(
                new(
                    FitWarnings.ParameterAtBound,
                    "A parameter ran away: a limiting case of the model fits best, and its size means nothing."
                )
            );
        var fit = new PurchaseFit(model, logLikelihood, data.Customers, data.DistinctRows, best.Converged, warnings.ToImmutable());
        return nbd is not null && logLikelihood - nbd.LogLikelihood < NoGain && data.RepeatPurchases > 0
            ? fit with
            {
                Warnings = NoDropout(
                    fit.Warnings,
                    $"the log-likelihood is {logLikelihood - nbd.LogLikelihood:F2} above that of customers who never leave"
                ),
            }
            : fit;
    }

    private static ImmutableArray<FitWarning> NoDropout(ImmutableArray<FitWarning> warnings, string sign) =>
        warnings.Any(warning => warning.Code == FitWarnings.NoDropoutDetected)
            ? warnings
            : warnings.Add(
                new(
                    FitWarnings.NoDropoutDetected,
                    $"The fit is degenerate: the base does not show that customers leave ({sign}); P(alive) would say nothing."
                )
            );
}
