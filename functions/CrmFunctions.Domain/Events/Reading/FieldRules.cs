namespace CrmFunctions.Domain.Events;

/// <summary>What one kind of document takes, and how it is told, where kinds differ.</summary>
public sealed record FieldRules
{
    /// <summary>A member that is null counts as missing. In what people write down for long it is a mistake.</summary>
    public bool NullIsMissing { get; init; }

    /// <summary>
    /// Programs of all kinds send it: a number may stand for a text and the other way round, a blank for none. The answer says what came
    /// in place of what was wanted: nobody is there who could look.
    /// </summary>
    public bool Lenient { get; init; }

    /// <summary>People type it into forms: blanks around a text are cut.</summary>
    public bool Trims { get; init; }
}
