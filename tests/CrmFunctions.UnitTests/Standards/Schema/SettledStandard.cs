using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Standards;

/// <summary>Makes a document that fits the standard's schema hold together, too: what one member says of another, which no schema can.</summary>
internal static class SettledStandard
{
    /// <summary>A standard that the reader takes as it is.</summary>
    public static JsonObject Make(SchemaDocument schema, Random dice)
    {
        var sampler = new SchemaSampler(schema, dice);
        var standard = sampler.Whole().AsObject();
        var byScore = (string)standard["kind"]! == "ladder" && !standard.ContainsKey("matrix");
        while (standard["dimensions"] is not JsonArray { Count: > 1 } && (standard.ContainsKey("matrix") || byScore))
            standard["dimensions"] = JsonNode.Parse(sampler.Value(schema.Json["properties"]!["dimensions"]!)!.ToJsonString());
        var dimensions = (standard["dimensions"]?.AsArray() ?? []).OfType<JsonObject>().ToList();
        foreach (var (i, dimension) in dimensions.Index())
        {
            dimension["name"] = $"d{i}";
            var weight = i == 0 ? 100 - (10 * (dimensions.Count - 1)) : 10;
            dimension["weight"] = weight;
            if (dimension.ContainsKey("cap"))
                dimension["cap"] = weight / 2m;
            if (dimension["measure"]!.GetValue<string>() is "engagement" or "pAlive")
                dimension["better"] = "higher";
        }

        if (dimensions.Count == 0)
            standard.Remove("dimensions");
        var tiers = standard["tiers"]!.AsArray();
        foreach (var (i, tier) in tiers.Index())
        {
            tier!["name"] = $"t{i}";
            if (byScore || tier["from"] is not null)
                tier["from"] = (tiers.Count - 1 - i) * 5;
            if (tier["revisit"] is not null)
                tier["revisit"] = "P7D";
        }

        Cells(standard, dimensions, dice);
        foreach (var part in Objects(standard).ToList())
            Part(part, tiers, (string)standard["kind"]! == "ladder", dice);
        Lifecycle(standard["lifecycle"]!.AsObject());
        return standard;
    }

    private static void Cells(JsonObject standard, List<JsonObject> dimensions, Random dice)
    {
        if (standard["matrix"] is not JsonObject matrix)
            return;
        foreach (var dimension in dimensions.Take(2))
        {
            dimension.Remove("scale");
            dimension["bands"] = new JsonObject { ["at"] = new JsonArray(1m, 2m) };
        }

        (matrix["rows"], matrix["columns"]) = ("d0", "d1");
        matrix["cells"] = new JsonArray([
            .. Enumerable
                .Range(0, 3)
                .Select(_ => new JsonArray([
                    .. Enumerable.Range(0, 3).Select(_ => (JsonNode)$"t{dice.Next(standard["tiers"]!.AsArray().Count)}"),
                ])),
        ]);
    }

    private static void Part(JsonObject part, JsonArray tiers, bool ladder, Random dice)
    {
        foreach (var name in new[] { "at", "percentiles" })
        {
            if (part[name] is JsonArray cuts)
                part[name] = new JsonArray([.. cuts.Select(cut => (decimal)cut!).Distinct().Order().Select(cut => (JsonNode)cut)]);
        }

        if (part.ContainsKey("from") && part["to"] is not null)
            part["to"] = (decimal)part["from"]! + 1 + dice.Next(9);
        if (part.ContainsKey("when"))
        {
            foreach (var name in new[] { "tier", "atLeast", "atMost" }.Where(part.ContainsKey))
            {
                part.Remove(name);
                part[ladder ? name : "tier"] = $"t{dice.Next(tiers.Count)}";
            }
        }

        if (part.ContainsKey("atLeast") && part["below"] is not null)
            part["below"] = (decimal)part["atLeast"]! + 1;
    }

    private static void Lifecycle(JsonObject lifecycle)
    {
        foreach (var (name, days) in new[] { ("dormant", 90), ("churnWarning", 150), ("churned", 365) })
        {
            if (lifecycle[name] is not JsonObject asked)
                lifecycle[name] = $"P{days}D";
            else
            {
                asked["otherwise"] = $"P{days}D";
                if (asked.ContainsKey("atLeast"))
                    asked["atLeast"] = "P30D";
            }
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) =>
        node switch
        {
            JsonObject part => part.SelectMany(member => Objects(member.Value)).Prepend(part),
            JsonArray list => list.SelectMany(Objects),
            _ => [],
        };
}
