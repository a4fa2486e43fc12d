using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace CrmFunctions.Domain.Standards;

/// <content>What is measured, and what it is worth.</content>
internal sealed partial class StandardReading
{
    private static readonly string[] ofQuantity = ["measure", "attribute", "window", "halfLife", "horizon"];

    private ImmutableArray<Dimension> Dimensions(JsonElement json, bool optional)
    {
        if (optional && !json.TryGetProperty("dimensions", out _))
            return [];
        var dimensions = Items(json, "dimensions")
            .Select((item, i) => Dimension(item, $"dimensions[{i}]"))
            .OfType<Dimension>()
            .ToImmutableArray();
        if (Problems.Count > 0)
            return dimensions;
        var sum = dimensions.Sum(dimension => dimension.Weight);
        if (sum != 100)
            Refuse("dimensions", string.Create(CultureInfo.InvariantCulture, $"have weights that add to {sum}; weights are points of 100"));
        if (dimensions.DistinctBy(dimension => dimension.Name).Count() != dimensions.Length)
            Refuse("dimensions", "must have different names");

        // What fades must move the score one way only, or the next review could not be found by bisection.
        var fading = dimensions.Where(dimension => dimension.Measure.Fades());
        if (fading.DistinctBy(dimension => dimension.LowerIsBetter).Count() > 1)
        {
            Refuse("dimensions", "must not call what fades (engagement, pAlive) better both when lower and when higher");
        }

        return dimensions;
    }

    private Dimension? Dimension(JsonElement json, string path)
    {
        if (!IsObject(json, path))
            return null;
        Know(json, path, [.. ofQuantity, "name", "label", "weight", "cap", "better", "bands", "scale", "whenUnknown", "blend"]);
        var name = Text(json, "name", $"{path}.name");
        var what = Quantity(json, path);
        var weight = json.TryGetProperty("weight", out var given) ? Number(given) : null;
        if (weight is not (> 0 and <= 100) || !IsFine(weight.Value))
            Refuse($"{path}.weight", "must be a number above 0, at most 100, with at most 4 decimals");
        var cap = json.TryGetProperty("cap", out var capped) ? Number(capped) : weight;
        if (weight is not null && (cap is null || cap <= 0 || cap > weight || !IsFine(cap.Value)))
            Refuse($"{path}.cap", "must be points above 0, at most the weight, with at most 4 decimals");
        var better = OptionalText(json, "better");
        if (json.TryGetProperty("better", out _) && better is not ("lower" or "higher"))
            Refuse($"{path}.better", "must be lower or higher");
        var unknown = OptionalText(json, "whenUnknown");
        if (json.TryGetProperty("whenUnknown", out _) && unknown is not ("zero" or "neutral"))
            Refuse($"{path}.whenUnknown", "must be zero or neutral");
        var label = Label(json, path);
        var blend = Blend(json, path, what);
        return name is null || what is null || weight is null || cap is null || Rating(json, path, what.Measure) is not { } rating
            ? null
            : new Dimension(
                name,
                what,
                weight.Value,
                better == "lower",
                rating,
                unknown == "neutral" ? WhenUnknown.Neutral : WhenUnknown.Zero
            )
            {
                Cap = cap.Value,
                Label = label,
                Blend = blend,
            };
    }

    private Quantity? Quantity(JsonElement json, string path)
    {
        var measure = Measured(OptionalText(json, "measure"));
        if (measure is null)
            Refuse(
                $"{path}.measure",
                $"must be one of {string.Join(", ", Enum.GetNames<Measure>().Select(JsonNamingPolicy.CamelCase.ConvertName))}"
            );
        var attribute = OptionalText(json, "attribute");
        if (measure == Measure.Attribute && string.IsNullOrWhiteSpace(attribute))
            Refuse($"{path}.attribute", "is missing; it must name the attribute that is measured");
        if (attribute is not null && measure is not (Measure.Attribute or null))
            Ignore($"{path}.attribute", "means something for the measure attribute only");
        var window = Duration(json, "window", path);
        if (
            window is not null
            && measure
                is Measure.DaysSinceLastOrder
                    or Measure.Tenure
                    or Measure.Potential
                    or Measure.Attribute
                    or Measure.PAlive
                    or Measure.PredictedValue
        )
        {
            if (window is not null)
                Ignore($"{path}.window", "means nothing for this measure; leave it out");
            window = null;
        }

        var halfLife = Duration(json, "halfLife", path);
        var horizon = Duration(json, "horizon", path);
        if (halfLife is not null && measure is not (Measure.Engagement or null))
            Ignore($"{path}.halfLife", "means something for the measure engagement only");
        if (horizon is not null && measure is not (Measure.PredictedValue or null))
            Ignore($"{path}.horizon", "means something for the measure predictedValue only");
        return measure is null
            ? null
            : new Quantity(
                measure.Value,
                window,
                measure == Measure.Engagement ? halfLife ?? TimeSpan.FromDays(30) : default,
                measure == Measure.Attribute ? attribute : null,
                measure == Measure.PredictedValue ? horizon ?? TimeSpan.FromDays(365) : default
            );
    }

