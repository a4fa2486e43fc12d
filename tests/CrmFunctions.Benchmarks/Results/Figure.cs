namespace CrmFunctions.Benchmarks.Results;

/// <summary>One thing measured.</summary>
/// <param name="Name">What.</param>
/// <param name="Value">How much. NaN: it could not be measured.</param>
/// <param name="Unit">Of the value.</param>
/// <param name="Limit">What the budget allows; null: nothing is budgeted.</param>
internal sealed record Figure(string Name, double Value, string Unit, Limit? Limit = null)
{
    /// <summary>Whether it is within the budget; null where nothing is budgeted.</summary>
    public bool? Within => Limit?.Holds(Value);
}

/// <summary>Durations, to be asked for their percentiles.</summary>
internal sealed class Durations(IEnumerable<TimeSpan> durations)
{
    private readonly double[] sorted = [.. durations.Select(duration => duration.TotalMilliseconds).Order()];

    public int Count => sorted.Length;

    /// <summary>Milliseconds that so many of a hundred stay within: the nearest rank, a value that was measured.</summary>
    public double Percentile(double of100) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(of100 / 100 * sorted.Length) - 1, 0, sorted.Length - 1)];

    /// <summary>Figures of the percentiles, the most included as 100.</summary>
    public IEnumerable<Figure> Figures(string name, params IEnumerable<double> percentiles) =>
        percentiles.Select(of100 => new Figure(
            of100 >= 100 ? $"{name}, max" : FormattableString.Invariant($"{name}, p{of100}"),
            Percentile(of100),
            "ms"
        ));
}
