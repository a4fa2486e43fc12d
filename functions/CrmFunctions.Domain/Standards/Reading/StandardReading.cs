using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Standards;

/// <summary>Reads one standard, member by member.</summary>
internal static partial class StandardReading
{
    public static Standard Standard(JsonFields fields, string version)
    {
        fields.Know("scheme", "kind", "currency", "rates", "timeZone", "dimensions", "tiers", "matrix", "stability", "rules", "lifecycle");
        var scheme = fields.Words("scheme") ?? "";
        if (scheme.Length > 40 || scheme.AsSpan().ContainsAnyExcept(SchemeCharacters))
            fields.Refuse("scheme", "must be 1 to 40 of the characters a-z, 0-9 and -");
        var currency = fields.Words("currency") ?? "";
        if (Currencies.Digits(currency) is null)
            fields.Refuse("currency", "must be an ISO 4217 code, such as CNY");
        var kind = fields.Words("kind");
        if (kind is not ("ladder" or "classes"))
            fields.Refuse("kind", "must be ladder (A above B above C) or classes (side by side)");
        var zone = fields.Words("timeZone") ?? "";
        if (zone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            fields.Refuse("timeZone", "must be an IANA zone, such as Asia/Shanghai");

        var ladder = kind != "classes";
        var hasMatrix = fields.Has("matrix");
        var dimensions = Dimensions(fields, optional: !ladder && !hasMatrix);
        var tiers = Tiers(fields, byScore: ladder && !hasMatrix);
        return new Standard
        {
            Scheme = scheme,
            Kind = ladder ? StandardKind.Ladder : StandardKind.Classes,
            Version = version,
            Currency = currency,
            Rates = Rates(fields),
            TimeZone = zone,
            Dimensions = dimensions,
            Tiers = tiers,
            Matrix = hasMatrix ? Matrix(fields, dimensions, tiers) : null,
            Stability = Stability(fields, byScore: ladder && !hasMatrix),
            Rules = Rules(fields, tiers, ladder),
            Lifecycle = Lifecycle(fields),
        };
    }

    private static System.Buffers.SearchValues<char> SchemeCharacters { get; } =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static ImmutableDictionary<string, decimal> Rates(JsonFields fields)
    {
        var rates = ImmutableDictionary.CreateBuilder<string, decimal>(StringComparer.Ordinal);
        if (fields.Member("rates") is not { } member)
            return rates.ToImmutable();
        if (member.ValueKind != JsonValueKind.Object)
        {
            fields.Refuse("rates", "must be a JSON object of currency codes and numbers");
            return rates.ToImmutable();
        }

        foreach (var rate in member.EnumerateObject())
        {
            if (Currencies.Digits(rate.Name) is null || JsonFields.NumberIfAny(rate.Value) is not (> 0 and < 1_000_000 and var units))
            {
                fields.Refuse(
                    $"rates.{rate.Name}",
                    "must be an ISO 4217 code with a positive number of units of the standard's currency for one of it, such as \"EUR\": 7.8"
                );
            }
            else
            {
                rates[rate.Name] = units;
            }
        }

        return rates.ToImmutable();
    }

    private static ImmutableArray<Tier> Tiers(JsonFields fields, bool byScore)
    {
        var tiers = fields.Objects("tiers").Select(tier => Tier(tier, byScore)).OfType<Tier>().ToImmutableArray();
        if (tiers.Length == 0)
            fields.Refuse("tiers", "must have one tier or more");
        if (tiers.Length > 20)
            fields.Refuse("tiers", "must be 20 or fewer: nobody serves more");
        if (tiers.Select(tier => tier.Name).Distinct(StringComparer.Ordinal).Count() != tiers.Length)
            fields.Refuse("tiers", "must have different names");
        if (!byScore || fields.Problems.Count > 0)
            return tiers;
        if (tiers[^1].From != 0)
            fields.Refuse("tiers", "must end with a tier from 0, so that every customer is in one");
        if (tiers.Zip(tiers.Skip(1)).Any(pair => pair.First.From <= pair.Second.From))
            fields.Refuse("tiers", "must go from the highest to the lowest \"from\", without two alike");
        return tiers;
    }

    private static Tier? Tier(JsonFields fields, bool byScore)
    {
        fields.Know("name", "from", "label", "revisit");
        var name = fields.Words("name");
        var from = fields.NumberIfAny("from");
        if (byScore && (from is not (>= 0 and <= 100) || !IsFine(from.Value)))
            fields.Refuse("from", "must be a score from 0 to 100 with at most 4 decimals");
        if (!byScore && fields.Has("from"))
            fields.Ignore("from", "means nothing in classes and matrices; leave it out");
        var label = fields.Label();
        var revisit = fields.Duration("revisit");
        if (revisit < TimeSpan.FromDays(1))
            fields.Refuse("revisit", "must be a day or more: nobody is called every hour");
        return name is null ? null : new Tier(name, byScore ? from ?? 0 : 0, label, revisit);
    }

    private static Matrix? Matrix(JsonFields standard, ImmutableArray<Dimension> dimensions, ImmutableArray<Tier> tiers)
    {
        if (standard.Inner("matrix") is not { } fields)
            return null;
        fields.Know("rows", "columns", "cells");
        var (rows, columns) = (Axis(fields, "rows", dimensions), Axis(fields, "columns", dimensions));
        var lines = fields.Items("cells");
        if (rows is not { } row || columns is not { } column)
            return null;
        if (row.Index == column.Index)
        {
            fields.Refuse("columns", "must be another dimension than the rows");
            return null;
        }

        if (lines.Count != row.Bands)
            fields.Refuse(
                "cells",
                $"must have {row.Bands} lines, one for each band of '{dimensions[row.Index].Name}', the worst first; it has {lines.Count}"
            );
        var cells = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].ValueKind == JsonValueKind.Array ? lines[i].EnumerateArray().ToList() : [];
            if (line.Count != column.Bands)
                fields.Refuse(
                    $"cells[{i}]",
                    $"must have {column.Bands} tiers, one for each band of '{dimensions[column.Index].Name}', the worst first; it has {line.Count}"
                );
            cells.Add([.. line.Select((cell, j) => TierNamed(fields, $"cells[{i}][{j}]", cell, tiers))]);
        }

