using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
            if (JsonText.FirstBroken(document.RootElement) is { } broken)
            {
                reading.Problems.Add(broken);
                return null;
            }

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

    private sealed class Reading : StandardFields
    {
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
            if (member.ValueKind != JsonValueKind.Object)
            {
                Refuse("rates", "must be a JSON object of currency codes and numbers");
                return rates.ToImmutable();
            }

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
            if (Problems.Count > 0) return dimensions;
            if (sum != 100) Refuse("dimensions", string.Create(CultureInfo.InvariantCulture, $"have weights that add to {sum}; weights are points of 100"));
            if (dimensions.DistinctBy(dimension => dimension.Name).Count() != dimensions.Length) Refuse("dimensions", "must have different names");

            // What fades must move the score one way only, or the next review could not be found by bisection.
            var fading = dimensions.Where(dimension => dimension.Measure == Measure.Engagement);
            if (fading.DistinctBy(dimension => dimension.LowerIsBetter).Count() > 1) Refuse("dimensions", "must not call engagement better both when lower and when higher");
            return dimensions;
        }

        private Dimension? Dimension(JsonElement json, string path)
        {
            if (!IsObject(json, path)) return null;
            var name = Text(json, "name", $"{path}.name");
            var measure = Measured(OptionalText(json, "measure"));
            if (measure is null) Refuse($"{path}.measure", $"must be one of {string.Join(", ", Enum.GetNames<Measure>().Select(JsonNamingPolicy.CamelCase.ConvertName))}");
            var weight = json.TryGetProperty("weight", out var given) ? Number(given) : null;
            if (weight is not (> 0 and <= 100) || decimal.Round(weight.Value, 4) != weight) Refuse($"{path}.weight", "must be a number above 0, at most 100, with at most 4 decimals");
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

        private static Measure? Measured(string? name) =>
            Enum.GetValues<Measure>().Where(known => JsonNamingPolicy.CamelCase.ConvertName(known.ToString()) == name).Select(known => (Measure?)known).FirstOrDefault();

        private PointsRule? Rating(JsonElement json, string path)
        {
            if (json.TryGetProperty("bands", out var bands) && bands.ValueKind == JsonValueKind.Object)
            {
                if (bands.TryGetProperty("at", out _)) return new Bands(Ascending(bands, "at", $"{path}.bands.at", Largest));
                if (bands.TryGetProperty("percentiles", out _)) return new PercentileBands(Ascending(bands, "percentiles", $"{path}.bands.percentiles", 100));
            }

            if (json.TryGetProperty("scale", out var scale) && scale.ValueKind == JsonValueKind.Object
                && scale.TryGetProperty("from", out var fromJson) && Number(fromJson) is { } from
                && scale.TryGetProperty("to", out var toJson) && Number(toJson) is { } to && from < to && from >= 0 && to <= Largest)
            {
                return new LinearScale(from, to);
            }

            Refuse(path, "must say how values become points: bands {\"at\": [..]}, bands {\"percentiles\": [..]} or scale {\"from\": 0, \"to\": 50}, from zero or more");
            return null;
        }

        private ImmutableArray<decimal> Ascending(JsonElement json, string name, string path, decimal largest)
        {
            var items = Items(json, name, path);
            var cuts = items.Select(Number).OfType<decimal>().Where(cut => cut >= 0 && cut <= largest).ToImmutableArray();
            if (cuts.Length is 0 or > 20 || cuts.Length < items.Count || cuts.Zip(cuts.Skip(1)).Any(pair => pair.First >= pair.Second))
            {
                Refuse(path, string.Create(CultureInfo.InvariantCulture, $"must be 1 to 20 numbers from 0 to {largest}, each larger than the one before"));
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
            if (!IsObject(json, path)) return null;
            var name = Text(json, "name", $"{path}.name");
            var from = json.TryGetProperty("from", out var given) ? Number(given) : null;
            if (from is not (>= 0 and <= 100)) Refuse($"{path}.from", "must be a score from 0 to 100");
            var label = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            if (json.TryGetProperty("label", out var labels) && labels.ValueKind == JsonValueKind.Object)
            {
                foreach (var entry in labels.EnumerateObject()) label[entry.Name] = entry.Value.ToString();
            }

            var revisit = Duration(json, "revisit", path);
            if (revisit < TimeSpan.FromDays(1)) Refuse($"{path}.revisit", "must be a day or more: nobody is called every hour");
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
    }
}
