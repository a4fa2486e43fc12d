using System.Collections.Immutable;

namespace CrmFunctions.Domain.Standards;

/// <summary>What a standard says of customers independently of their score.</summary>
/// <param name="When">Whom it concerns.</param>
/// <param name="Effect">What it does to the tier. Null: nothing.</param>
/// <param name="Tier">Index of the tier it names; means something beside an effect only.</param>
/// <param name="Tag">Tag that it gives as long as it concerns the customer. Null: none.</param>
/// <param name="Reason">Why, as receipts say it.</param>
public sealed record Rule(Condition When, RuleEffect? Effect, int Tier, string? Tag, string Reason);

/// <summary>What a rule does to the tier.</summary>
public enum RuleEffect
{
    /// <summary>The customer is in this tier. Of several such rules the first counts.</summary>
    Is,

    /// <summary>In this tier or a higher one.</summary>
    AtLeast,

    /// <summary>In this tier or a lower one. Beats <see cref="AtLeast"/>.</summary>
    AtMost,
}

/// <summary>Whom a rule concerns: a closed family.</summary>
public abstract record Condition;

/// <summary>The customer has the tag: put on by hand, or given by a rule further up.</summary>
public sealed record HasTag(string Tag) : Condition;

/// <summary>A value lies in a range. Unknown values lie in none.</summary>
/// <param name="What">What is measured.</param>
/// <param name="AtLeast">Inclusive. Null: no end.</param>
/// <param name="Below">Exclusive. Null: no end.</param>
public sealed record InRange(Quantity What, decimal? AtLeast, decimal? Below) : Condition;

/// <summary>An attribute has one of these texts.</summary>
public sealed record HasText(string Attribute, ImmutableArray<string> Texts) : Condition;

/// <summary>All of them hold.</summary>
public sealed record AllOf(ImmutableArray<Condition> Conditions) : Condition;

/// <summary>One of them holds, or several.</summary>
public sealed record AnyOf(ImmutableArray<Condition> Conditions) : Condition;

/// <summary>It does not hold.</summary>
public sealed record Negation(Condition Condition) : Condition;
