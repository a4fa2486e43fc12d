namespace CrmFunctions.Domain.Customers;

/// <summary>Something that shows engagement.</summary>
/// <param name="At">UTC.</param>
/// <param name="Points">Points on the day itself, zero or more.</param>
/// <param name="Event">The event's name.</param>
public readonly record struct EngagementPoint(DateTimeOffset At, double Points, string Event);

/// <summary>A potential rating by a person.</summary>
/// <param name="At">UTC.</param>
/// <param name="Score">0 to 100.</param>
/// <param name="Author">Who rated.</param>
/// <param name="Reason">Why.</param>
/// <param name="Expires">From then on it counts for nothing. Null: never.</param>
/// <param name="Event">The event's name.</param>
public sealed record Rating(DateTimeOffset At, decimal Score, string Author, string Reason, DateTimeOffset? Expires, string Event);

/// <summary>A dated number.</summary>
/// <param name="At">UTC.</param>
/// <param name="Value">The score, or 1 where only the happening counts.</param>
/// <param name="Event">The event's name.</param>
public readonly record struct DatedValue(DateTimeOffset At, int Value, string Event);

/// <summary>One word on an attribute.</summary>
/// <param name="At">UTC.</param>
/// <param name="Name">The attribute.</param>
/// <param name="Number">The value where it is a number, or a text that is one. Null: it is none.</param>
/// <param name="Text">The value as text. Null: the source took it back.</param>
/// <param name="Event">The event's name.</param>
public readonly record struct AttributeValue(DateTimeOffset At, string Name, decimal? Number, string? Text, string Event);

/// <summary>A tag put on or taken off.</summary>
/// <param name="At">UTC.</param>
/// <param name="Tag">The tag.</param>
/// <param name="On">Put on; else taken off.</param>
/// <param name="Until">From then on it is off by itself. Null: never.</param>
/// <param name="Event">The event's name.</param>
public readonly record struct TagMark(DateTimeOffset At, string Tag, bool On, DateTimeOffset? Until, string Event);

/// <summary>A tier set by hand, or taken back.</summary>
/// <param name="At">UTC.</param>
/// <param name="Scheme">The scheme it is a tier of.</param>
/// <param name="Tier">The tier. Null: the engine decides again.</param>
/// <param name="Author">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Expires">From then on it counts for nothing. Null: never.</param>
/// <param name="Event">The event's name.</param>
public sealed record Pin(
    DateTimeOffset At,
    string Scheme,
    string? Tier,
    string Author,
    string Reason,
    DateTimeOffset? Expires,
    string Event
);
