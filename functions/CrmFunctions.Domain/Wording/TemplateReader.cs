using System.Collections.Immutable;
using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Permission;

namespace CrmFunctions.Domain.Wording;

/// <summary>Reads templates from JSON, and says what cannot work.</summary>
public static class TemplateReader
{
    private const int LongestText = 8000;
    private const int LongestSubject = 200;
    private const int MostTexts = 200;
    private static readonly FieldRules rules = new() { NullIsMissing = true };

    /// <summary>Reads one template.</summary>
    /// <param name="json">An object with <c>name</c>, <c>purpose</c> and <c>texts</c>.</param>
    /// <param name="problems">What is wrong, by field.</param>
    /// <returns>Null exactly when there are problems.</returns>
    public static Template? Read(JsonElement json, out IReadOnlyList<FieldProblem> problems)
    {
        problems =
            JsonText.FirstBroken(json) is { } broken ? [broken]
            : json.ValueKind != JsonValueKind.Object ? [new FieldProblem("", "must be a JSON object with name, purpose and texts")]
            : [];
        if (problems.Count > 0)
            return null;
        var fields = JsonFields.Of(json, rules);
        var name = Text(fields, "name", 64);
        if (name is not null && !IsName(name))
            fields.Refuse("name", "must be lower case letters, digits and dashes, such as win-back");
        var purpose = Purposes.FromCode(Text(fields, "purpose", 32));
        if (purpose is null)
            fields.Refuse("purpose", "must be transactional or marketing");
        var texts = ImmutableArray<TemplateText>.Empty;
        if (fields.Member("texts") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > MostTexts)
            fields.Refuse("texts", $"must be a JSON array of 1 to {MostTexts} texts");
        else
            texts = Texts(fields, list, purpose);
        problems = fields.Problems;
        return problems.Count == 0 ? new Template(name!, purpose!.Value, texts) : null;
    }

    private static ImmutableArray<TemplateText> Texts(JsonFields fields, JsonElement list, Purpose? purpose)
    {
        var texts = ImmutableArray.CreateBuilder<TemplateText>();
        foreach (var (i, item) in list.EnumerateArray().Index())
        {
            if (item.ValueKind != JsonValueKind.Object)
                fields.Refuse($"texts[{i}]", "must be a JSON object with language, subject and text");
            else if (ReadText(fields.Inner($"texts[{i}]", item)!, purpose) is { } text)
                texts.Add(text);
        }

        foreach (var twice in texts.GroupBy(text => (text.Language, text.Tier, text.Stage, text.Channel)).Where(group => group.Count() > 1))
            fields.Refuse("texts", $"has two texts for {twice.Key.Language}, the same tier, stage and channel; keep one");
        return texts.ToImmutable();
    }

    private static TemplateText? ReadText(JsonFields fields, Purpose? purpose)
    {
        var (language, subject, body) = (
            Text(fields, "language", 35),
            Text(fields, "subject", LongestSubject),
            Text(fields, "text", LongestText)
        );
        var (tier, stage, channel) = (Optional(fields, "tier"), Optional(fields, "stage"), Optional(fields, "channel"));
        if (stage is not null && StageNames.FromCode(stage) is null)
            fields.Refuse("stage", "must be a stage such as churnWarning");
        if (language is null || subject is null || body is null)
            return null;
        if (subject.Any(char.IsControl))
            fields.Refuse("subject", "must be one line");
        if (TemplateText.Wrong(subject) is { } wrongSubject)
            fields.Refuse("subject", wrongSubject);
        if (TemplateText.Wrong(body) is { } wrong)
            fields.Refuse("text", wrong);
        var text = new TemplateText(language, subject, body, tier, stage, channel);
        if (purpose == Purpose.Marketing && !HasWayOut(text))
            fields.Refuse(
                "text",
                "is marketing and has no way to say no more; add {{unsubscribe}}, or for the channel sms words such as 拒收请回复R or STOP"
            );
        return text;
    }

    private static bool HasWayOut(TemplateText text) =>
        text.Variables.Contains(Template.Unsubscribe)
        || (
            text.Channel == "sms"
            && (
                text.Body.Contains("STOP", StringComparison.Ordinal)
                || text.Body.Contains("退订", StringComparison.Ordinal)
                || text.Body.Contains("拒收", StringComparison.Ordinal)
            )
        );

    private static string? Optional(JsonFields fields, string name) => fields.Member(name) is null ? null : Text(fields, name, 64);

    // Blanks are a text here; all else is refused with one sentence.
    private static string? Text(JsonFields fields, string name, int longest) =>
        fields.TextIfAny(name) is not { Length: > 0 } text ? fields.Refuse(name, JsonFields.Missing)
        : text.Length > longest ? fields.Refuse(name, JsonFields.TooLong(text, longest))
        : text;

    private static bool IsName(string name) =>
        char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
