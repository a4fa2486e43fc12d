using System.Globalization;
using NCrontab;

namespace LocalHost.Timers;

/// <summary>When a timer fires: an NCRONTAB expression in UTC, or a fixed interval.</summary>
/// <remarks>UTC always: the platform's settings for other zones (WEBSITE_TIME_ZONE, TZ) do nothing on Flex Consumption.</remarks>
internal abstract class TimerSchedule
{
    /// <summary>The expression, settings resolved.</summary>
    internal required string Text { get; init; }

    /// <summary>The first instant after this one at which the timer fires; null for never again.</summary>
    internal abstract DateTimeOffset? Next(DateTimeOffset after);

    internal static TimerSchedule Parse(string text, string place)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is 5 or 6)
        {
            return CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = fields.Length == 6 }) is { } cron
                ? new Cron(cron) { Text = text }
                : throw Wrong(text, place);
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero
            ? new Interval(interval) { Text = text }
            : throw Wrong(text, place);
    }

    private static HostStartException Wrong(string text, string place) =>
        new(
            $"{place}: '{text}' is no schedule; give NCRONTAB with six fields ({{second}} {{minute}} {{hour}} {{day}} {{month}} {{day of week}}) or five, or a time span such as 00:05:00."
        );

    private sealed class Interval(TimeSpan interval) : TimerSchedule
    {
        internal override DateTimeOffset? Next(DateTimeOffset after) => after + interval;
    }

    private sealed class Cron(CrontabSchedule cron) : TimerSchedule
    {
        internal override DateTimeOffset? Next(DateTimeOffset after) =>
            cron.GetNextOccurrence(after.UtcDateTime) is var next && next < DateTime.MaxValue
                ? new DateTimeOffset(next, TimeSpan.Zero)
                : null;
    }
}
