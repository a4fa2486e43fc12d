using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.Tiering.Measuring;
using CrmFunctions.Domain.Tiering.Walking;
using CrmFunctions.Domain.ValueModels.Prediction;
using CrmFunctions.Domain.ValueModels.Spend;

namespace CrmFunctions.Domain.Calibrating;

/// <summary>
/// What a calibration needs of a base, taken customer by customer, in memory that does not grow with it and in any order.
/// </summary>
/// <param name="standard">Whose dimensions are measured.</param>
/// <param name="at">The instant the base is looked at. UTC.</param>
/// <param name="sampledCustomers">Of so many customers at most the whole facts are kept.</param>
public sealed class BaseSummary(Standard standard, DateTimeOffset at, int sampledCustomers = BaseSummary.SampledCustomers)
{
    /// <summary>Customers whose whole facts are kept, for scores and for the backtest of churn rules.</summary>
    public const int SampledCustomers = 10_000;

    private const long SampledHappenings = 400_000;
    private const int SampledSpends = 131_072;
    private const int MostGroups = 262_144;

    private readonly ImmutableDictionary<string, QuantileSketch> sketches = standard.Dimensions.ToImmutableDictionary(
        dimension => dimension.Name,
        _ => new QuantileSketch()
    );
    private readonly HistoryGroups histories = new(MostGroups);
    private readonly CustomerSample<SpendHistory> spends = new(SampledSpends);
    private readonly CustomerSample<(string Customer, Facts Facts)> sample = new(sampledCustomers, SampledHappenings);
    private readonly Calibration blank = Blank(standard);
    private decimal spent;
    private long purchases;

    /// <summary>The standard whose dimensions are measured.</summary>
    public Standard Standard => standard;

    /// <summary>The instant the base is looked at. UTC.</summary>
    public DateTimeOffset At => at;

    /// <summary>Customers added.</summary>
    public long Customers { get; private set; }

    /// <summary>Those among them with an order that counts.</summary>
    public long Buyers { get; private set; }

    internal IReadOnlyDictionary<string, QuantileSketch> Sketches => sketches;

    internal HistoryGroups Histories => histories;

    internal IEnumerable<SpendHistory> Spends => spends.Items;

    /// <summary>Mean net amount of a purchase; null where no amount is known.</summary>
    internal double? MeanSpend => purchases == 0 ? null : (double)(spent / purchases);

    internal IEnumerable<(string Customer, Facts Facts)> Sample => sample.Items;

    /// <summary>The largest relative error of a percentile; 0: all are exact.</summary>
    public double Resolution => sketches.Values.Select(sketch => sketch.Resolution).DefaultIfEmpty(0).Max();

    /// <summary>Takes a customer; each once.</summary>
    /// <param name="customer">The customer's name: only its hash counts, for the samples.</param>
    /// <param name="facts">True at <see cref="At"/>.</param>
    public void Add(string customer, Facts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        Customers++;
        Measure(facts, blank, sketches);
        var hash = CustomerHash.Of(customer);
        if (sample.Takes(hash))
            sample.Add(hash, (customer, facts), 1 + facts.Orders.Length + facts.Touches.Length + facts.Feedback.Length);
        if (CustomerHistory.Of(facts, standard.Currency, standard.Rates) is not { } history)
            return;

        Buyers++;
        var day = at.UtcTicks / TimeSpan.TicksPerDay - history.FirstOrderAt.UtcTicks / TimeSpan.TicksPerDay;
        histories.Add(hash, new(history.Repeats, history.LastAtDays, Math.Max(history.LastAtDays, day), history.LogGaps));
        if (history.MeanSpend is { } mean)
            (spent, purchases) = (spent + Math.Round((decimal)mean * history.Purchases, 4), purchases + history.Purchases);
        if (history is { Repeats: > 0, MeanRepeatSpend: > 0 and var repeat })
            spends.Add(hash, new(history.Repeats, repeat));
    }

    /// <summary>Adds the known values of the dimensions to their sketches; what is unknown, or worse than any value, is none.</summary>
    internal void Measure(Facts facts, Calibration calibration, IReadOnlyDictionary<string, QuantileSketch> into)
    {
        var course = new Course(facts, standard, calibration, at);
        for (var i = 0; i < standard.Dimensions.Length; i++)
        {
            var reading = course.Walk.Gauges[i].At(course.Seen);
            if (reading.State == ReadingState.Known && into.TryGetValue(standard.Dimensions[i].Name, out var sketch))
                sketch.Add(reading.Value);
        }
    }

    // Values do not depend on cuts; a decision asks for some all the same.
    private static Calibration Blank(Standard standard) =>
        new()
        {
            Version = "blank",
            Percentiles = standard.Dimensions.ToImmutableDictionary(
                dimension => dimension.Name,
                _ => ImmutableArray.CreateRange(new decimal[Calibration.Points])
            ),
        };
}
