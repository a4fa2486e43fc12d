using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace CrmFunctions.Domain.Events;

/// <summary>Asks one JSON object for its members, and gathers what is wrong with each under its full path.</summary>
/// <remarks>
/// <para>
/// The one reader of JSON fields: of events, of requests' bodies, of standards and plans, of templates. Each has a layer that adds what
/// only it has (<c>EventFields</c>, <c>StandardFields</c>, <c>RequestFields</c>, <c>TemplateReader</c>), and <see cref="FieldRules"/> that
/// say where it differs. It stands in <c>Events</c>, the lowest folder that all of them may use. A path is put together only when something is refused, so that reading a good event costs nothing for it.
/// </para>
/// <para>
/// Rejected: <c>JsonSerializer</c> with converters (it stops at the first problem, and its path says what failed, not what would be
/// right); checking by JSON Schema first (the sentences would be the schema's, and intake would read everything twice); a base class
/// with a method to override for each difference (the sentences would be in five files again). What templates say in braces is read
/// by <c>TemplateText</c>: that is text, not JSON.
/// </para>
/// </remarks>
public sealed class JsonFields
{
    /// <summary>The longest text a field may hold, in characters, unless it says otherwise.</summary>
    public const int LongestText = 1024;

    /// <summary>What is said of a text that must be there.</summary>
    public const string Missing = "is missing; it must be a non-empty string";

