using System.Text.Json.Nodes;
using CrmFunctions.Domain.Standards;
using CrmFunctions.UnitTests.Domain.Laws;

namespace CrmFunctions.UnitTests.Standards;

/// <summary>The standard's schema and its reader take the same: 1,000 documents with three changes of each, or as a campaign asks.</summary>
public sealed class SchemaLaws
{
    /// <summary>What a schema cannot tell: it knows no sums, no order, no other member's value, no calendar, no list of zones.</summary>
    public static TheoryData<Reason> Reasons => [.. reasons];

    private static readonly Reason[] reasons =
    [
        new("weights", "^dimensions: have weights that add to", "\"dimensions.0.weight\": 24"),
        new("same-name", "^(dimensions|tiers): must have different names$", "\"dimensions.0.name\": \"frequency\""),
        new("fading", "^dimensions: must not call what fades", "\"dimensions.3.better\": \"lower\", \"dimensions.4.measure\": \"pAlive\""),
        new("tier-order", "^tiers: must (end with a tier from 0|go from the highest)", "\"tiers.0.from\": 30"),
        new("score", @"^tiers\[\d+\]\.from: must be a score .* at most 4 decimals$", "\"tiers.0.from\": 70.00001"),
        new("exponent", @"^tiers\[\d+\]\.from: must be a score .* at most 4 decimals$", "\"tiers.0.from\": 7e1"),
        new("weight", @"\.weight: must be a number .* at most 4 decimals$", "\"dimensions.0.weight\": 24.99999, \"dimensions.0.cap\": 20"),
        new("cap", @"\.cap: must be points .* at most the weight", "\"dimensions.0.cap\": 26"),
        new("margin", "^stability.demoteMargin: must be points .* at most 4 decimals$", "\"stability\": { \"demoteMargin\": 0.00001 }"),
        new("currency", "^(currency|rates\\.[A-Z]{3}): must be an ISO 4217 code", "\"currency\": \"ABC\""),
        new("zone", "^timeZone: (must be an IANA zone|is missing; it must be a non-empty)", "\"timeZone\": \"Mars/Base\""),
        new("duration", ": must be a positive ISO 8601 duration", "\"tiers.0.revisit\": \"P36501D\""),
        new("revisit", @"\.revisit: must be a day or more", "\"tiers.0.revisit\": \"PT12H\""),
        new("ends", @"\.scale: must go from", "\"dimensions.3.scale\": { \"from\": 9, \"to\": 3 }"),
        new("ascending", @"\.bands\.(at|percentiles): must be 1 to 20 numbers", "\"dimensions.0.bands\": { \"at\": [2, 1] }"),
        new(
            "range",
            @"^rules.*: must have a number atLeast, a number below",
            Rule("{ \"measure\": \"orders\", \"atLeast\": 9, \"below\": 3 }", "A")
        ),
        new("tier-name", "^(rules|matrix).*: must name a tier", Rule("\"tag:vip\"", "Z")),
        new("axis", @"^matrix\.(rows|columns): must (name a|be a|be another) dimension", Matrix("nobody", "[]")),
        new("cells", @"^matrix\.cells(\[\d+\])?: must have \d+ (lines|tiers)", Matrix("recency", "[]")),
        new("stage-order", "^lifecycle: must have dormant before", "\"lifecycle.dormant\": \"P200D\""),
        new(
            "otherwise",
            @"\.otherwise: must not be shorter",
            "\"lifecycle.dormant\": { \"pAliveBelow\": 0.5, \"atLeast\": \"P100D\", \"otherwise\": \"P90D\" }"
        ),
        new("depth", "^: A standard is a JSON object: The maximum configured depth", Rule(Nested(16), "A")),
    ];

    [Fact]
    public void What_the_schema_takes_the_reader_takes_and_the_other_way_round() =>
        new SchemaLaw(SchemaTests.Document, SchemaTests.Document.Json, Read, reasons).Hold(
            Any.Cases(300),
            dice => SettledStandard.Make(SchemaTests.Document, dice)
        );

    [Theory]
    [MemberData(nameof(Reasons))]
    public void For_each_reason_that_no_schema_can_tell_there_is_a_document(Reason reason)
    {
        var json = LinterTests.Changed(reason.Example);
        Assert.Empty(SchemaTests.Document.Complaints(JsonNode.Parse(json), SchemaTests.Document.Json));
        var problems = Read(json).Problems;
        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.True(reason.IsThatOf(problem), problem.ToString()));
    }

    private static Reading Read(string json)
    {
        StandardReader.Read(json, out var problems, out var ignored);
        return new Reading(problems, ignored);
    }

    private static string Rule(string when, string tier) =>
        $$"""
            "rules": [{ "when": {{when}}, "tier": "{{tier}}", "reason": "r" }]
            """;

    private static string Matrix(string rows, string cells) =>
        $$"""
            "matrix": { "rows": "{{rows}}", "columns": "frequency", "cells": {{cells}} }
            """;

    private static string Nested(int deep) => deep == 0 ? "\"tag:vip\"" : $"{{ \"not\": {Nested(deep - 1)} }}";
}
