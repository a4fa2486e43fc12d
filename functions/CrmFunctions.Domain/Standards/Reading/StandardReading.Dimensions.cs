using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Standards;

/// <content>What is measured, and what it is worth.</content>
internal static partial class StandardReading
{
    private static readonly string[] ofQuantity = ["measure", "attribute", "window", "halfLife", "horizon"];

    private static ImmutableArray<Dimension> Dimensions(JsonFields fields, bool optional)
    {
        if (optional && !fields.Has("dimensions"))
            return [];
        var dimensions = fields.Objects("dimensions").Select(Dimension).OfType<Dimension>().ToImmutableArray();
        if (fields.Problems.Count > 0)
            return dimensions;
        var sum = dimensions.Sum(dimension => dimension.Weight);
        if (sum != 100)
            fields.Refuse(
                "dimensions",
                string.Create(CultureInfo.InvariantCulture, $"have weights that add to {sum}; weights are points of 100")
            );
        if (dimensions.DistinctBy(dimension => dimension.Name).Count() != dimensions.Length)
            fields.Refuse("dimensions", "must have different names");

        // What fades must move the score one way only, or the next review could not be found by bisection.
        var fading = dimensions.Where(dimension => dimension.Measure.Fades());
        if (fading.DistinctBy(dimension => dimension.LowerIsBetter).Count() > 1)
        {
            fields.Refuse("dimensions", "must not call what fades (engagement, pAlive) better both when lower and when higher");
        }

        return dimensions;
    }