    private static readonly SearchValues<char> controls = SearchValues.Create([
        .. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl),
    ]);

    private readonly JsonFields? parent;
    private readonly string place;
    private readonly Findings found;

    private JsonFields(JsonElement json, JsonFields? parent, string place, Findings found) =>
        (Json, this.parent, this.place, this.found) = (json, parent, place, found);

    /// <summary>The object itself.</summary>
    public JsonElement Json { get; }

    /// <summary>What is wrong so far, in the whole document.</summary>
    public IReadOnlyList<FieldProblem> Problems => found.Problems ?? (IReadOnlyList<FieldProblem>)[];

    /// <summary>What is written and means nothing, in the whole document.</summary>
    public IReadOnlyList<FieldProblem> Ignored => found.Ignored ?? (IReadOnlyList<FieldProblem>)[];

    private string Path => parent is null ? place : parent.PathOf(place);

    /// <summary>The fields of a document.</summary>
    /// <param name="json">A JSON object.</param>
    /// <param name="rules">What its kind of document takes.</param>
    /// <param name="path">Where it stands in what was sent; empty for the whole.</param>
    public static JsonFields Of(JsonElement json, FieldRules rules, string path = "") => new(json, null, path, new Findings(rules));

    /// <summary>Whether the member is there, be it null.</summary>
    public bool Has(string name) => Json.TryGetProperty(name, out _);

    /// <summary>A member; null where it is missing.</summary>
    public JsonElement? Member(string name) =>
        Json.TryGetProperty(name, out var member) && !(found.Rules.NullIsMissing && member.ValueKind == JsonValueKind.Null) ? member : null;

    /// <summary>The fields of an object; null where it is missing or none.</summary>
    public JsonFields? Inner(string name, bool required = false)
    {
        if (Member(name) is { } member)
            return Inner(name, member);
        if (required)
            Refuse(name, "is missing; it must be a JSON object");
        return null;
    }

    /// <summary>The same of what stands at a place, such as <c>tiers[0]</c>.</summary>
    public JsonFields? Inner(string name, JsonElement member)
    {
        if (member.ValueKind == JsonValueKind.Object)
            return new JsonFields(member, this, name, found);
        Refuse(name, "must be a JSON object", member);
        return null;
    }

    /// <summary>The same where nothing is to be said of what is none.</summary>
    public JsonFields? InnerIfAny(string name) =>
        Json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? Inner(name, member) : null;

    /// <summary>The items of an array that must be there.</summary>
    public IReadOnlyList<JsonElement> Items(string name)
    {
        if (Member(name) is { ValueKind: JsonValueKind.Array } member)
            return [.. member.EnumerateArray()];
        Refuse(name, "is missing; it must be a JSON array");
        return [];
    }

    /// <summary>The objects of an array that must be there.</summary>
    public IEnumerable<JsonFields> Objects(string name) => Objects(name, Items(name));

    /// <summary>The objects among the items of an array.</summary>
    public IEnumerable<JsonFields> Objects(string name, IEnumerable<JsonElement> items) =>
        items.Select((item, i) => Inner($"{name}[{i}]", item)).OfType<JsonFields>();

    /// <summary>A text that must be there; null where it cannot be taken.</summary>
    /// <param name="name">The member.</param>
    /// <param name="longest">In characters.</param>
    /// <param name="lineBreaks">
    /// Tabs and line breaks are taken: people wrote it. In an identifier they would let two different ones be joined to one key.
    /// </param>
    public string? Required(string name, int longest = 256, bool lineBreaks = false)
    {
        if (Member(name) is not { } member)
        {
            Refuse(name, Missing);
            return null;
        }

        return Text(name, member, longest, lineBreaks, required: true);
    }

    /// <summary>A text that may be missing; null then, and where it cannot be taken.</summary>
    public string? Text(string name, int longest = LongestText, bool lineBreaks = false) =>
        Member(name) is { } member ? Text(name, member, longest, lineBreaks) : null;

    /// <summary>The same of what stands at a place, such as <c>tags[0]</c>.</summary>
    public string? Text(string name, JsonElement member, int longest, bool lineBreaks = false, bool required = false)
    {
        var rules = found.Rules;
        if (member.ValueKind != JsonValueKind.String && !(rules.Lenient && member.ValueKind == JsonValueKind.Number))
        {
            Refuse(name, "must be a string", member);
            return null;
        }

        if (Characters(member) is not { } text)
            return Refuse(name, JsonText.NotText);
        if (rules.Trims)
            text = text.Trim();
        if (text.Length > longest)
            return Refuse(name, TooLong(text, longest));
        if (Control(text, lineBreaks) is { } control)
            return Refuse(
                name,
                $"has {(rules.Lenient ? $"the control character U+{(int)control:X4}" : "a control character")}; send text without control characters"
            );
        return string.IsNullOrWhiteSpace(text) && (required || !rules.Lenient)
            ? Refuse(name, "is empty; it must be a non-empty string")
            : text;
    }

    /// <summary>A text that is there and is one; null for anything else, about which nothing is said.</summary>
    public string? TextIfAny(string name) =>
        Json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    /// <summary>A plain decimal within a range; null where it is missing or none.</summary>
    public decimal? Number(string name, decimal from, decimal to, bool required, bool whole = false)
    {
        if (Member(name) is { } member)
        {
            var isOne = member.ValueKind == JsonValueKind.Number || (found.Rules.Lenient && member.ValueKind == JsonValueKind.String);
            var number = isOne && Characters(member) is { } text ? Decimals.Parse(text) : null;
            if (number >= from && number <= to && !(whole && decimal.Truncate(number.Value) != number))
                return number;
        }
        else if (!required)
        {
            return null;
        }

        Refuse(name, string.Create(CultureInfo.InvariantCulture, $"must be a {(whole ? "whole number" : "number")} from {from} to {to}"));
        return null;
    }

    /// <summary>A plain decimal that is there and is one; null for anything else, about which nothing is said.</summary>
    public decimal? NumberIfAny(string name) => Json.TryGetProperty(name, out var member) ? NumberIfAny(member) : null;

    /// <summary>The same of what is at hand.</summary>
    public static decimal? NumberIfAny(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number ? Decimals.Parse(json.GetRawText()) : null;

    /// <summary>True or false; null where it is missing or neither.</summary>
    public bool? Flag(string name, bool required = false)
    {
        if (Member(name) is not { } member)
        {
            if (required)
                Refuse(name, "is missing; it must be true or false");
            return null;
        }

        if (member.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return member.GetBoolean();
        Refuse(name, "must be true or false", member);
        return null;
    }

    /// <summary>An instant, UTC; null where it is missing or none.</summary>
    public DateTimeOffset? Instant(string name)
    {
        if (Member(name) is not { } member)
            return null;
        if (member.ValueKind == JsonValueKind.String && Characters(member) is { } text && Instants.Parse(text) is { } instant)
            return instant;
        Refuse(name, "must be an instant of RFC 3339 with its offset, such as 2026-11-01T09:30:00Z");
        return null;
    }

    /// <summary>Says what is wrong with a member.</summary>
    /// <returns>Null: there is nothing to go on with.</returns>
    public string? Refuse(string name, string message)
    {
        (found.Problems ??= []).Add(new FieldProblem(PathOf(name), message));
        return null;
    }

    /// <summary>Says what is wrong with a member, and what it is where the sender is told that.</summary>
    public void Refuse(string name, string message, JsonElement member) =>
        Refuse(name, found.Rules.Lenient ? $"{message}, not {Describe(member)}" : message);

    /// <summary>Says what is wrong with the object.</summary>
    public void Refuse(string message) => (found.Problems ??= []).Add(new FieldProblem(Path, message));

    /// <summary>Says that a member means nothing.</summary>
    public void Ignore(string name, string message) => (found.Ignored ??= []).Add(new FieldProblem(PathOf(name), message));

    /// <summary>What is said of a text that is too long.</summary>
    public static string TooLong(string text, int longest) => $"has {text.Length} characters; at most {longest} are taken";

    /// <summary>What kind of JSON it is, as a sentence says it.</summary>
    public static string Describe(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.String => "a string",
            JsonValueKind.Number => "a number",
            JsonValueKind.True or JsonValueKind.False => "a boolean",
            _ => "null",
        };

    private static char? Control(string text, bool lineBreaks)
    {
        var first = text.AsSpan().IndexOfAny(controls);
        if (first < 0)
            return null;
        foreach (var character in text.AsSpan(first))
        {
            if (char.IsControl(character) && !(lineBreaks && character is '\t' or '\n' or '\r'))
                return character;
        }

        return null;
    }

    // Null where the text is none: it has half of a surrogate pair, or bytes that are not UTF-8.
    private static string? Characters(JsonElement member)
    {
        try
        {
            return member.ValueKind == JsonValueKind.Number ? member.GetRawText() : member.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private string PathOf(string name) => Path is { Length: > 0 } path ? $"{path}.{name}" : name;

    /// <summary>What is found in one document.</summary>
    private sealed class Findings(FieldRules rules)
    {
        public FieldRules Rules { get; } = rules;

        public List<FieldProblem>? Problems { get; set; }

        public List<FieldProblem>? Ignored { get; set; }
    }
}
