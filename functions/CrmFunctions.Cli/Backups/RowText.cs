using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;

namespace CrmFunctions.Cli.Backups;

/// <summary>
/// A row as one line of JSON that keeps the types of its columns: texts and truth values as they are, everything else as
/// <c>{"type":"value"}</c>.
/// </summary>
internal static class RowText
{
    private static readonly JsonSerializerOptions plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] ofTheService = ["PartitionKey", "RowKey", "Timestamp", "odata.etag"];

    public static string Write(TableEntity row)
    {
        var columns = new JsonObject();
        foreach (var (name, value) in row.OrderBy(column => column.Key, StringComparer.Ordinal))
        {
            if (value is not null && !ofTheService.Contains(name))
                columns[name] = Write(value);
        }

        return new JsonObject
        {
            ["p"] = row.PartitionKey,
            ["r"] = row.RowKey,
            ["c"] = columns,
        }.ToJsonString(plain);
    }

    /// <exception cref="FormatException">The line is not one that <see cref="Write(TableEntity)"/> wrote.</exception>
    public static TableEntity Read(string line)
    {
        try
        {
            var json = JsonNode.Parse(line)!;
            var row = new TableEntity((string)json["p"]!, (string)json["r"]!);
            foreach (var (name, value) in json["c"]!.AsObject())
                row[name] = Read(value!);
            return row;
        }
        catch (Exception wrong)
            when (wrong is JsonException or NullReferenceException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new FormatException($"No row of a backup: {wrong.Message}", wrong);
        }
    }

    private static JsonNode Write(object value) =>
        value switch
        {
            string text => JsonValue.Create(text),
            bool truth => JsonValue.Create(truth),
            int number => Typed("int", number.ToString(CultureInfo.InvariantCulture)),
            long number => Typed("long", number.ToString(CultureInfo.InvariantCulture)),
            double number => Typed("double", number.ToString("R", CultureInfo.InvariantCulture)),
            DateTimeOffset instant => Typed("time", instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            DateTime instant => Typed("time", instant.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)),
            Guid id => Typed("guid", id.ToString()),
            byte[] bytes => Typed("binary", Convert.ToBase64String(bytes)),
            BinaryData bytes => Typed("binary", Convert.ToBase64String(bytes.ToMemory().Span)),
            _ => throw new NotSupportedException($"A column of {value.GetType().Name} is none of Table Storage."),
        };

    private static JsonObject Typed(string type, string value) => new() { [type] = value };

    private static object Read(JsonNode value)
    {
        if (value is JsonValue)
            return value.GetValueKind() == JsonValueKind.String ? (string)value! : (bool)value;
        var (type, text) = value.AsObject().Select(pair => (pair.Key, (string)pair.Value!)).Single();
        return type switch
        {
            "int" => int.Parse(text, CultureInfo.InvariantCulture),
            "long" => long.Parse(text, CultureInfo.InvariantCulture),
            "double" => double.Parse(text, CultureInfo.InvariantCulture),
            "time" => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            "guid" => Guid.Parse(text),
            "binary" => Convert.FromBase64String(text),
            _ => throw new FormatException($"{type} is no type of a column."),
        };
    }
}
