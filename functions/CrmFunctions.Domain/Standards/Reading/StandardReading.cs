using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Standards;

/// <summary>Reads one standard, member by member.</summary>
internal sealed partial class StandardReading : StandardFields
{
    public Standard? Standard(JsonElement json, string version)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Refuse("", "A standard is a JSON object.");
            return null;
        }

        Know(
            json,
            "",
            "scheme",
            "kind",
            "currency",
            "rates",
            "timeZone",
            "dimensions",
            "tiers",
            "matrix",
            "stability",
            "rules",
            "lifecycle"
        );
        var scheme = Text(json, "scheme", "scheme") ?? "";
        if (scheme.Length > 40 || scheme.AsSpan().ContainsAnyExcept(SchemeCharacters))
            Refuse("scheme", "must be 1 to 40 of the characters a-z, 0-9 and -");
        var currency = Text(json, "currency", "currency") ?? "";
        if (Currencies.Digits(currency) is null)
            Refuse("currency", "must be an ISO 4217 code, such as CNY");
        var kind = Text(json, "kind", "kind");
        if (kind is not ("ladder" or "classes"))
            Refuse("kind", "must be ladder (A above B above C) or classes (side by side)");
        var zone = Text(json, "timeZone", "timeZone") ?? "";
        if (zone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            Refuse("timeZone", "must be an IANA zone, such as Asia/Shanghai");

        var ladder = kind != "classes";
        var hasMatrix = json.TryGetProperty("matrix", out var grid);
        var dimensions = Dimensions(json, optional: !ladder && !hasMatrix);
        var tiers = Tiers(json, byScore: ladder && !hasMatrix);
        return new Standard
        {
            Scheme = scheme,
            Kind = ladder ? StandardKind.Ladder : StandardKind.Classes,
            Version = version,
            Currency = currency,
            Rates = Rates(json),
            TimeZone = zone,
            Dimensions = dimensions,
            Tiers = tiers,
            Matrix = hasMatrix ? Matrix(grid, dimensions, tiers) : null,
            Stability = Stability(json, byScore: ladder && !hasMatrix),
            Rules = Rules(json, tiers, ladder),
            Lifecycle = Lifecycle(json),
        };
    }

    private static System.Buffers.SearchValues<char> SchemeCharacters { get; } =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private ImmutableDictionary<string, decimal> Rates(JsonElement json)
    {
        var rates = ImmutableDictionary.CreateBuilder<string, decimal>(StringComparer.Ordinal);
        if (!json.TryGetProperty("rates", out var member))
            return rates.ToImmutable();
        if (member.ValueKind != JsonValueKind.Object)
        {
            Refuse("rates", "must be a JSON object of currency codes and numbers");
            return rates.ToImmutable();
        }

        foreach (var rate in member.EnumerateObject())
        {
            if (Currencies.Digits(rate.Name) is null || Number(rate.Value) is not (> 0 and < 1_000_000 and var units))
            {
                Refuse(
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

    private ImmutableArray<Tier> Tiers(JsonElement json, bool byScore)
    {
        var tiers = Items(json, "tiers").Select((item, i) => Tier(item, $"tiers[{i}]", byScore)).OfType<Tier>().ToImmutableArray();
        if (tiers.Length == 0)
            Refuse("tiers", "must have one tier or more");
        if (tiers.Length > 20)
            Refuse("tiers", "must be 20 or fewer: nobody serves more");
        if (tiers.Select(tier => tier.Name).Distinct(StringComparer.Ordinal).Count() != tiers.Length)
            Refuse("tiers", "must have different names");
        if (!byScore || Problems.Count > 0)
            return tiers;
        if (tiers[^1].From != 0)
            Refuse("tiers", "must end with a tier from 0, so that every customer is in one");
        if (tiers.Zip(tiers.Skip(1)).Any(pair => pair.First.From <= pair.Second.From))
            Refuse("tiers", "must go from the highest to the lowest \"from\", without two alike");
        return tiers;
    }

    private Tier? Tier(JsonElement json, string path, bool byScore)
    {
        if (!IsObject(json, path))
            return null;
        Know(json, path, "name", "from", "label", "revisit");
        var name = Text(json, "name", $"{path}.name");
        var from = json.TryGetProperty("from", out var given) ? Number(given) : null;
        if (byScore && (from is not (>= 0 and <= 100) || !IsFine(from.Value)))
            Refuse($"{path}.from", "must be a score from 0 to 100 with at most 4 decimals");
        if (!byScore && json.TryGetProperty("from", out _))
            Ignore($"{path}.from", "means nothing in classes and matrices; leave it out");
        var label = Label(json, path);
        var revisit = Duration(json, "revisit", path);
        if (revisit < TimeSpan.FromDays(1))
            Refuse($"{path}.revisit", "must be a day or more: nobody is called every hour");
        return name is null ? null : new Tier(name, byScore ? from ?? 0 : 0, label, revisit);
    }

    private Matrix? Matrix(JsonElement json, ImmutableArray<Dimension> dimensions, ImmutableArray<Tier> tiers)
    {
        const string path = "matrix";
        if (!IsObject(json, path))
            return null;
        Know(json, path, "rows", "columns", "cells");
        var (rows, columns) = (Axis(json, "rows", dimensions), Axis(json, "columns", dimensions));
        var lines = Items(json, "cells", $"{path}.cells");
        if (rows is not { } row || columns is not { } column)
            return null;
        if (row.Index == column.Index)
        {
            Refuse($"{path}.columns", "must be another dimension than the rows");
            return null;
        }

        if (lines.Count != row.Bands)
            Refuse(
                $"{path}.cells",
                $"must have {row.Bands} lines, one for each band of '{dimensions[row.Index].Name}', the worst first; it has {lines.Count}"
            );
        var cells = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].ValueKind == JsonValueKind.Array ? lines[i].EnumerateArray().ToList() : [];
            if (line.Count != column.Bands)
                Refuse(
                    $"{path}.cells[{i}]",
                    $"must have {column.Bands} tiers, one for each band of '{dimensions[column.Index].Name}', the worst first; it has {line.Count}"
                );
            cells.Add([.. line.Select((cell, j) => TierNamed(cell, $"{path}.cells[{i}][{j}]", tiers))]);
        }

        return new Matrix(row.Index, column.Index, cells.ToImmutable());
    }

    private (int Index, int Bands)? Axis(JsonElement json, string name, ImmutableArray<Dimension> dimensions)
    {
        var text = OptionalText(json, name);
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
            Refuse($"matrix.{name}", $"must be a dimension with bands; '{text}' is on a scale");
            return null;
        }

        Refuse($"matrix.{name}", $"must name a dimension: {string.Join(", ", dimensions.Select(dimension => dimension.Name))}");
        return null;
    }

    private Stability Stability(JsonElement json, bool byScore)
    {
        const string path = "stability";
        if (!json.TryGetProperty(path, out var member) || !IsObject(member, path))
            return Standards.Stability.None;
        Know(member, path, "demoteMargin", "minimumStay", "grace", "maxMovesPerQuarter");
        var margin = 0m;
        if (member.TryGetProperty("demoteMargin", out var given))
        {
            margin = Number(given) ?? -1;
            if (margin is < 0 or > 100 || !IsFine(margin))
                Refuse($"{path}.demoteMargin", "must be points from 0 to 100 with at most 4 decimals");
            else if (!byScore && margin > 0)
                Ignore($"{path}.demoteMargin", "means nothing where the score does not say the tier; leave it out");
        }

        int? moves = null;
        if (member.TryGetProperty("maxMovesPerQuarter", out var most))
        {
            moves = Number(most) is >= 2 and <= 100 and var number && decimal.Truncate(number) == number ? (int)number : null;
            if (moves is null)
                Refuse(
                    $"{path}.maxMovesPerQuarter",
                    "must be a whole number from 2 to 100: a fall leaves room for the rise that may follow"
                );
        }

        return new Stability(
            margin,
            Duration(member, "minimumStay", path, zero: true) ?? default,
            Duration(member, "grace", path, zero: true) ?? default,
            moves
        );
    }

    private int TierNamed(JsonElement json, string path, ImmutableArray<Tier> tiers)
    {
        var name = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        for (var i = 0; i < tiers.Length; i++)
        {
            if (tiers[i].Name == name)
                return i;
        }

        Refuse(
            path,
            string.Create(CultureInfo.InvariantCulture, $"must name a tier: {string.Join(", ", tiers.Select(tier => tier.Name))}")
        );
        return 0;
    }

    private static bool IsFine(decimal points) => decimal.Round(points, 4) == points;
}
