namespace CrmFunctions.Domain.Service.Calendars;

/// <summary>Days of the week as people write them in settings and plans.</summary>
public static class Weekdays
{
    /// <summary>What to write.</summary>
    public const string Names = "Mon, Tue, Wed, Thu, Fri, Sat and Sun";

    /// <summary>The day of a name such as <c>Mon</c> or <c>monday</c>; null where it is none.</summary>
    public static DayOfWeek? Read(string name) =>
        Enum.GetValues<DayOfWeek>()
            .Where(day =>
                day.ToString() is var whole
                && (name.Equals(whole, StringComparison.OrdinalIgnoreCase) || name.Equals(whole[..3], StringComparison.OrdinalIgnoreCase))
            )
            .Select(day => (DayOfWeek?)day)
            .FirstOrDefault();
}
