namespace CrmFunctions.Domain.ValueModels.Fitting;

/// <summary>Positive parameters as unbounded ones: p = exp(12·tanh(u / 12)), so 6e-6 to 1.6e5 and never beyond.</summary>
internal static class SearchSpace
{
    private const double Bound = 12;

    public static double Value(double u) => Math.Exp(Bound * Math.Tanh(u / Bound));

    public static double Point(double value) => Bound * Math.Atanh(Math.Clamp(Math.Log(value) / Bound, -0.98, 0.98));

    /// <summary>dp/du.</summary>
    public static double Slope(double u)
    {
        var tanh = Math.Tanh(u / Bound);
        return Value(u) * (1 - tanh * tanh);
    }

    public static bool AtBound(double u) => Math.Abs(Bound * Math.Tanh(u / Bound)) > 9;
}
