using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Wording;
using CrmFunctions.TestKit;
using CrmFunctions.UnitTests.Domain.Laws;
using CrmFunctions.UnitTests.Standards;

namespace CrmFunctions.UnitTests.Wording;

/// <summary>The schema of a template in the API's description and the reader take the same. A plan has no schema.</summary>
public sealed class TemplateSchemaLaws
{
    private static readonly SchemaDocument document = new(OpenApiDocument.Json, new Uri("https://crm.invalid/templates.json"));
    private static readonly JsonNode schema = OpenApiDocument.Schema("Template");

    /// <summary>What a schema cannot tell: braces that match, one text compared with the others, words by channel and purpose.</summary>
    public static TheoryData<Reason> Reasons => [.. reasons];

    private static readonly Reason[] reasons =
    [
        new("braces", @"\.(subject|text): has braces", Text("a", "{{1}}")),
        new(
            "way-out",
            @"\.text: is marketing and has no way",
            Text("a", "b").Replace("transactional", "marketing", StringComparison.Ordinal)
        ),
        new("twice", "^texts: has two texts for", $"{Text("a", "b")[..^2]}, {{\"language\":\"en\",\"subject\":\"c\",\"text\":\"d\"}}]}}"),
    ];

    [Fact]
    public void What_the_schema_takes_the_reader_takes_and_the_other_way_round() =>
        new SchemaLaw(document, schema, Read, reasons).Hold(Any.Cases(300), Make);

    [Theory]
    [MemberData(nameof(Reasons))]
    public void For_each_reason_that_no_schema_can_tell_there_is_a_document(Reason reason)
    {
        Assert.Empty(document.Complaints(JsonNode.Parse(reason.Example), schema));
        Assert.True(reason.IsThatOf(Assert.Single(Read(reason.Example).Problems)));
    }

    [Fact]
    public void Stages_are_those_of_the_suite() =>
        Assert.Equal(
            Enum.GetValues<Stage>().Select(stage => stage.Code()),
            OpenApiDocument.Schema("TemplateText")["properties"]!["stage"]!["enum"]!
                .AsArray()
                .OfType<JsonNode>()
                .Select(code => (string)code!)
        );

    private static Reading Read(string json)
    {
        using var read = JsonDocument.Parse(json);
        TemplateReader.Read(read.RootElement, out var problems);
        return new Reading(problems, []);
    }

    // With a way out, and no two texts for the same.
    private static JsonNode Make(Random dice)
    {
        var made = JsonNode.Parse(new SchemaSampler(document, dice).Value(schema)!.ToJsonString())!;
        foreach (var (i, text) in made["texts"]!.AsArray().Index())
            (text!["tier"], text["text"]) = ($"t{i}", text["text"] + " {{unsubscribe}}");
        return made;
    }

    private static string Text(string subject, string text) =>
        $$"""
            {"name":"t","purpose":"transactional","texts":[{"language":"en","subject":"{{subject}}","text":"{{text}}"}]}
            """;
}
