using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Sources.Hooks.Mapping;
using Microsoft.Net.Http.Headers;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>What makes JSON a CloudEvent.</summary>
/// <remarks>Source: CloudEvents 1.0.2, "Context attributes" and "Type system", and its JSON format.</remarks>
internal static class CloudEventRules
{
    /// <summary>Everything that is wrong with an item, by attribute.</summary>
    public static IEnumerable<FieldProblem> Wrong(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            yield return new FieldProblem("", "must be a JSON object");
            yield break;
        }

        foreach (var name in (string[])["specversion", "id", "source", "type"])
        {
            if (item.At(name) is not { ValueKind: JsonValueKind.String } text || text.GetString() is not { Length: > 0 })
                yield return new FieldProblem(name, "must be a non-empty string");
        }

        if (item.Text("specversion") is { } version && version != "1.0")
            yield return new FieldProblem("specversion", "must be 1.0");
        if (item.At("time") is { } time && (time.ValueKind != JsonValueKind.String || Instants.Parse(time.GetString()!) is null))
            yield return new FieldProblem("time", "must be an instant of RFC 3339 with its offset");
        foreach (var name in (string[])["subject", "dataschema"])
        {
            if (item.At(name) is { } text && (text.ValueKind != JsonValueKind.String || text.GetString() is not { Length: > 0 }))
                yield return new FieldProblem(name, "must be a non-empty string where it is there");
        }

        if (
            item.At("datacontenttype") is { } type
            && (type.ValueKind != JsonValueKind.String || !MediaTypeHeaderValue.TryParse(type.GetString(), out _))
        )
            yield return new FieldProblem("datacontenttype", "must be a media type such as application/json");
        if (item.At("data") is not null && item.At("data_base64") is not null)
            yield return new FieldProblem("data_base64", "must not be there beside data");
        foreach (
            var member in item.EnumerateObject()
                .Where(member =>
                    member.Name != "data_base64"
                    && (member.Name.Length == 0 || member.Name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c)))
                )
        )
        {
            yield return new FieldProblem(member.Name, "is no attribute's name: a-z and 0-9 only");
        }
    }
}
