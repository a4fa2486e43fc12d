using System.Globalization;
using System.Text;

namespace Azure.Data.Tables;

/// <summary>What the service would answer, had the request been sent.</summary>
internal sealed record RequestRefusal(int Status, string Code, string Message)
{
    public RequestFailedException ToException(string? what = null) =>
        new(Status, what is null ? Message : $"{Message} ({what})", Code, null);
}

/// <summary>What Table Storage refuses. Emulators accept most of it, so it is checked before sending.</summary>
/// <remarks>Sources: "Understanding the Table service data model", "Table Storage error codes" and "Performing entity group transactions" of the REST documentation.</remarks>
internal static class EntityLimits
{
    /// <summary>The keys and the time stamp are not counted.</summary>
    public const int Properties = 252;

    /// <summary>Bytes, by the service's own measure: see <see cref="EntityWriter"/>.</summary>
    public const int EntityBytes = 1024 * 1024;

    /// <summary>UTF-16 code units of a text.</summary>
    public const int TextCharacters = 32 * 1024;

    /// <summary>Bytes of a binary value.</summary>
    public const int BinaryBytes = 64 * 1024;

    /// <summary>UTF-16 code units of a key.</summary>
    public const int KeyCharacters = 1024;

    /// <summary>UTF-16 code units of a property's name.</summary>
    public const int NameCharacters = 255;

    /// <summary>Operations of a transaction.</summary>
    public const int Operations = 100;

    /// <summary>Bytes of a transaction's request body.</summary>
    public const int TransactionBytes = 4 * 1024 * 1024;

    public static readonly RequestRefusal EntityTooLarge = new(400, "EntityTooLarge",
        "The entity is larger than the maximum allowed size (1MB).");

    public static readonly RequestRefusal TooManyProperties = new(400, "TooManyProperties",
        "The entity contains more properties than allowed. Each entity can include up to 252 properties to store data. Each entity also has 3 system properties.");

    public static readonly RequestRefusal PropertyValueTooLarge = new(400, "PropertyValueTooLarge",
        "The property value exceeds the maximum allowed size (64KB). If the property value is a string, it is UTF-16 encoded and the maximum number of characters should be 32K or less.");

    public static readonly RequestRefusal KeyValueTooLarge = new(400, "KeyValueTooLarge",
        "The key value is larger than the maximum allowed size (1024 characters).");

    public static readonly RequestRefusal OutOfRangeInput = new(400, "OutOfRangeInput",
        "One of the request inputs is out of range.");

    public static readonly RequestRefusal TooManyOperations = new(400, "InvalidInput",
        "The batch request operation exceeds the maximum 100 changes per change set.");

    public static readonly RequestRefusal DifferentPartitions = new(400, "CommandsInBatchActOnDifferentPartitions",
        "All commands in a batch must operate on same entity group.");

    public static readonly RequestRefusal DuplicateRow = new(400, "InvalidDuplicateRow",
        "The batch request contains multiple changes with same row key. An entity can appear only once in a batch request.");

    public static readonly RequestRefusal TransactionTooLarge = new(413, "RequestBodyTooLarge",
        "The request body is too large and exceeds the maximum permissible limit.");

    /// <summary>The service keeps dates from 1601-01-01 on.</summary>
    public static readonly DateTime EarliestDate = new(1601, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly RequestRefusal _nameTooLong = new(400, "PropertyNameTooLong",
        "The property name exceeds the maximum allowed length (255).");

    private static readonly RequestRefusal _nameInvalid = new(400, "PropertyNameInvalid", "The property name is invalid.");

    /// <summary>Names follow the rules of C# identifiers.</summary>
    public static RequestRefusal? RefusalOfName(string name)
    {
        if (name.Length > NameCharacters)
            return _nameTooLong;
        if (name.Length == 0 || !(name[0] == '_' || char.IsLetter(name[0])))
            return _nameInvalid;
        foreach (var character in name)
        {
            if (!(char.IsLetterOrDigit(character) || character == '_' || IsIdentifierMark(character)))
                return _nameInvalid;
        }

        return null;
    }

    /// <exception cref="ArgumentException">The key has half a surrogate pair.</exception>
    /// <exception cref="RequestFailedException">400 KeyValueTooLarge or OutOfRangeInput.</exception>
    public static void CheckKey(string name, string value)
    {
        if (value.Length > KeyCharacters)
            throw KeyValueTooLarge.ToException(name);
        foreach (var character in value)
        {
            if (character is '/' or '\\' or '#' or '?' or <= '\u001f' or (>= '\u007f' and <= '\u009f'))
                throw OutOfRangeInput.ToException($"{name} has the forbidden character U+{(int)character:X4}");
        }

        CheckText(name, value);
    }

    /// <summary>Half a surrogate pair cannot be written as UTF-8; the encoder would store another character in its place.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    public static void CheckText(string name, string value)
    {
        if (Ascii.IsValid(value))
            return;
        for (var i = value.AsSpan().IndexOfAnyInRange('\ud800', '\udfff'); i < value.Length && i >= 0; i++)
        {
            if (!char.IsSurrogate(value[i]))
                continue;
            if (i + 1 < value.Length && char.IsSurrogatePair(value[i], value[i + 1]))
                i++;
            else
                throw new ArgumentException($"{name} has half a surrogate pair at index {i}, which is not text: it cannot be stored.", name);
        }
    }

    private static bool IsIdentifierMark(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.LetterNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.ConnectorPunctuation or UnicodeCategory.Format;
}
