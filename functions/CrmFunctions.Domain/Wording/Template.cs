using System.Collections.Immutable;
using CrmFunctions.Domain.Permission;

namespace CrmFunctions.Domain.Wording;

/// <summary>What is said on an occasion: data, in several languages, for tiers, stages and channels.</summary>
/// <param name="Name">Its name: lower case letters, digits and dashes.</param>
/// <param name="Purpose">Why it is sent; a template is never for both.</param>
/// <param name="Texts">At least one.</param>
/// <remarks>Source: Wording/Templates.md.</remarks>
public sealed record Template(string Name, Purpose Purpose, ImmutableArray<TemplateText> Texts)
{
    /// <summary>The variable that stands for the way to say no more; the suite gives it itself.</summary>
    public const string Unsubscribe = "unsubscribe";

    /// <summary>
    /// The text that fits best: of the language, if there is one, and the most particular of those that fit. Null: none fits.
    /// </summary>
    public TemplateText? For(string language, string? tier, string? stage, string? channel)
    {
        bool Fits(string? asked, string? actual) => asked is null || string.Equals(asked, actual, StringComparison.OrdinalIgnoreCase);
        var fitting = Texts.Where(text => Fits(text.Tier, tier) && Fits(text.Stage, stage) && Fits(text.Channel, channel)).ToList();
        return fitting
            .OrderBy(text =>
                string.Equals(text.Language, language, StringComparison.OrdinalIgnoreCase) ? 0
                : Domain.Language.Of(text.Language) == Domain.Language.Of(language) ? 1
                : 2
            )
            .ThenByDescending(text => (text.Channel is null ? 0 : 4) + (text.Tier is null ? 0 : 2) + (text.Stage is null ? 0 : 1))
            .FirstOrDefault();
    }
}

/// <summary>One wording.</summary>
/// <param name="Language">BCP 47.</param>
/// <param name="Subject">One line.</param>
/// <param name="Body">The text.</param>
/// <param name="Tier">Only for customers of this tier; null: for all.</param>
/// <param name="Stage">Only for customers in this stage; null: for all.</param>
/// <param name="Channel">Only on this medium; null: on all.</param>
public sealed record TemplateText(
    string Language,
    string Subject,
    string Body,
    string? Tier = null,
    string? Stage = null,
    string? Channel = null
)
{
    /// <summary>Names of the variables, each once, in order.</summary>
    public IReadOnlyList<string> Variables =>
        [.. Parts(Subject).Concat(Parts(Body)).Where(part => part.IsVariable).Select(part => part.Text).Distinct(StringComparer.Ordinal)];

    /// <summary>Puts the variables in.</summary>
    /// <param name="variables">By name. What a value says is said, and not read as a template again.</param>
    /// <param name="form">What reads the text.</param>
    /// <param name="missing">The first variable that is missing or empty; null where all are there.</param>
    /// <returns>Null where a variable is missing: nobody is ever sent a hole.</returns>
    public RenderedText? Render(IReadOnlyDictionary<string, string> variables, TextForm form, out string? missing)
    {
        missing = Variables.FirstOrDefault(name => string.IsNullOrWhiteSpace(variables.GetValueOrDefault(name)));
        if (missing is not null)
            return null;
        string Put(string text, TextForm to) =>
            string.Concat(Parts(text).Select(part => !part.IsVariable ? part.Text : Value(variables, part.Text, to)));
        return new RenderedText(Put(Subject, form), Put(Body, form));
    }

    /// <summary>Whether braces are balanced and stand around names only.</summary>
    internal static string? Wrong(string text) =>
        Parts(text)
            .Where(part =>
                !part.IsVariable
                && (part.Text.Contains("{{", StringComparison.Ordinal) || part.Text.Contains("}}", StringComparison.Ordinal))
            )
            .Select(_ => "has braces that stand around no name; write {{name}}, a letter first, then letters and digits")
            .FirstOrDefault();

    // The address of our own page is no stranger's text.
    private static string Value(IReadOnlyDictionary<string, string> variables, string name, TextForm form) =>
        name == Template.Unsubscribe ? variables[name] : Escaping.Escape(variables[name], form);

    private static IEnumerable<(bool IsVariable, string Text)> Parts(string text)
    {
        var from = 0;
        while (
            text.IndexOf("{{", from, StringComparison.Ordinal) is >= 0 and var open
            && text.IndexOf("}}", open, StringComparison.Ordinal) is >= 0 and var close
        )
        {
            var name = text[(open + 2)..close];
            var isName = name.Length is > 0 and <= 64 && char.IsAsciiLetter(name[0]) && name.All(char.IsAsciiLetterOrDigit);
            if (isName)
            {
                yield return (false, text[from..open]);
                yield return (true, name);
            }
            else
            {
                yield return (false, text[from..(close + 2)]);
            }

            from = close + 2;
        }

        yield return (false, text[from..]);
    }
}

/// <summary>A text with everything in its place.</summary>
public sealed record RenderedText(string Subject, string Text);
