using System.Globalization;
using Microsoft.Extensions.Configuration;
using NCrontab;

namespace AzureSdk.Local.Timers;

/// <summary>When a timer fires: an NCRONTAB expression in a time zone, or a fixed interval.</summary>
internal abstract class TimerSchedule
{
    /// <summary>The expression, settings resolved.</summary>
    internal required string Text { get; init; }

    /// <summary>The first instant after this one at which the timer fires; null for never again.</summary>
    internal abstract DateTimeOffset? Next(DateTimeOffset after);

    internal static TimerSchedule Parse(string text, TimeZoneInfo zone, string place)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is 5 or 6)
        {
            var withSeconds = fields.Length == 6;
            return CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = withSeconds }) is { } cron
                ? new Cron(cron, zone, everyHour: fields[withSeconds ? 2 : 1].StartsWith('*')) { Text = text }
                : throw Wrong(text, place);
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero
            ? new Interval(interval) { Text = text }
            : throw Wrong(text, place);
    }

    /// <summary>The zone of the setting WEBSITE_TIME_ZONE, an IANA name; UTC if not set.</summary>
    internal static TimeZoneInfo Zone(IConfiguration settings)
    {
        if (settings["WEBSITE_TIME_ZONE"] is not { Length: > 0 } name)
        {
            return TimeZoneInfo.Utc;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : throw new HostStartException($"Setting WEBSITE_TIME_ZONE is '{name}', which is no time zone here; give an IANA name such as Asia/Shanghai.");
    }

    private static HostStartException Wrong(string text, string place) => new(
        $"{place}: '{text}' is no schedule; give NCRONTAB with six fields ({{second}} {{minute}} {{hour}} {{day}} {{month}} {{day of week}}) or five, or a time span such as 00:05:00.");

    private sealed class Interval(TimeSpan interval) : TimerSchedule
    {
        internal override DateTimeOffset? Next(DateTimeOffset after) => after + interval;
    }

    /// <param name="everyHour">
    /// Whether the hour field is open. Such a schedule keeps its rhythm when the clocks change; one at fixed hours fires once a day:
    /// at the first of two equal times, and the length of the gap later when its time is skipped.
    /// </param>
    private sealed class Cron(CrontabSchedule cron, TimeZoneInfo zone, bool everyHour) : TimerSchedule
    {
        internal override DateTimeOffset? Next(DateTimeOffset after)
        {
            var local = TimeZoneInfo.ConvertTime(after, zone);
            if (everyHour)
            {
                return new[] { local.Offset, zone.GetUtcOffset(after + TimeSpan.FromHours(3)) }
                    .Select(offset => At(cron.GetNextOccurrence(after.UtcDateTime + offset), offset))
                    .Where(at => at is { } found && zone.GetUtcOffset(found) == found.Offset)
                    .Min() ?? Wall(cron.GetNextOccurrence(local.DateTime), after);
            }

            return Wall(cron.GetNextOccurrence(local.DateTime), after);
        }

        private static DateTimeOffset? At(DateTime local, TimeSpan offset) =>
            local == DateTime.MaxValue ? null : new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), offset);

        private DateTimeOffset? Wall(DateTime local, DateTimeOffset after)
        {
            for (; local < DateTime.MaxValue; local = cron.GetNextOccurrence(local))
            {
                var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max()
                    : zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddHours(-3))
                    : zone.GetUtcOffset(local);
                if (At(local, offset) is { } at && at > after)
                {
                    return at;
                }
            }

            return null;
        }
    }
}
