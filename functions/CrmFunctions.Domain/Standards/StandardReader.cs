using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Lifecycle;

namespace CrmFunctions.Domain.Standards;

/// <summary>Reads a standard from its JSON, and says of each field that cannot work what would be right.</summary>
public static class StandardReader
{
    private static readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Reads a standard.</summary>
    /// <param name="json">The standard as written; its hash is the version.</param>
    /// <param name="problems">What is wrong, by field.</param>
    /// <returns>Null exactly when there is a problem.</returns>
    public static Standard? Read(string json, out IReadOnlyList<FieldProblem> problems)
    {
        var reading = new Reading();
        problems = reading.Problems;
        try
        {
            using var document = JsonDocument.Parse(json, strict);
            var standard = reading.Standard(document.RootElement, Version(json));
            return reading.Problems.Count > 0 ? null : standard;
        }
        catch (JsonException notJson)
        {
            reading.Problems.Add(new FieldProblem("", $"A standard is a JSON object: {notJson.Message}"));
            return null;
        }
    }

    /// <summary>Reads a standard that must be right.</summary>
    /// <exception cref="FormatException">It is not; the message lists the problems.</exception>
    public static Standard ReadOrThrow(string json) => Read(json, out var problems)
        ?? throw new FormatException("The standard cannot work: " + string.Join("; ", problems.Select(p => $"{p.Field}: {p.Message}")));