    private static Dimension? Dimension(JsonFields fields)
    {
        fields.Know([.. ofQuantity, "name", "label", "weight", "cap", "better", "bands", "scale", "whenUnknown", "blend"]);
        var name = fields.Words("name");
        var what = Quantity(fields);
        var weight = fields.NumberIfAny("weight");
        if (weight is not (> 0 and <= 100) || !IsFine(weight.Value))
            fields.Refuse("weight", "must be a number above 0, at most 100, with at most 4 decimals");
        var cap = fields.Has("cap") ? fields.NumberIfAny("cap") : weight;
        if (weight is not null && (cap is null || cap <= 0 || cap > weight || !IsFine(cap.Value)))
            fields.Refuse("cap", "must be points above 0, at most the weight, with at most 4 decimals");
        var better = fields.TextIfAny("better");
        if (fields.Has("better") && better is not ("lower" or "higher"))
            fields.Refuse("better", "must be lower or higher");
        var unknown = fields.TextIfAny("whenUnknown");
        if (fields.Has("whenUnknown") && unknown is not ("zero" or "neutral"))
            fields.Refuse("whenUnknown", "must be zero or neutral");
        var label = fields.Label();
        var blend = Blend(fields, what);
        return name is null || what is null || weight is null || cap is null || Rating(fields, what.Measure) is not { } rating
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

    private static Quantity? Quantity(JsonFields fields)
    {
        var measure = Measured(fields.TextIfAny("measure"));
        if (measure is null)
            fields.Refuse(
                "measure",
                $"must be one of {string.Join(", ", Enum.GetNames<Measure>().Select(JsonNamingPolicy.CamelCase.ConvertName))}"
            );
        var attribute = fields.TextIfAny("attribute");
        if (measure == Measure.Attribute && string.IsNullOrWhiteSpace(attribute))
            fields.Refuse("attribute", "is missing; it must name the attribute that is measured");
        if (fields.Has("attribute") && measure is not (Measure.Attribute or null))
            fields.Ignore("attribute", "means something for the measure attribute only");
        var window = fields.Duration("window");
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
            fields.Ignore("window", "means nothing for this measure; leave it out");
            window = null;
        }

        var halfLife = fields.Duration("halfLife");
        var horizon = fields.Duration("horizon");
        if (halfLife is not null && measure is not (Measure.Engagement or null))
            fields.Ignore("halfLife", "means something for the measure engagement only");
        if (horizon is not null && measure is not (Measure.PredictedValue or null))
            fields.Ignore("horizon", "means something for the measure predictedValue only");
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

    private static PointsRule? Rating(JsonFields fields, Measure measure)
    {
        var (hasBands, hasScale) = (fields.Has("bands"), fields.Has("scale"));
        if (hasBands && hasScale)
        {
            fields.Refuse("must have bands or a scale, not both");
            return null;
        }

        if (hasBands && fields.InnerIfAny("bands") is { } bands)
        {
            bands.Know("at", "percentiles");
            if (bands.Has("at") && bands.Has("percentiles"))
                bands.Ignore("percentiles", "means nothing beside at; keep one of them");
            if (bands.Has("at"))
                return new Bands(Ascending(bands, "at", StandardFields.Largest));
            if (bands.Has("percentiles"))
                return new PercentileBands(Ascending(bands, "percentiles", 100));
        }

        if (hasScale && fields.InnerIfAny("scale") is { } scale)
            return Scale(scale);
        if (!hasBands && !hasScale && measure.Largest() is { } largest)
            return new LinearScale(0, largest);
        fields.Refuse(
            "must say how values become points: bands {\"at\": [..]}, bands {\"percentiles\": [..]} or scale {\"from\": 0, \"to\": 50}, from zero or more"
        );
        return null;
    }

    private static PointsRule? Scale(JsonFields fields)
    {
        fields.Know("from", "to", "type");
        var type = fields.TextIfAny("type") ?? "linear";
        if (fields.Has("type") && fields.TextIfAny("type") is null)
            fields.Ignore("type", "is no text and means nothing; it is linear or log");
        if (type is not ("linear" or "log"))
            fields.Refuse("type", "must be linear or log");
        if (Ends(fields) is not { } ends)
            return null;
        if (type == "linear")
            return new LinearScale(ends.From, ends.To);
        if (ends.From > 0)
            return new LogScale(ends.From, ends.To);
        fields.Refuse("from", "must be above zero on a log scale");
        return null;
    }

    private static (decimal From, decimal To)? Ends(JsonFields fields)
    {
        var from = fields.NumberIfAny("from");
        var to = fields.NumberIfAny("to");
        if (from >= 0 && to > from && to <= StandardFields.Largest && IsFine(from.Value) && IsFine(to.Value))
            return (from.Value, to.Value);
        fields.Refuse(
            "must go from a number of zero or more to a larger one, both with at most 4 decimals, such as {\"from\": 0, \"to\": 50}"
        );
        return null;
    }

    private static Blend? Blend(JsonFields dimension, Quantity? what)
    {
        if (dimension.Inner("blend") is not { } fields)
            return null;
        fields.Know([.. ofQuantity, "share", "scale"]);
        if (what is not null && what.Measure != Measure.Potential)
            fields.Refuse("goes with the measure potential only");
        var with = Quantity(fields);
        if (with is not null && (with.Measure.Fades() || with.Measure == Measure.Potential))
            fields.Refuse("measure", "must be one that stands by itself and does not fade");
        var share = fields.NumberIfAny("share");
        if (share is not (> 0 and < 100))
            fields.Refuse("share", "must be a percentage above 0 and below 100: the part of the measured value");
        var scale = fields.Inner("scale");
        scale?.Know("from", "to");
        var ends = scale is null ? null : Ends(scale);
        if (ends is null && !fields.Has("scale"))
            fields.Refuse("scale", "is missing; it says which values stand for 0 and for 100, such as {\"from\": 0, \"to\": 500}");
        return with is null || share is null || ends is not { } found
            ? null
            : new Blend(with, new LinearScale(found.From, found.To), share.Value / 100);
    }

    private static ImmutableArray<decimal> Ascending(JsonFields fields, string name, decimal largest)
    {
        var items = fields.Items(name);
        var cuts = items.Select(JsonFields.NumberIfAny).OfType<decimal>().Where(cut => cut >= 0 && cut <= largest).ToImmutableArray();
        if (cuts.Length is 0 or > 20 || cuts.Length < items.Count || cuts.Zip(cuts.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            fields.Refuse(
                name,
                string.Create(CultureInfo.InvariantCulture, $"must be 1 to 20 numbers from 0 to {largest}, each larger than the one before")
            );
        }

        return cuts;
    }
}