    private static Measure? Measured(string? name) =>
        Enum.GetValues<Measure>()
            .Where(known => JsonNamingPolicy.CamelCase.ConvertName(known.ToString()) == name)
            .Select(known => (Measure?)known)
            .FirstOrDefault();

    private PointsRule? Rating(JsonElement json, string path, Measure measure)
    {
        var hasBands = json.TryGetProperty("bands", out var bands);
        var hasScale = json.TryGetProperty("scale", out var scale);
        if (hasBands && hasScale)
        {
            Refuse(path, "must have bands or a scale, not both");
            return null;
        }

        if (hasBands && bands.ValueKind == JsonValueKind.Object)
        {
            Know(bands, $"{path}.bands", "at", "percentiles");
            if (bands.TryGetProperty("at", out _))
                return new Bands(Ascending(bands, "at", $"{path}.bands.at", Largest));
            if (bands.TryGetProperty("percentiles", out _))
                return new PercentileBands(Ascending(bands, "percentiles", $"{path}.bands.percentiles", 100));
        }

        if (hasScale && scale.ValueKind == JsonValueKind.Object)
            return Scale(scale, $"{path}.scale");
        if (!hasBands && !hasScale && measure.Largest() is { } largest)
            return new LinearScale(0, largest);
        Refuse(
            path,
            "must say how values become points: bands {\"at\": [..]}, bands {\"percentiles\": [..]} or scale {\"from\": 0, \"to\": 50}, from zero or more"
        );
        return null;
    }

    private PointsRule? Scale(JsonElement json, string path)
    {
        Know(json, path, "from", "to", "type");
        var type = OptionalText(json, "type") ?? "linear";
        if (type is not ("linear" or "log"))
            Refuse($"{path}.type", "must be linear or log");
        if (Ends(json, path) is not { } ends)
            return null;
        if (type == "linear")
            return new LinearScale(ends.From, ends.To);
        if (ends.From > 0)
            return new LogScale(ends.From, ends.To);
        Refuse($"{path}.from", "must be above zero on a log scale");
        return null;
    }

    private (decimal From, decimal To)? Ends(JsonElement json, string path)
    {
        var from = json.TryGetProperty("from", out var low) ? Number(low) : null;
        var to = json.TryGetProperty("to", out var high) ? Number(high) : null;
        if (from >= 0 && to > from && to <= Largest && IsFine(from.Value) && IsFine(to.Value))
            return (from.Value, to.Value);
        Refuse(
            path,
            "must go from a number of zero or more to a larger one, both with at most 4 decimals, such as {\"from\": 0, \"to\": 50}"
        );
        return null;
    }

    private Blend? Blend(JsonElement json, string path, Quantity? what)
    {
        if (!json.TryGetProperty("blend", out var member) || !IsObject(member, $"{path}.blend"))
            return null;
        path = $"{path}.blend";
        Know(member, path, [.. ofQuantity, "share", "scale"]);
        if (what is not null && what.Measure != Measure.Potential)
            Refuse(path, "goes with the measure potential only");
        var with = Quantity(member, path);
        if (with is not null && (with.Measure.Fades() || with.Measure == Measure.Potential))
            Refuse($"{path}.measure", "must be one that stands by itself and does not fade");
        var share = member.TryGetProperty("share", out var given) ? Number(given) : null;
        if (share is not (> 0 and < 100))
            Refuse($"{path}.share", "must be a percentage above 0 and below 100: the part of the measured value");
        var ends = member.TryGetProperty("scale", out var scale) && IsObject(scale, $"{path}.scale") ? Ends(scale, $"{path}.scale") : null;
        if (ends is null && !member.TryGetProperty("scale", out _))
            Refuse($"{path}.scale", "is missing; it says which values stand for 0 and for 100, such as {\"from\": 0, \"to\": 500}");
        return with is null || share is null || ends is not { } found
            ? null
            : new Blend(with, new LinearScale(found.From, found.To), share.Value / 100);
    }

    private ImmutableArray<decimal> Ascending(JsonElement json, string name, string path, decimal largest)
    {
        var items = Items(json, name, path);
        var cuts = items.Select(Number).OfType<decimal>().Where(cut => cut >= 0 && cut <= largest).ToImmutableArray();
        if (cuts.Length is 0 or > 20 || cuts.Length < items.Count || cuts.Zip(cuts.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            Refuse(
                path,
                string.Create(CultureInfo.InvariantCulture, $"must be 1 to 20 numbers from 0 to {largest}, each larger than the one before")
            );
        }

        return cuts;
    }
}