    private static string Version(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ReplaceLineEndings("\n"))))[..12];

    private sealed class Reading
    {
        public List<FieldProblem> Problems { get; } = [];

        public Standard? Standard(JsonElement json, string version)
        {
            if (json.ValueKind != JsonValueKind.Object)
            {
                Refuse("", "A standard is a JSON object.");
                return null;
            }

            var currency = Text(json, "currency", "currency") ?? "";
            if (Currencies.Digits(currency) is null) Refuse("currency", "must be an ISO 4217 code, such as CNY");
            var kind = Text(json, "kind", "kind");
            if (kind is not "ladder") Refuse("kind", "must be ladder");
            return new Standard
            {
                Scheme = Text(json, "scheme", "scheme") ?? "",
                Version = version,
                Currency = currency,
                Rates = Rates(json),
                TimeZone = Text(json, "timeZone", "timeZone") ?? "",
                Dimensions = Dimensions(json),
                Tiers = Tiers(json),
                Lifecycle = Lifecycle(json),
            };
        }

        private ImmutableDictionary<string, decimal> Rates(JsonElement json)
        {
            var rates = ImmutableDictionary.CreateBuilder<string, decimal>(StringComparer.Ordinal);
            if (!json.TryGetProperty("rates", out var member)) return rates.ToImmutable();
            foreach (var rate in member.EnumerateObject())
            {
                if (Currencies.Digits(rate.Name) is null || Number(rate.Value) is not (> 0 and < 1_000_000 and var units))
                {
                    Refuse($"rates.{rate.Name}", "must be an ISO 4217 code with a positive number of units of the standard's currency for one of it, such as \"EUR\": 7.8");
                }
                else
                {
                    rates[rate.Name] = units;
                }
            }

            return rates.ToImmutable();
        }

        private ImmutableArray<Dimension> Dimensions(JsonElement json)
        {
            var dimensions = Items(json, "dimensions").Select((item, i) => Dimension(item, $"dimensions[{i}]")).OfType<Dimension>().ToImmutableArray();
            var sum = dimensions.Sum(dimension => dimension.Weight);
            if (Problems.Count == 0 && sum != 100) Refuse("dimensions", $"have weights that add to {sum}; weights are points of 100");
            return dimensions;
        }

        private Dimension? Dimension(JsonElement json, string path)
        {
            var name = Text(json, "name", $"{path}.name");
            Measure? measure = Enum.TryParse<Measure>(Text(json, "measure", $"{path}.measure"), ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : null;
            if (measure is null) Refuse($"{path}.measure", $"must be one of {string.Join(", ", Enum.GetNames<Measure>().Select(JsonNamingPolicy.CamelCase.ConvertName))}");
            var weight = json.TryGetProperty("weight", out var given) ? Number(given) : null;
            if (weight is not (> 0 and <= 100)) Refuse($"{path}.weight", "must be a number above 0, at most 100");
            var better = OptionalText(json, "better");
            if (better is not (null or "lower" or "higher")) Refuse($"{path}.better", "must be lower or higher");
            var unknown = OptionalText(json, "whenUnknown");
            if (unknown is not (null or "zero" or "neutral")) Refuse($"{path}.whenUnknown", "must be zero or neutral");
            var rating = Rating(json, path);
            var halfLife = Duration(json, "halfLife", path) ?? TimeSpan.FromDays(30);
            var window = Duration(json, "window", path);
            return name is null || measure is null || weight is null || rating is null
                ? null
                : new Dimension(
                    name, measure.Value, weight.Value, better == "lower", window, halfLife, rating,
                    unknown == "neutral" ? WhenUnknown.Neutral : WhenUnknown.Zero);
        }

        private PointsRule? Rating(JsonElement json, string path)
        {
            if (json.TryGetProperty("bands", out var bands) && bands.ValueKind == JsonValueKind.Object)
            {
                if (bands.TryGetProperty("at", out _)) return new Bands(Ascending(bands, "at", $"{path}.bands.at"));
                if (bands.TryGetProperty("percentiles", out _)) return new PercentileBands(Ascending(bands, "percentiles", $"{path}.bands.percentiles"));
            }

            if (json.TryGetProperty("scale", out var scale) && scale.ValueKind == JsonValueKind.Object
                && scale.TryGetProperty("from", out var fromJson) && Number(fromJson) is { } from
                && scale.TryGetProperty("to", out var toJson) && Number(toJson) is { } to && from < to)
            {
                return new LinearScale(from, to);
            }

            Refuse(path, "must say how values become points: bands {\"at\": [..]}, bands {\"percentiles\": [..]} or scale {\"from\": 0, \"to\": 50}");
            return null;
        }

        private ImmutableArray<decimal> Ascending(JsonElement json, string name, string path)
        {
            var cuts = Items(json, name).Select(Number).OfType<decimal>().ToImmutableArray();
            if (cuts.Length is 0 or > 20 || cuts.Zip(cuts.Skip(1)).Any(pair => pair.First >= pair.Second))
            {
                Refuse(path, "must be 1 to 20 numbers, each larger than the one before");
            }

            return cuts;
        }

        private ImmutableArray<Tier> Tiers(JsonElement json)
        {
            var tiers = Items(json, "tiers").Select((item, i) => Tier(item, $"tiers[{i}]")).OfType<Tier>().ToImmutableArray();
            if (Problems.Count > 0) return tiers;
            if (tiers.Length == 0 || tiers[^1].From != 0) Refuse("tiers", "must end with a tier from 0, so that every customer is in one");
            if (tiers.Zip(tiers.Skip(1)).Any(pair => pair.First.From <= pair.Second.From)) Refuse("tiers", "must go from the highest to the lowest \"from\", without two alike");
            if (tiers.Select(tier => tier.Name).Distinct(StringComparer.Ordinal).Count() != tiers.Length) Refuse("tiers", "must have different names");
            return tiers;
        }

        private Tier? Tier(JsonElement json, string path)
        {
            var name = Text(json, "name", $"{path}.name");
            var from = json.TryGetProperty("from", out var given) ? Number(given) : null;
            if (from is not (>= 0 and <= 100)) Refuse($"{path}.from", "must be a score from 0 to 100");
            var label = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            if (json.TryGetProperty("label", out var labels) && labels.ValueKind == JsonValueKind.Object)
            {
                foreach (var entry in labels.EnumerateObject()) label[entry.Name] = entry.Value.ToString();
            }

            var revisit = Duration(json, "revisit", path);
            return name is null || from is null ? null : new Tier(name, from.Value, label.ToImmutable(), revisit);
        }

        private LifecycleRules Lifecycle(JsonElement json)
        {
            const string path = "lifecycle";
            if (!json.TryGetProperty(path, out var member) || member.ValueKind != JsonValueKind.Object)
            {
                Refuse(path, "is missing; it says when a customer is new, dormant, about to be lost and lost");
                return new LifecycleRules(default, default, default, default, default);
            }

            TimeSpan Needed(string name)
            {
                if (Duration(member, name, path) is { } duration) return duration;
                if (Problems.Count == 0) Refuse($"{path}.{name}", "is missing; send a duration such as P30D");
                return TimeSpan.Zero;
            }

            var rules = new LifecycleRules(Needed("newFor"), Needed("intentFor"), Needed("dormant"), Needed("churnWarning"), Needed("churned"));
            if (rules.DormantAfter >= rules.ChurnWarningAfter || rules.ChurnWarningAfter >= rules.ChurnedAfter)
            {
                Refuse(path, "must have dormant before churnWarning before churned");
            }

            return rules;
        }

        private TimeSpan? Duration(JsonElement json, string name, string path)
        {
            if (!json.TryGetProperty(name, out var member)) return null;
            var text = member.ValueKind == JsonValueKind.String ? member.GetString()! : "";
            try
            {
                // Years and months have no fixed length: a standard says days.
                if (!text.Split('T')[0].AsSpan().ContainsAny('Y', 'M') && XmlConvert.ToTimeSpan(text) is var duration && duration > TimeSpan.Zero) return duration;
            }
            catch (FormatException)
            {
                // Refused below with the others.
            }

            Refuse($"{path}.{name}", "must be a positive ISO 8601 duration in days or hours, such as P30D or PT12H");
            return null;
        }

        private List<JsonElement> Items(JsonElement json, string name)
        {
            if (json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array) return [.. member.EnumerateArray()];
            Refuse(name, "is missing; it must be a JSON array");
            return [];
        }

        private string? Text(JsonElement json, string name, string path)
        {
            var text = OptionalText(json, name);
            if (string.IsNullOrWhiteSpace(text)) Refuse(path, "is missing; it must be a non-empty string");
            return text;
        }

        private static string? OptionalText(JsonElement json, string name) =>
            json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

        private static decimal? Number(JsonElement json) =>
            json.ValueKind == JsonValueKind.Number
            && decimal.TryParse(json.GetRawText(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;

        private void Refuse(string field, string message) => Problems.Add(new FieldProblem(field, message));
    }
}
