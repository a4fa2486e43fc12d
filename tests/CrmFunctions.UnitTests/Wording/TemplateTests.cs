using System.Text.Json;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Wording;

namespace CrmFunctions.UnitTests.Wording;

public sealed class TemplateTests
{
    private static readonly Template template = Read(
        """
        { "name": "t", "purpose": "transactional", "texts": [
          { "language": "en", "subject": "Hello {{name}}", "text": "{{name}}: {{offer}}" },
          { "language": "en", "subject": "A", "text": "tier A", "tier": "A" },
          { "language": "en", "subject": "S", "text": "stage", "stage": "dormant" },
          { "language": "en", "subject": "C", "text": "sms", "channel": "sms" },
          { "language": "zh-CN", "subject": "你好", "text": "{{name}}" } ] }
        """,
        out _
    )!;

    [Theory]
    [InlineData("en", "B", "active", "email", "Hello {{name}}")]
    [InlineData("en", "A", "active", "email", "A")]
    [InlineData("en", "A", "dormant", "email", "A")]
    [InlineData("en", "B", "dormant", "email", "S")]
    [InlineData("en", "A", "dormant", "sms", "C")]
    [InlineData("en", null, null, null, "Hello {{name}}")]
    [InlineData("zh-CN", "A", "dormant", "sms", "你好")]
    [InlineData("zh-TW", "B", "active", "email", "你好")]
    [InlineData("fr", "B", "active", "email", "Hello {{name}}")]
    public void The_text_that_fits_best_is_taken(string language, string? tier, string? stage, string? channel, string subject) =>
        Assert.Equal(subject, template.For(language, tier, stage, channel)!.Subject);

    [Theory]
    [InlineData("name")]
    [InlineData("name", "offer", " ")]
    public void A_missing_or_blank_variable_refuses_the_text_and_is_named(params string[] given)
    {
        var variables = new Dictionary<string, string> { [given[0]] = "Ann" };
        if (given.Length > 1)
            variables[given[1]] = given[2];

        Assert.Null(template.Texts[0].Render(variables, TextForm.Plain, out var missing));
        Assert.Equal("offer", missing);
    }

    [Fact]
    public void Braces_in_a_value_are_not_read_as_a_template()
    {
        var said = template
            .Texts[0]
            .Render(new Dictionary<string, string> { ["name"] = "{{offer}}", ["offer"] = "{{name}}{{secret}}" }, TextForm.Plain, out _);

        Assert.Equal(new RenderedText("Hello {{offer}}", "{{offer}}: {{name}}{{secret}}"), said);
    }

    [Theory]
    [InlineData("""[]""", "")]
    [InlineData("""{"name":"T","purpose":"marketing","texts":[]}""", "name,texts")]
    [InlineData("""{"name":"t","purpose":"both","texts":[{"language":"en","subject":"s","text":"t"}]}""", "purpose")]
    [InlineData(
        """{"name":"t","purpose":"transactional","texts":[{"language":"en","subject":"a\nb","text":"{{x"}]}""",
        "texts[0].subject,texts[0].text"
    )]
    [InlineData("""{"name":"t","purpose":"transactional","texts":[{"language":"en","subject":"s","text":"{{ x }}"}]}""", "texts[0].text")]
    [InlineData(
        """{"name":"t","purpose":"transactional","texts":[{"language":"en","subject":"s","text":"t","stage":"asleep"}]}""",
        "texts[0].stage"
    )]
    [InlineData(
        """{"name":"t","purpose":"transactional","texts":[{"language":"en","subject":"s","text":"t"},{"language":"en","subject":"s","text":"t"}]}""",
        "texts"
    )]
    [InlineData("""{"name":"t","purpose":"marketing","texts":[{"language":"en","subject":"s","text":"no way out"}]}""", "texts[0].text")]
    [InlineData(
        """{"name":"t","purpose":"marketing","texts":[{"language":"en","subject":"s","text":"STOP","channel":"email"}]}""",
        "texts[0].text"
    )]
    [InlineData(
        """{"name":"t","purpose":"marketing","texts":[{"language":"en","subject":"s","text":"Reply STOP","channel":"sms"}]}""",
        null
    )]
    public void What_cannot_work_is_refused_by_field(string json, string? fields)
    {
        var read = Read(json, out var problems);

        Assert.Equal(fields is null, read is not null);
        Assert.Equal(fields?.Split(',') ?? [], problems);
    }

    [Fact]
    public void Every_shipped_template_speaks_Chinese_and_English_with_the_same_variables()
    {
        Assert.NotEmpty(ShippedTemplates.All);
        foreach (var shipped in ShippedTemplates.All.Values)
        {
            foreach (var kind in shipped.Texts.GroupBy(text => (text.Tier, text.Stage, text.Channel)))
            {
                Assert.Equal(["en", "zh-CN"], kind.Select(text => text.Language).Order(StringComparer.Ordinal));
                Assert.Single(kind.Select(text => string.Join(',', text.Variables.Order(StringComparer.Ordinal))).Distinct());
            }

            if (shipped.Purpose == Purpose.Marketing)
                Assert.NotNull(shipped.For("en", "A", "dormant", "email"));
        }
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public void Every_reason_has_its_own_sentence(string language)
    {
        var codes = typeof(SendReasons)
            .GetFields()
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(code => code != SendReasons.Died)
            .ToList();
        var sentences = codes.Select(code => SendReasonText.Of("suppressed", code, null, language)).ToList();

        Assert.Equal(codes.Count, sentences.Distinct().Count());
        Assert.DoesNotContain(
            sentences,
            sentence =>
                sentence.Contains("refused it", StringComparison.Ordinal) || sentence.Contains("被渠道拒绝", StringComparison.Ordinal)
        );
        Assert.Contains(
            "2026-03-02 00:00 UTC",
            SendReasonText.Of("deferred", SendReasons.QuietHours, new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), language),
            StringComparison.Ordinal
        );
    }

    private static Template? Read(string json, out IReadOnlyList<string> fields)
    {
        using var document = JsonDocument.Parse(json);
        var read = TemplateReader.Read(document.RootElement, out var problems);
        fields = [.. problems.Select(problem => problem.Field)];
        return read;
    }
}
