using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace CrmFunctions.Http;

/// <summary>Times of work as ISO 8601 has them, in hours however many: 64 and a half are PT64H30M, for a day of work has no 24.</summary>
internal sealed class IsoDuration : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        XmlConvert.ToTimeSpan(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
    {
        var (hours, minutes) = ((long)value.TotalHours, value.Minutes);
        var parts = string.Create(CultureInfo.InvariantCulture, $"{(hours == 0 ? "" : $"{hours}H")}{(minutes == 0 ? "" : $"{minutes}M")}");
        writer.WriteStringValue(parts.Length == 0 ? "PT0S" : $"PT{parts}");
    }
}
