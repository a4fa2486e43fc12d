using System.Globalization;

namespace CrmFunctions.Domain.Lifecycle;

/// <summary>Instants as they stand in periods.</summary>
internal static class PeriodStamps
{
    public static string Of(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    public static string Of(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
