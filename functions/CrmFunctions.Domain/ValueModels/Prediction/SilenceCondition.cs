namespace CrmFunctions.Domain.ValueModels.Prediction;

/// <summary>What silence may bring about: a closed family.</summary>
public abstract record SilenceCondition
{
    /// <summary>A level of a probability.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0 and below 1.</exception>
    protected static double Checked(double level) =>
        level is > 0 and < 1
            ? level
            : throw new ArgumentOutOfRangeException(nameof(level), level, "A level of a probability is above 0 and below 1.");
}

/// <summary>P(alive) is below a level.</summary>
/// <param name="Level">Above 0, below 1.</param>
public sealed record AliveBelow(double Level) : SilenceCondition
{
    /// <summary>Above 0, below 1.</summary>
    public double Level { get; } = Checked(Level);
}

/// <summary>P(no order in a horizon) by the purchase model is above a level.</summary>
/// <param name="Level">Above 0, below 1.</param>
/// <param name="HorizonDays">Above zero.</param>
public sealed record NoOrderAbove(double Level, double HorizonDays) : SilenceCondition
{
    /// <summary>Above 0, below 1.</summary>
    public double Level { get; } = Checked(Level);

    /// <summary>Days, above zero.</summary>
    public double HorizonDays { get; } =
        HorizonDays > 0 && double.IsFinite(HorizonDays)
            ? HorizonDays
            : throw new ArgumentOutOfRangeException(nameof(HorizonDays), HorizonDays, "A horizon is above zero.");
}

/// <summary>The churn probability by the rule chosen for the base is above a level.</summary>
/// <param name="Level">Above 0, below 1.</param>
public sealed record ChurnAbove(double Level) : SilenceCondition
{
    /// <summary>Above 0, below 1.</summary>
    public double Level { get; } = Checked(Level);
}
