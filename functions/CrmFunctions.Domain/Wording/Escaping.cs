using System.Globalization;
using System.Net;
using System.Text;

namespace CrmFunctions.Domain.Wording;

/// <summary>What a text is read by.</summary>
public enum TextForm
{
    /// <summary>People, as it stands: e-mail and SMS.</summary>
    Plain,

    /// <summary>A chat that takes marks for bold, links and mentions: the robots.</summary>
    Robot,

    /// <summary>A browser.</summary>
    Html,
}

/// <summary>Makes what came from a customer harmless where it is put into a text of ours.</summary>
/// <remarks>
/// Source: Wording/Templates.md, section 2. Marks of chats are replaced by their full-width forms: no platform's escape is another's.
/// </remarks>
public static class Escaping
{
    /// <summary>The most characters of one value: a reason in full has some hundred.</summary>
    public const int LongestValue = 2000;

    private const string Marks = "@<>[]*`_#~|&\\";

    // Full-width forms stand at a fixed distance from ASCII.
    private const int ToFullWidth = 0xFEE0;

    /// <summary>The value as it may stand in a text of a form: one line, no marks, nothing that turns the direction of reading.</summary>
    public static string Escape(string value, TextForm form)
    {
        var line = OneLine(value);
        return form switch
        {
            TextForm.Plain => line,
            TextForm.Html => WebUtility.HtmlEncode(line),
            TextForm.Robot => string.Concat(line.Select(c => Marks.Contains(c, StringComparison.Ordinal) ? (char)(c + ToFullWidth) : c))
                .Replace("://", "：//", StringComparison.Ordinal),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "No such form."),
        };
    }

    private static string OneLine(string value)
    {
        var line = new StringBuilder();
        foreach (var rune in value.EnumerateRunes())
        {
            if (line.Length >= LongestValue)
                return line.Append('…').ToString();

            // Half of a surrogate pair is read as U+FFFD, and dropped with what has no business in a name.
            if (rune == Rune.ReplacementChar || IsDirection(rune.Value))
                continue;
            var blank =
                Rune.IsControl(rune)
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            line.Append(blank ? " " : rune.ToString());
        }

        return line.ToString().Trim();
    }

    private static bool IsDirection(int rune) =>
        rune is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0x200E or 0x200F or 0x061C;
}
