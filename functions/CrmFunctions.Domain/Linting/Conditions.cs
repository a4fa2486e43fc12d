using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Linting;

/// <summary>
/// What follows from conditions alone, for every customer. It never says yes wrongly; a no may be a yes that it cannot prove.
/// </summary>
internal static class Conditions
{
    /// <summary>The conditions that a condition is made of.</summary>
    public static IEnumerable<Condition> Looked(Condition condition) =>
        condition switch
        {
            AllOf all => all.Conditions.SelectMany(Looked),
            AnyOf any => any.Conditions.SelectMany(Looked),
            Negation not => Looked(not.Condition),
            _ => [condition],
        };

    /// <summary>Every customer that the one condition concerns, the other concerns too.</summary>
    public static bool Implies(Condition one, Condition other) =>
        (one, other) switch
        {
            (AnyOf any, _) => any.Conditions.All(each => Implies(each, other)),
            (_, AllOf all) => all.Conditions.All(each => Implies(one, each)),
            (AllOf all, _) when all.Conditions.Any(each => Implies(each, other)) => true,
            (_, AnyOf any) => any.Conditions.Any(each => Implies(one, each)),
            (HasTag a, HasTag b) => a.Tag == b.Tag,
            (InRange a, InRange b) => a.What == b.What
                && (b.AtLeast is null || a.AtLeast >= b.AtLeast)
                && (b.Below is null || a.Below <= b.Below),
            (HasText a, HasText b) => a.Attribute == b.Attribute
                && a.Texts.All(text => b.Texts.Contains(text, StringComparer.OrdinalIgnoreCase)),
            (Negation a, Negation b) => Implies(b.Condition, a.Condition),
            _ => false,
        };

    /// <summary>It concerns nobody.</summary>
    public static bool Impossible(Condition condition) =>
        condition switch
        {
            InRange range => range.AtLeast > range.What.Measure.Largest() || (range.What.Measure != Measure.Attribute && range.Below <= 0),
            AnyOf any => any.Conditions.All(Impossible),
            AllOf all => all.Conditions.Any(Impossible) || all.Conditions.Any(one => all.Conditions.Any(other => Exclude(one, other))),
            Negation not => Certain(not.Condition),
            _ => false,
        };

    /// <summary>It concerns everybody.</summary>
    public static bool Certain(Condition condition) =>
        condition switch
        {
            // Known of everybody, and never below zero.
            InRange range => range
                is {
                    Below: null,
                    AtLeast: <= 0,
                    What.Measure: Measure.Orders or Measure.Tenure or Measure.Engagement or Measure.Referrals or Measure.Complaints
                },
            AllOf all => all.Conditions.All(Certain),
            AnyOf any => any.Conditions.Any(Certain),
            Negation not => Impossible(not.Condition),
            _ => false,
        };

    private static bool Exclude(Condition one, Condition other) =>
        (one, other) switch
        {
            (InRange a, InRange b) => a.What == b.What && (a.AtLeast >= b.Below || b.AtLeast >= a.Below),
            (HasText a, HasText b) => a.Attribute == b.Attribute && !a.Texts.Intersect(b.Texts, StringComparer.OrdinalIgnoreCase).Any(),
            (_, Negation not) => Implies(one, not.Condition),
            _ => false,
        };
}
