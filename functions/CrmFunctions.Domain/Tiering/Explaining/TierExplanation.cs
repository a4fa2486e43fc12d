using System.Collections.Immutable;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering.Explaining;

/// <summary>Why a customer is in a tier.</summary>
/// <param name="Standard">Scheme and version of the standard.</param>
/// <param name="Calibration">Version of the calibration, <c>none</c> where the standard uses none.</param>
/// <param name="Terms">One for each dimension, in the standard's order; their points add to the score exactly.</param>
/// <param name="Score">The sum.</param>
/// <param name="Basis">What decided.</param>
/// <param name="Up">
/// Single changes that would each lead to the next higher tier, the smallest of each dimension that can; in classes, towards better values
/// to another class. Empty where no single change does, and where a person or a rule decided.
/// </param>
/// <param name="Down">
/// Single changes that would each lose the tier, when everything that holds tiers has passed, the smallest of each dimension that can; in
/// classes, towards worse values to another class. Empty as <paramref name="Up"/> is, and where the tier is being lost already.
/// </param>
/// <param name="Drop">
/// When the customer leaves the tier downwards if nothing happens, and where to; in classes, when to any other. Null: never, or not before
/// an event dated ahead takes place.
/// </param>
/// <param name="Missing">The dimensions and attributes that matter and are not known.</param>
/// <param name="Certain">Nothing that could be learned of them now would change the tier.</param>
public sealed record TierExplanation(
    string Standard,
    string Calibration,
    ImmutableArray<Term> Terms,
    decimal Score,
    Basis Basis,
    ImmutableArray<Change> Up,
    ImmutableArray<Change> Down,
    Drop? Drop,
    ImmutableArray<string> Missing,
    bool Certain
);

/// <summary>One line of a receipt.</summary>
/// <param name="Dimension">The dimension's name.</param>
/// <param name="Measure">What was measured.</param>
/// <param name="Value">The value; null where it is unknown or where there is none (days since an order that never was).</param>
/// <param name="Known">Whether the value is known. An unknown value is not zero.</param>
/// <param name="Band">
/// Cuts reached, counted in the direction that is better; null where the dimension has no bands, or the value is unknown.
/// </param>
/// <param name="Points">What the value earns, rounded to four decimals.</param>
/// <param name="Weight">What the best value would earn, but for the cap.</param>
/// <param name="Cap">What the dimension earns at most.</param>
/// <param name="Events">Names of the events behind the value.</param>
public sealed record Term(
    string Dimension,
    Measure Measure,
    decimal? Value,
    bool Known,
    int? Band,
    decimal Points,
    decimal Weight,
    decimal Cap,
    ImmutableArray<string> Events
);

/// <summary>What decided the tier.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Reached">The tier that score, matrix or default say.</param>
/// <param name="Reason">
/// Of a rule or a pin: why. Of a tier that is held: <c>margin</c>, <c>grace</c>, <c>minimumStay</c> or <c>maxMovesPerQuarter</c>.
/// </param>
/// <param name="By">Of a pin: who.</param>
/// <param name="Until">
/// Of a pin: when it lapses. Of a tier that is held: when it is lost if nothing happens; null: never, or not by itself.
/// </param>
/// <param name="Events">Of a rule or a pin: the events behind it.</param>
public sealed record Basis(
    BasisKind Kind,
    string Reached,
    string? Reason,
    string? By,
    DateTimeOffset? Until,
    ImmutableArray<string> Events
);

/// <summary>What may decide a tier.</summary>
public enum BasisKind
{
    /// <summary>The score reached it.</summary>
    Score,

    /// <summary>The cell of the matrix.</summary>
    Matrix,

    /// <summary>Nothing else did: the last of the classes.</summary>
    Otherwise,

    /// <summary>A rule of the standard.</summary>
    Rule,

    /// <summary>Stability: the score is too low by now, and the tier is held.</summary>
    Held,

    /// <summary>A person.</summary>
    Pin,
}

/// <summary>A change of one value that would move the customer.</summary>
/// <param name="Dimension">The dimension.</param>
/// <param name="From">The value now; null where there is none or it is unknown.</param>
/// <param name="To">The value that would do: one unit less of a change does not.</param>
/// <param name="Tier">The tier it leads to.</param>
public sealed record Change(string Dimension, decimal? From, decimal To, string Tier);

/// <summary>A move without a new event.</summary>
/// <param name="At">When. UTC.</param>
/// <param name="Tier">The tier it leads to.</param>
public sealed record Drop(DateTimeOffset At, string Tier);
