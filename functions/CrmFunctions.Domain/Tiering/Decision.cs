using System.Collections.Immutable;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering;

/// <summary>What a standard says of a customer at an instant.</summary>
public sealed record Decision
{
    /// <summary>The instant. UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Scheme and version that decided.</summary>
    public required string Standard { get; init; }

    /// <summary>The tier.</summary>
    public required Tier Tier { get; init; }

    /// <summary>The stage of life.</summary>
    public required Stage Stage { get; init; }

    /// <summary>0 to 100: the sum of the receipt's terms, exactly.</summary>
    public required decimal Score { get; init; }

    /// <summary>Tags given by rules.</summary>
    public required ImmutableArray<string> Tags { get; init; }

    /// <summary>What is owed to the customer now.</summary>
    public required ImmutableArray<Obligation> Obligations { get; init; }

    /// <summary>
    /// The first whole second after <see cref="At"/> at which tier, stage, tags or obligations would differ with no new event, or at which an
    /// event dated ahead takes place. Null: never, which is not within a hundred years.
    /// </summary>
    public required DateTimeOffset? NextReview { get; init; }

    /// <summary>Why.</summary>
    public required Receipt Receipt { get; init; }
}

/// <summary>Why a customer is in a tier.</summary>
/// <param name="Standard">Scheme and version of the standard.</param>
/// <param name="Calibration">Version of the calibration, <c>none</c> where the standard uses none.</param>
/// <param name="Terms">One for each dimension, in the standard's order; their points add to the score exactly.</param>
/// <param name="Score">The sum.</param>
/// <param name="Up">Single changes that would each reach the next higher tier, the smallest step of each dimension that can. Empty in the highest.</param>
/// <param name="Drop">
/// When the customer leaves the tier downwards if nothing happens, and where to. Null: never, or not before an event dated ahead takes place.
/// </param>
/// <param name="Missing">The dimensions whose value is unknown.</param>
/// <param name="Certain">No value of the missing dimensions would change the tier.</param>
public sealed record Receipt(
    string Standard,
    string Calibration,
    ImmutableArray<Term> Terms,
    decimal Score,
    ImmutableArray<Change> Up,
    Drop? Drop,
    ImmutableArray<string> Missing,
    bool Certain);

/// <summary>One line of a receipt.</summary>
/// <param name="Dimension">The dimension's name.</param>
/// <param name="Measure">What was measured.</param>
/// <param name="Value">The value; null where it is unknown or where there is none (days since an order that never was).</param>
/// <param name="Known">Whether the value is known. An unknown value is not zero.</param>
/// <param name="Band">Cuts reached, counted in the direction that is better; null where the dimension has no bands.</param>
/// <param name="Points">What the value earns, rounded to four decimals.</param>
/// <param name="Weight">What the best value would earn.</param>
/// <param name="Events">Names of the events behind the value.</param>
public sealed record Term(
    string Dimension, Measure Measure, decimal? Value, bool Known, int? Band, decimal Points, decimal Weight, ImmutableArray<string> Events);

/// <summary>A change of one value that would move the customer up.</summary>
/// <param name="Dimension">The dimension.</param>
/// <param name="From">The value now; null where there is none or it is unknown.</param>
/// <param name="To">The value that would do: one unit less does not.</param>
/// <param name="Tier">The tier reached.</param>
public sealed record Change(string Dimension, decimal? From, decimal To, string Tier);

/// <summary>A drop that silence brings.</summary>
/// <param name="At">The first whole second of it. UTC.</param>
/// <param name="Tier">The tier then.</param>
public sealed record Drop(DateTimeOffset At, string Tier);
