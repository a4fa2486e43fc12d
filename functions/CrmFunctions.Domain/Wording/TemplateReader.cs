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

    /// <summary>Reads one template.</summary>
    /// <param name="json">An object with <c>name</c>, <c>purpose</c> and <c>texts</c>.</param>
    /// <param name="problems">What is wrong, by field.</param>
    /// <returns>Null exactly when there are problems.</returns>
    public static Template? Read(JsonElement json, out IReadOnlyList<FieldProblem> problems)
    {
        var found = new List<FieldProblem>();
        problems = found;
        if (json.ValueKind != JsonValueKind.Object)
        {
            found.Add(new FieldProblem("", "must be a JSON object with name, purpose and texts"));
            return null;
        }

        var name = Text(json, "name", "name", 64, found);
        if (name is not null && !IsName(name))
            found.Add(new FieldProblem("name", "must be lower case letters, digits and dashes, such as win-back"));
        var purpose = Purposes.FromCode(Text(json, "purpose", "purpose", 32, found));
        if (purpose is null)
            found.Add(new FieldProblem("purpose", "must be transactional or marketing"));
        var texts = ImmutableArray.CreateBuilder<TemplateText>();
        if (
            !json.TryGetProperty("texts", out var list)
            || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() is 0 or > MostTexts
        )
        {
            found.Add(new FieldProblem("texts", $"must be a JSON array of 1 to {MostTexts} texts"));
        }
        else
        {
            foreach (var (i, item) in list.EnumerateArray().Index())
            {
                if (ReadText(item, $"texts[{i}]", purpose, found) is { } text)
                    texts.Add(text);
            }

            foreach (
                var twice in texts.GroupBy(text => (text.Language, text.Tier, text.Stage, text.Channel)).Where(group => group.Count() > 1)
            )
            {
                found.Add(new FieldProblem("texts", $"has two texts for {twice.Key.Language}, the same tier, stage and channel; keep one"));
            }
        }

        return found.Count == 0 ? new Template(name!, purpose!.Value, texts.ToImmutable()) : null;
    }

    private static TemplateText? ReadText(JsonElement item, string at, Purpose? purpose, List<FieldProblem> found)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            found.Add(new FieldProblem(at, "must be a JSON object with language, subject and text"));
            return null;
        }

        var (language, subject, body) = (
            Text(item, "language", $"{at}.language", 35, found),
            Text(item, "subject", $"{at}.subject", LongestSubject, found),
            Text(item, "text", $"{at}.text", LongestText, found)
        );
        var (tier, stage, channel) = (
            Optional(item, "tier", at, found),
            Optional(item, "stage", at, found),
            Optional(item, "channel", at, found)
        );
        if (stage is not null && StageNames.FromCode(stage) is null)
            found.Add(new FieldProblem($"{at}.stage", "must be a stage such as churnWarning"));
        if (language is null || subject is null || body is null)
            return null;
        if (subject.Any(char.IsControl))
            found.Add(new FieldProblem($"{at}.subject", "must be one line"));
        if (TemplateText.Wrong(subject) is { } wrongSubject)
            found.Add(new FieldProblem($"{at}.subject", wrongSubject));
        if (TemplateText.Wrong(body) is { } wrong)
            found.Add(new FieldProblem($"{at}.text", wrong));
        var text = new TemplateText(language, subject, body, tier, stage, channel);
        if (purpose == Purpose.Marketing && !HasWayOut(text))
            found.Add(
                new FieldProblem(
                    $"{at}.text",
                    "is marketing and has no way to say no more; add {{unsubscribe}}, or for the channel sms words such as 拒收请回复R or STOP"
                )
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

    private static string? Optional(JsonElement json, string name, string at, List<FieldProblem> found) =>
        json.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? Text(json, name, $"{at}.{name}", 64, found)
            : null;

    private static string? Text(JsonElement json, string name, string field, int longest, List<FieldProblem> found)
    {
        if (
            !json.TryGetProperty(name, out var member)
            || member.ValueKind != JsonValueKind.String
            || member.GetString() is not { Length: > 0 } text
        )
        {
            found.Add(new FieldProblem(field, "is missing; it must be a non-empty string"));
            return null;
        }

        if (text.Length <= longest)
            return text;
        found.Add(new FieldProblem(field, $"has {text.Length} characters; at most {longest} are taken"));
        return null;
    }

    private static bool IsName(string name) =>
        char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
