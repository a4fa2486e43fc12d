using System.ComponentModel.DataAnnotations;
using System.Globalization;
using CrmFunctions.Domain.Permission;

namespace CrmFunctions.Notifications.Permission;

/// <summary>When, how often and to whom marketing may go.</summary>
public sealed class PermissionOptions : IValidatableObject
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Permission";

    /// <summary>Begin of the hours in which customers may be written to, where they are. HH:mm.</summary>
    public string From { get; set; } = "08:00";

    /// <summary>End of these hours, exclusive. HH:mm, or 24:00.</summary>
    public string To { get; set; } = "21:00";

    /// <summary>
    /// IANA zones, separated by commas, of customers of whom neither zone nor phone number is known: they are written to when it is open in
    /// all of them.
    /// </summary>
    public string AssumedZones { get; set; } = "Asia/Shanghai";

    /// <summary>Most marketing messages a customer gets on a medium within <see cref="CapWindow"/>. 1 to 1000.</summary>
    [Range(1, 1000)]
    public int Cap { get; set; } = 3;

    /// <summary>The sliding window of <see cref="Cap"/>. 1 minute to 366 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "366.00:00:00")]
    public TimeSpan CapWindow { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Share of customers who get no marketing, to tell its effect. 0 to 0.5.</summary>
    [Range(0, 0.5)]
    public double ControlShare { get; set; }

    /// <summary>Draws another control group of the same share.</summary>
    [MaxLength(100)]
    public string ControlSalt { get; set; } = "";

    /// <summary>How long a message is worth sending, where it does not say so itself. 1 minute to 31 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "31.00:00:00")]
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(3);

    internal QuietHours Hours => new(Time(From)!.Value, Time(To)!.Value);

    internal IReadOnlyList<Rate> Caps => [new(Cap, CapWindow)];

    internal ControlGroup Control => new(ControlShare, ControlSalt);

    internal IEnumerable<string> Zones => AssumedZones.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Time(From) is not { } from)
            yield return new ValidationResult("must be a time such as 08:00", [nameof(From)]);
        else if (Time(To) is not { } to || to <= from)
            yield return new ValidationResult("must be a time after From, such as 21:00", [nameof(To)]);
        foreach (var zone in Zones.Where(zone => !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)))
        {
            yield return new ValidationResult($"must be IANA zones such as Asia/Shanghai, and {zone} is none", [nameof(AssumedZones)]);
        }

        if (!Zones.Any())
            yield return new ValidationResult("must name at least one IANA zone", [nameof(AssumedZones)]);
    }

    private static TimeSpan? Time(string text) =>
        text == "24:00" ? TimeSpan.FromDays(1)
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToTimeSpan()
        : null;
}
