using System.Collections.Immutable;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.ValueModels.Churn;
using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Prediction;
using CrmFunctions.Domain.ValueModels.Spend;

namespace CrmFunctions.Domain.Calibrating;

/// <summary>
/// Makes a calibration of a summary: fits the models, chooses churn rules, reads off percentiles. The same base gives the same calibration,
/// to the bit.
/// </summary>
/// <remarks>Source: Calibrating/Calibrating.md.</remarks>
public static class Calibrator
{
    /// <summary>Calibrates.</summary>
    /// <param name="summary">The whole base.</param>
    /// <param name="horizonDays">Days that churn probabilities look ahead; 1 to 3650.</param>
    public static Calibration Calibrate(BaseSummary summary, int horizonDays = 90)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizonDays, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(horizonDays, 3650);
        var calibration = new Calibration
        {
            Version = "new",
            At = summary.At,
            Standard = summary.Standard.Name,
            Customers = summary.Customers,
            Percentiles = Percentiles(summary.Sketches),
            Model = Model(summary, horizonDays),
        };
        calibration = calibration with { Percentiles = calibration.Percentiles.AddRange(FromModel(summary, calibration)) };
        return CalibrationText.Versioned(calibration with { Scores = Scores(summary, calibration) });
    }

    /// <summary>Whether a calibration has everything that a standard's bands ask for, measured as the standard measures it.</summary>
    public static bool Serves(Calibration calibration, Standards.Standard standard)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(standard);
        var asked = standard
            .Dimensions.Where(dimension => dimension.Rating is Standards.PercentileBands)
            .Select(dimension => dimension.Name)
            .ToArray();
        return asked.Length == 0 || (calibration.Standard == standard.Name && asked.All(calibration.Percentiles.ContainsKey));
    }

    private static CustomerModel? Model(BaseSummary summary, int horizonDays)
    {
        if (summary.Histories.Grouped() is not { } grouped)
            return null;
        var fit = ChurnTraining.BestFit(grouped);
        var spend = summary.MeanSpend is { } mean ? SpendModel.From(SpendFitting.Fit(summary.Spends), mean) : null;
        return new()
        {
            Currency = summary.Standard.Currency,
            Customers = grouped.Customers,
            Purchases = fit.Model,
            Spend = spend,
            HorizonDays = horizonDays,
            Churn = ChurnSelection.Select(
                summary.Sample,
                summary.Standard,
                DateOnly.FromDateTime(summary.At.UtcDateTime),
                fit,
                horizonDays
            ),
            Warnings = fit.Warnings,
        };
    }

    private static ImmutableDictionary<string, ImmutableArray<decimal>> Percentiles(IReadOnlyDictionary<string, QuantileSketch> sketches) =>
        sketches.Where(pair => pair.Value.Count > 0).ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Percentiles());

    // What only the new models can measure is measured on the sample; a dimension of which nothing is known has all its percentiles at
    // zero.
    private static ImmutableDictionary<string, ImmutableArray<decimal>> FromModel(BaseSummary summary, Calibration calibration)
    {
        var unmeasured = summary.Sketches.Where(pair => pair.Value.Count == 0).ToDictionary(pair => pair.Key, _ => new QuantileSketch());
        if (unmeasured.Count == 0)
            return ImmutableDictionary<string, ImmutableArray<decimal>>.Empty;
        var zeros = ImmutableArray.CreateRange(new decimal[Calibration.Points]);
        var provisional = calibration with
        {
            Percentiles = calibration.Percentiles.AddRange(unmeasured.Keys.Select(name => KeyValuePair.Create(name, zeros))),
        };
        foreach (var (_, facts) in summary.Sample)
            summary.Measure(facts, provisional, unmeasured);
        return unmeasured.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Count == 0 ? zeros : pair.Value.Percentiles());
    }

    private static ImmutableArray<decimal> Scores(BaseSummary summary, Calibration calibration)
    {
        var scores = new QuantileSketch();
        foreach (var (_, facts) in summary.Sample)
            scores.Add(Decisions.Decide(facts, summary.Standard, calibration, summary.At).Score);
        return scores.Percentiles();
    }
}
