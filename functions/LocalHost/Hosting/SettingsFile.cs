using System.Text.Json;

namespace LocalHost.Hosting;

/// <summary>host.json and local.settings.json as flat settings.</summary>
internal static class SettingsFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    internal static Dictionary<string, string?> ReadHostJson(string folder)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (ReadIfThere(Path.Combine(folder, "host.json")) is not { } json)
        {
            return settings;
        }

        using var document = Parse(json, "host.json");
        Flatten(document.RootElement, "", settings);
        if (settings.GetValueOrDefault("version") != "2.0")
        {
            throw new HostStartException("host.json: \"version\" must be \"2.0\".");
        }

        return settings;
    }

    /// <summary>
    /// The section Values as it would stand in the environment, ConnectionStrings, and Host under <c>AzureFunctionsLocal:Host</c>.
    /// </summary>
    internal static Dictionary<string, string?> ReadLocalSettings(string folder)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (ReadIfThere(Path.Combine(folder, "local.settings.json")) is not { } json)
        {
            return settings;
        }

        using var document = Parse(json, "local.settings.json");
        if (Section(document, "IsEncrypted") is { ValueKind: JsonValueKind.True })
        {
            throw new HostStartException(
                "local.settings.json: \"IsEncrypted\" is true, but the local host reads plain values only. Decrypt it with: func settings decrypt."
            );
        }

        if (Section(document, "Values") is { } values)
        {
            foreach (var value in Members(values, "Values"))
            {
                settings[value.Name.Replace("__", ":", StringComparison.Ordinal)] = value.Value.ValueKind switch
                {
                    JsonValueKind.Object or JsonValueKind.Array => throw new HostStartException(
                        $"local.settings.json: Values.{value.Name} must be a string; write nested settings as \"{value.Name}__Inner\"."
                    ),
                    JsonValueKind.Null => null,
                    _ => value.Value.ToString(),
                };
            }
        }

        if (Section(document, "ConnectionStrings") is { } connections)
        {
            Flatten(connections, "ConnectionStrings", settings);
        }

        if (Section(document, "Host") is { } host)
        {
            Flatten(host, "AzureFunctionsLocal:Host", settings);
        }

        return settings;
    }

    private static string? ReadIfThere(string path) => File.Exists(path) ? File.ReadAllText(path) : null;

    private static JsonDocument Parse(string json, string file)
    {
        try
        {
            var document = JsonDocument.Parse(json, Lenient);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new HostStartException($"{file}: must hold one JSON object.");
        }
        catch (JsonException error)
        {
            throw new HostStartException(
                $"{file}: not valid JSON at line {error.LineNumber + 1}, position {error.BytePositionInLine + 1}. {error.Message}",
                error
            );
        }
    }

    private static JsonElement? Section(JsonDocument document, string name)
    {
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value;
            }
        }

        return null;
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject()
            : throw new HostStartException($"local.settings.json: {name} must be an object of name and value.");

    private static void Flatten(JsonElement element, string path, Dictionary<string, string?> settings)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    Flatten(member.Value, path.Length == 0 ? member.Name : $"{path}:{member.Name}", settings);
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    Flatten(item, $"{path}:{index++}", settings);
                }

                break;
            default:
                settings[path] = element.ValueKind == JsonValueKind.Null ? null : element.ToString();
                break;
        }
    }
}
