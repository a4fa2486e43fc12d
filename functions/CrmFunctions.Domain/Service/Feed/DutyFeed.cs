using System.Globalization;

namespace CrmFunctions.Domain.Service.Feed;

/// <summary>An owner's duties as an iCalendar file that calendars subscribe to. The same duties are the same bytes.</summary>
/// <remarks>
/// Source: RFC 5545. As events by default: Google Calendar, Outlook and phones show nothing of the to-dos in a feed they subscribe to.
/// <c>NAME</c> and <c>REFRESH-INTERVAL</c> are RFC 7986;
/// <c>X-WR-CALNAME</c> and <c>X-PUBLISHED-TTL</c> say the same to those who came before it.
/// </remarks>
public static class DutyFeed
{
    /// <summary>The media type to answer with.</summary>
    public const string ContentType = "text/calendar; charset=utf-8";

    private const string Refresh = "PT1H";

    /// <summary>Writes the file.</summary>
    /// <param name="name">What the calendar is called where it is shown.</param>
    /// <param name="duties">In any order; written by when they are due.</param>
    /// <param name="form">Events or to-dos.</param>
    public static string Write(string name, IEnumerable<FeedDuty> duties, FeedForm form = FeedForm.Events)
    {
        var lines = new CalendarLines();
        lines.Add("BEGIN", "VCALENDAR");
        lines.Add("VERSION", "2.0");
        lines.Add("PRODID", "-//CrmFunctions//Duties//EN");
        lines.Add("CALSCALE", "GREGORIAN");
        lines.Add("METHOD", "PUBLISH");
        lines.AddText("NAME", name);
        lines.AddText("X-WR-CALNAME", name);
        lines.Add("REFRESH-INTERVAL;VALUE=DURATION", Refresh);
        lines.Add("X-PUBLISHED-TTL", Refresh);
        foreach (var duty in duties.OrderBy(duty => duty.DueOn).ThenBy(duty => duty.DueAt).ThenBy(duty => duty.Uid, StringComparer.Ordinal))
            Add(lines, duty, form);
        lines.Add("END", "VCALENDAR");
        return lines.ToString();
    }

    private static void Add(CalendarLines lines, FeedDuty duty, FeedForm form)
    {
        var component = form == FeedForm.Events ? "VEVENT" : "VTODO";
        lines.Add("BEGIN", component);
        lines.AddText("UID", duty.Uid);
        lines.Add("DTSTAMP", Instant(duty.LastModified));
        lines.Add("LAST-MODIFIED", Instant(duty.LastModified));

        // A to-do's start must be earlier than its end, and of its kind: an instant to an instant.
        if (form == FeedForm.ToDos && duty.DueAt > duty.Since)
            lines.Add("DTSTART", Instant(duty.Since));
        var due = form == FeedForm.Events ? "DTSTART" : "DUE";
        if (duty.DueAt is { } at)
            lines.Add(due, Instant(at));
        else
            lines.Add($"{due};VALUE=DATE", duty.DueOn.ToString("yyyyMMdd", CultureInfo.InvariantCulture));

        lines.AddText("SUMMARY", duty.Summary);
        lines.AddText("DESCRIPTION", duty.Description);
        if (duty.Priority > 0)
            lines.Add("PRIORITY", duty.Priority.ToString(CultureInfo.InvariantCulture));
        if (duty.Url is { } url)
            lines.Add("URL", url.AbsoluteUri);
        lines.Add("STATUS", form == FeedForm.Events ? "CONFIRMED" : "NEEDS-ACTION");
        if (form == FeedForm.Events)
            lines.Add("TRANSP", "TRANSPARENT");
        lines.Add("END", component);
    }

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A duty as a calendar shows it.</summary>
/// <param name="Uid">Names it for ever, over all feeds: a calendar moves what it has under this name.</param>
/// <param name="Summary">One line.</param>
/// <param name="Description">Why, and what to do; may have line breaks.</param>
/// <param name="Since">From when on it has been to be done. UTC.</param>
/// <param name="DueOn">The date it is due on, where its owner is.</param>
/// <param name="DueAt">The instant it is due at, where it is not due all day. UTC, kept to the second.</param>
/// <param name="Priority">1 (most) to 9, 0: none said.</param>
/// <param name="Url">Absolute: where it is looked at and done.</param>
/// <param name="LastModified">When it last changed. UTC, kept to the second.</param>
public sealed record FeedDuty(
    string Uid,
    string Summary,
    string Description,
    DateTimeOffset Since,
    DateOnly DueOn,
    DateTimeOffset? DueAt,
    int Priority,
    Uri? Url,
    DateTimeOffset LastModified
)
{
    /// <summary>1 (most) to 9, 0: none said.</summary>
    public int Priority { get; } =
        Priority is >= 0 and <= 9 ? Priority : throw new ArgumentOutOfRangeException(nameof(Priority), Priority, "0 to 9.");
}

/// <summary>What duties are in a calendar.</summary>
public enum FeedForm
{
    /// <summary>VEVENT: all day, or at an instant; the time stays free.</summary>
    Events,

    /// <summary>VTODO, for task lists.</summary>
    ToDos,
}
