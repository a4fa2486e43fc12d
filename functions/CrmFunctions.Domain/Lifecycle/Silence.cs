using CrmFunctions.Domain.ValueModels.Prediction;

namespace CrmFunctions.Domain.Lifecycle;

/// <summary>How long a customer must be silent for something to be true.</summary>
/// <param name="AtLeast">Never before so long a silence.</param>
/// <param name="Otherwise">The length where no model is asked, or none can answer; not less than <paramref name="AtLeast"/>.</param>
/// <param name="Condition">What the model must say. Null: it is not asked.</param>
/// <remarks>Source: Lifecycle/Lifecycle.md.</remarks>
public sealed record Silence(TimeSpan AtLeast, TimeSpan Otherwise, SilenceCondition? Condition = null)
{
    /// <summary>The same length for everybody.</summary>
    public static Silence Of(TimeSpan length) => new(length, length);

    /// <summary>The length for a customer with an order.</summary>
    internal TimeSpan Of(Outlook outlook) =>
        Condition is null || outlook.SilenceUntil(Condition) is not { } length ? Otherwise
        : length < AtLeast ? AtLeast
        : length;
}
