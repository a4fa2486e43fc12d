namespace CrmFunctions.Domain.Permission;

/// <summary>Where a customer may be, as far as it can be told.</summary>
/// <remarks>Source: Permission/Permission.md, section 3. Zones of the tz database by calling codes of ITU-T E.164.</remarks>
public static class Zones
{
    // Longer codes first: +852 is not +8.
    private static readonly (string Code, string[] Zones)[] byCode =
    [
        ("852", ["Asia/Hong_Kong"]),
        ("853", ["Asia/Macau"]),
        ("886", ["Asia/Taipei"]),
        ("971", ["Asia/Dubai"]),
        ("353", ["Europe/Dublin"]),
        ("86", ["Asia/Shanghai"]),
        ("81", ["Asia/Tokyo"]),
        ("82", ["Asia/Seoul"]),
        ("84", ["Asia/Ho_Chi_Minh"]),
        ("65", ["Asia/Singapore"]),
        ("60", ["Asia/Kuala_Lumpur"]),
        ("63", ["Asia/Manila"]),
        ("66", ["Asia/Bangkok"]),
        ("91", ["Asia/Kolkata"]),
        ("62", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]),
        ("61", ["Australia/Perth", "Australia/Adelaide", "Australia/Sydney"]),
        ("64", ["Pacific/Auckland"]),
        ("49", ["Europe/Berlin"]),
        ("33", ["Europe/Paris"]),
        ("44", ["Europe/London"]),
        ("39", ["Europe/Rome"]),
        ("34", ["Europe/Madrid", "Atlantic/Canary"]),
        ("31", ["Europe/Amsterdam"]),
        ("32", ["Europe/Brussels"]),
        ("41", ["Europe/Zurich"]),
        ("43", ["Europe/Vienna"]),
        ("46", ["Europe/Stockholm"]),
        ("48", ["Europe/Warsaw"]),
        ("52", ["America/Tijuana", "America/Mexico_City", "America/Cancun"]),
        ("55", ["America/Rio_Branco", "America/Sao_Paulo", "America/Noronha"]),
        ("1", ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"]),
    ];

    /// <summary>The zone that a source named; else those of the phone number's country; else those that are assumed.</summary>
    /// <param name="zone">An IANA name; one that is none counts as unknown.</param>
    /// <param name="phone">In E.164.</param>
    /// <param name="assumed">Where customers are of whom nothing is known.</param>
    public static IReadOnlyList<TimeZoneInfo> Of(string? zone, string? phone, IEnumerable<string> assumed)
    {
        if (zone is { Length: > 0 } && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known))
            return [known];
        var codes = byCode.FirstOrDefault(country => phone?.StartsWith("+" + country.Code, StringComparison.Ordinal) == true).Zones;
        return [.. (codes ?? assumed).Select(TimeZoneInfo.FindSystemTimeZoneById)];
    }
}
