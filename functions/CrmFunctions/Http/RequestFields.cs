using System.Text.Json;
using CrmFunctions.Domain.Events;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Http;

/// <summary>The members of a request's body, one JSON object, and what is wrong with them.</summary>
public sealed class RequestFields
{
    private static readonly FieldRules rules = new() { NullIsMissing = true, Trims = true };
    private readonly JsonFields fields;

    private RequestFields(JsonFields fields) => this.fields = fields;

    /// <summary>The refusal; null where nothing is wrong.</summary>
    public Problem? Problem =>
        fields.Problems.Count == 0
            ? null
            : new Problem(ProblemKind.InvalidRequest, "Send it again when mended; nothing was done.", fields.Problems);

    /// <summary>Reads a body of a few members.</summary>
    public static async Task<(RequestFields? Fields, Problem? Problem)> Read(HttpRequest request, CancellationToken cancellationToken)
    {
        var (json, problem) = await request.ReadObject(cancellationToken);
        return problem is null ? (new RequestFields(JsonFields.Of(json, rules)), null) : (null, problem);
    }

    /// <summary>A text that must be there. Where it cannot be taken the answer is empty, and says so.</summary>
    public string Text(string name, int longest) => fields.Required(name, longest) ?? "";

    /// <summary>A text that may be missing; null then.</summary>
    public string? OptionalText(string name, int longest) => fields.Text(name, longest);

    /// <summary>A whole number that must be there, written without a point.</summary>
    public int Whole(string name, int from, int to)
    {
        if (
            fields.Member(name) is { ValueKind: JsonValueKind.Number } member
            && member.TryGetInt32(out var number)
            && number >= from
            && number <= to
        )
            return number;
        Refuse(name, $"must be a whole number from {from} to {to}");
        return from;
    }

    /// <summary>A flag that may be missing; false then.</summary>
    public bool Flag(string name) => fields.Flag(name) ?? false;

    /// <summary>An instant that may be missing; null then.</summary>
    public DateTimeOffset? OptionalInstant(string name) => fields.Instant(name);

    /// <summary>A list of texts that may be missing; empty then.</summary>
    public IReadOnlyList<string> OptionalTexts(string name, int most, int longest) =>
        fields.Member(name) is null ? [] : Texts(name, 0, most, longest, $"must be a JSON array of at most {most} strings");

    /// <summary>The members of an object that may be missing; null then.</summary>
    public RequestFields? OptionalObject(string name) => fields.Inner(name) is { } inner ? new RequestFields(inner) : null;

    /// <summary>A list of texts, so many of them.</summary>
    public IReadOnlyList<string> Texts(string name, int count, int longest) =>
        Texts(name, count, count, longest, $"must be a JSON array of {count} strings");

    /// <summary>Says what is wrong with a member.</summary>
    public void Refuse(string name, string message) => fields.Refuse(name, message);

    private IReadOnlyList<string> Texts(string name, int least, int most, int longest, string message)
    {
        if (
            fields.Member(name) is { ValueKind: JsonValueKind.Array } list
            && list.GetArrayLength() is var count
            && count >= least
            && count <= most
        )
            return [.. list.EnumerateArray().Select((item, i) => fields.Text($"{name}[{i}]", item, longest) ?? "")];
        Refuse(name, message);
        return [];
    }
}