        return new Matrix(row.Index, column.Index, cells.ToImmutable());
    }

    private static (int Index, int Bands)? Axis(JsonFields fields, string name, ImmutableArray<Dimension> dimensions)
    {
        var text = fields.TextIfAny(name);
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (dimensions[i].Name != text)
                continue;
            var cuts = dimensions[i].Rating switch
            {
                Bands bands => bands.Cuts.Length,
                PercentileBands bands => bands.Percentiles.Length,
                _ => 0,
            };
            if (cuts > 0)
                return (i, cuts + 1);
            fields.Refuse(name, $"must be a dimension with bands; '{text}' is on a scale");
            return null;
        }

        fields.Refuse(name, $"must name a dimension: {string.Join(", ", dimensions.Select(dimension => dimension.Name))}");
        return null;
    }

    private static Stability Stability(JsonFields standard, bool byScore)
    {
        if (standard.Inner("stability") is not { } fields)
            return Standards.Stability.None;
        fields.Know("demoteMargin", "minimumStay", "grace", "maxMovesPerQuarter");
        var margin = 0m;
        if (fields.Has("demoteMargin"))
        {
            margin = fields.NumberIfAny("demoteMargin") ?? -1;
            if (margin is < 0 or > 100 || !IsFine(margin))
                fields.Refuse("demoteMargin", "must be points from 0 to 100 with at most 4 decimals");
            else if (!byScore && margin > 0)
                fields.Ignore("demoteMargin", "means nothing where the score does not say the tier; leave it out");
        }

        int? moves = null;
        if (fields.Has("maxMovesPerQuarter"))
        {
            moves =
                fields.NumberIfAny("maxMovesPerQuarter") is >= 2 and <= 100 and var number && decimal.Truncate(number) == number
                    ? (int)number
                    : null;
            if (moves is null)
                fields.Refuse(
                    "maxMovesPerQuarter",
                    "must be a whole number from 2 to 100: a fall leaves room for the rise that may follow"
                );
        }

        return new Stability(
            margin,
            fields.Duration("minimumStay", zero: true) ?? default,
            fields.Duration("grace", zero: true) ?? default,
            moves
        );
    }

    private static int TierNamed(JsonFields fields, string place, JsonElement json, ImmutableArray<Tier> tiers)
    {
        var name = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        for (var i = 0; i < tiers.Length; i++)
        {
            if (tiers[i].Name == name)
                return i;
        }

        fields.Refuse(
            place,
            string.Create(CultureInfo.InvariantCulture, $"must name a tier: {string.Join(", ", tiers.Select(tier => tier.Name))}")
        );
        return 0;
    }

    private static bool IsFine(decimal points) => decimal.Round(points, 4) == points;
}
