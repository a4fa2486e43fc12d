using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Sources.Hooks.Mapping;

/// <summary>What was written into one field of a form.</summary>
/// <param name="Label">What people call the field.</param>
/// <param name="Names">Everything the provider calls it: key, reference, id, label.</param>
/// <param name="Value">As text.</param>
/// <param name="Kind">What the provider says it is.</param>
internal sealed record FormAnswer(string Label, IReadOnlyList<string> Names, string Value, FormAnswerKind Kind = FormAnswerKind.Other);

/// <summary>What kind of field.</summary>
internal enum FormAnswerKind
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>A phone number.</summary>
    Phone,
}

/// <summary>
/// A form's answers as a canonical event: who sent it by the source's fields or the kinds of its fields, all else as attributes.
/// </summary>
internal static class FormAnswers
{
    private const int MostAttributes = 200;
    private const int LongestName = 128;
    private const int LongestValue = 4096;

    /// <summary>Says that a form was sent, or what else its source says such a topic is.</summary>
    public static void Say(
        Source source,
        MappingResult mapping,
        string type,
        string about,
        string? form,
        DateTimeOffset? time,
        IReadOnlyList<FormAnswer> answers,
        Identifiers? recognised = null
    )
    {
        string? Find(string field) => answers.FirstOrDefault(answer => answer.Names.Contains(field, StringComparer.Ordinal))?.Value;
        var known = recognised ?? new Identifiers();
        var customer = FieldNames.Customer(
            source,
            Find,
            known with
            {
                Email = known.Email ?? answers.FirstOrDefault(answer => answer.Kind == FormAnswerKind.Email)?.Value,
                Phone = known.Phone ?? answers.FirstOrDefault(answer => answer.Kind == FormAnswerKind.Phone)?.Value,
            }
        );

        var who = source
            .Fields.Where(pair => pair.Key.StartsWith("customer.", StringComparison.Ordinal))
            .Select(pair => pair.Value)
            .ToHashSet(StringComparer.Ordinal);
        var attributes = new JsonObject();
        foreach (
            var answer in answers
                .Where(answer => answer.Kind == FormAnswerKind.Other && !answer.Names.Any(who.Contains))
                .Take(MostAttributes)
        )
        {
            attributes[Cut(answer.Label, LongestName)] = Cut(answer.Value, LongestValue);
        }

        var data = new JsonObject { ["attributes"] = attributes };
        if (type == EventTypes.FormSubmitted && form is not null)
            data["form"] = Cut(form, 256);
        if (type == EventTypes.Interaction)
            data["channel"] = "form";
        mapping.Say(
            new MappedEvent(type, about, customer)
            {
                Time = DeliveryJson.Instant(FieldNames.Mapped(source, Find, "time"), source.TimeZone) ?? time,
                Data = data,
            }
        );
    }

    // Half of a surrogate pair is no text.
    private static string Cut(string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
