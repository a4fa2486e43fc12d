using System.Collections.Immutable;
using CrmFunctions.Domain.Lifecycle;

namespace CrmFunctions.Domain.Standards;

/// <summary>One version of one way of tiering, checked: a value that exists can decide.</summary>
public sealed record Standard
{
    /// <summary>The scheme it is a version of, such as <c>value</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>The version: the first 12 hexadecimal digits of the SHA-256 of the standard as written.</summary>
    public required string Version { get; init; }

    /// <summary>ISO 4217 code that money is measured in.</summary>
    public required string Currency { get; init; }

    /// <summary>
    /// Units of <see cref="Currency"/> for one unit of another currency. Amounts in a currency without a rate are unknown.
    /// </summary>
    public required ImmutableDictionary<string, decimal> Rates { get; init; }

    /// <summary>IANA zone of the business, for dates shown to people.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Whether tiers have a rank.</summary>
    public StandardKind Kind { get; init; }

    /// <summary>What is measured, and what it is worth. Weights add to 100.</summary>
    public required ImmutableArray<Dimension> Dimensions { get; init; }

    /// <summary>
    /// A ladder's tiers from the highest to the lowest, the last from 0; classes in any order, the last for customers who fit no other.
    /// </summary>
    public required ImmutableArray<Tier> Tiers { get; init; }

    /// <summary>Two dimensions whose bands say the tier. Null: the score says it, or in classes the rules alone.</summary>
    public Matrix? Matrix { get; init; }

    /// <summary>What keeps tiers from swinging.</summary>
    public Stability Stability { get; init; } = Stability.None;

    /// <summary>What holds independently of the score, in order.</summary>
    public ImmutableArray<Rule> Rules { get; init; } = [];

    /// <summary>When a customer is new, active, dormant, about to be lost, lost.</summary>
    public required LifecycleRules Lifecycle { get; init; }

    /// <summary>Scheme and version, as receipts name it.</summary>
    public string Name => $"{Scheme}@{Version}";
}

/// <summary>Whether tiers have a rank.</summary>
public enum StandardKind
{
    /// <summary>阶梯: A above B above C.</summary>
    Ladder,

    /// <summary>分类: side by side, such as strategic, growing, potential.</summary>
    Classes,
}

/// <summary>One tier.</summary>
/// <param name="Name">Short name, such as A.</param>
/// <param name="From">Score from which on a customer is in it, inclusive; 0 to 100. Means nothing in classes and matrices.</param>
/// <param name="Label">What people call it, by language tag.</param>
/// <param name="Revisit">How long a customer of the tier may go without contact. Null: for ever.</param>
public sealed record Tier(string Name, decimal From, ImmutableDictionary<string, string> Label, TimeSpan? Revisit)
{
    /// <summary>The label in a language, or else the name.</summary>
    public string LabelIn(string language) => Label.GetValueOrDefault(language, Name);
}

/// <summary>Two dimensions whose bands say the tier.</summary>
/// <param name="Rows">Index of the dimension whose band picks the row.</param>
/// <param name="Columns">Index of the dimension whose band picks the column.</param>
/// <param name="Cells">For each band of the rows, worst first, for each band of the columns, worst first, the index of a tier.</param>
public sealed record Matrix(int Rows, int Columns, ImmutableArray<ImmutableArray<int>> Cells);

/// <summary>What keeps tiers from swinging. A rise is never held back; a fall waits for all of these.</summary>
/// <param name="DemoteMargin">A customer falls only with a score more than this below the tier's threshold.</param>
/// <param name="MinimumStay">A tier is kept for at least so long.</param>
/// <param name="Grace">The score must have been too low for so long without interruption.</param>
/// <param name="MaxMovesPerQuarter">
/// Moves within any <see cref="Quarter"/>, two or more: a fall waits where the rise that may follow would be one too many. Null: any
/// number.
/// </param>
/// <remarks>Source: Tiering/Stability.md.</remarks>
public sealed record Stability(decimal DemoteMargin, TimeSpan MinimumStay, TimeSpan Grace, int? MaxMovesPerQuarter)
{
    /// <summary>91 days.</summary>
    public static readonly TimeSpan Quarter = TimeSpan.FromDays(91);

    /// <summary>Every fall is taken at once.</summary>
    public static Stability None { get; } = new(0, TimeSpan.Zero, TimeSpan.Zero, null);
}
