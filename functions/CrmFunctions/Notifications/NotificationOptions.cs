using System.ComponentModel.DataAnnotations;
using System.Globalization;
using CrmFunctions.Domain.Service.Calendars;

namespace CrmFunctions.Notifications;

/// <summary>To whom it is told, and in which language.</summary>
public sealed class NotificationOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Notifications";

    /// <summary>Language of what people read: zh-CN or en.</summary>
    [RegularExpression("zh-CN|en")]
    public string Language { get; set; } = "zh-CN";

    /// <summary>The address that gets warnings and reminders by e-mail: the team's.</summary>
    [EmailAddress]
    public string? To { get; set; }
}

/// <summary>When people are at work.</summary>
public sealed class BusinessHoursOptions : IValidatableObject
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "BusinessHours";

    /// <summary>Begin, HH:mm.</summary>
    public string From { get; set; } = "09:00";

    /// <summary>End, HH:mm, exclusive; 24:00 is the end of the day.</summary>
    public string To { get; set; } = "18:00";

    /// <summary>Days, of Mon, Tue, Wed, Thu, Fri, Sat and Sun, separated by commas.</summary>
    public string Days { get; set; } = "Mon,Tue,Wed,Thu,Fri";

    /// <summary>IANA zone of these hours.</summary>
    public string TimeZone { get; set; } = "Asia/Shanghai";

    /// <summary>Whether people are at work at an instant.</summary>
    public bool IsOpen(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(TimeZone));
        return Workdays.Contains(local.DayOfWeek) && local.TimeOfDay >= Time(From) && local.TimeOfDay < Time(To);
    }

    /// <summary>The same as a calendar, without holidays.</summary>
    public BusinessCalendar ToCalendar() =>
        new(
            TimeZoneInfo.FindSystemTimeZoneById(TimeZone),
            [.. Workdays.OfType<DayOfWeek>()],
            TimeOnly.FromTimeSpan(Time(From)!.Value),
            To == "24:00" ? TimeOnly.MinValue : TimeOnly.FromTimeSpan(Time(To)!.Value),
            [],
            []
        );

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Time(From) is null)
            yield return new ValidationResult("must be a time such as 09:00", [nameof(From)]);
        if (Time(To) is not { } to || to <= Time(From))
            yield return new ValidationResult("must be a time after From, such as 18:00", [nameof(To)]);
        if (Workdays.Contains(null))
            yield return new ValidationResult("must be days such as Mon,Tue,Wed", [nameof(Days)]);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return new ValidationResult("must be an IANA zone such as Asia/Shanghai", [nameof(TimeZone)]);
    }

    // Null where a name is none.
    private IEnumerable<DayOfWeek?> Workdays => Days.Split(',', StringSplitOptions.TrimEntries).Select(Weekdays.Read);

    private static TimeSpan? Time(string text) =>
        text == "24:00" ? TimeSpan.FromDays(1)
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToTimeSpan()
        : null;
}
