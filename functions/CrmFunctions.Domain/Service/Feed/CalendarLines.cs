using System.Text;

namespace CrmFunctions.Domain.Service.Feed;

/// <summary>Lines of an iCalendar file.</summary>
/// <remarks>
/// Source: RFC 5545, sections 3.1 (lines) and 3.3.11 (text). Ical.Net 5.2 was tried and folds in the middle of characters beyond U+FFFF,
/// such as an emoji in a name.
/// </remarks>
internal sealed class CalendarLines
{
    // Without the line's end.
    private const int MostOctets = 75;

    private readonly StringBuilder file = new();

    /// <summary>A line whose value needs no escaping.</summary>
    public void Add(string property, string value)
    {
        var octets = 0;
        foreach (var rune in $"{property}:{value}".EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > MostOctets)
            {
                // The blank belongs to the fold, and to the octets of the line.
                file.Append("\r\n ");
                octets = 1;
            }

            file.Append(rune);
            octets += rune.Utf8SequenceLength;
        }

        file.Append("\r\n");
    }

    /// <summary>A line of text that may be anything: a name comes from a form that anybody can fill in.</summary>
    public void AddText(string property, string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (rune.Value is '\\' or ';' or ',')
                escaped.Append('\\').Append(rune);
            else if (rune.Value == '\n')
                escaped.Append("\\n");
            else if (!Rune.IsControl(rune) || rune.Value == '\t')
                escaped.Append(rune);
        }

        Add(property, escaped.ToString());
    }

    /// <summary>The file.</summary>
    public override string ToString() => file.ToString();
}
