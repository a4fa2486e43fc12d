using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Standards;
using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Domain.Standards;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Standards;

/// <summary>The commands as an operations manager calls them: what they print, how they refuse.</summary>
public sealed class StandardCommandTests : IDisposable
{
    private const string First =
        """{"specversion":"1.0","source":"shop","id":"1","type":"order.paid","time":"2026-01-01T00:00:00Z","data":{"customer":{"id":"42"},"orderId":"o1","amount":"100","currency":"CNY"}}""";
    private const string Second =
        """{"source":"shop","id":"2","type":"visit","time":"2026-01-20T00:00:00Z","data":{"customer":{"id":"42"}}}""";
    private const string Other =
        """{"source":"shop","id":"3","type":"visit","time":"2026-01-20T00:00:00Z","data":{"customer":{"id":"43","email":"li@example.com"}}}""";
    private readonly string folder = Directory.CreateTempSubdirectory("crm-standards-").FullName;

    public void Dispose() => Directory.Delete(folder, true);

    public static TheoryData<string> Shapes =>
        [
            $"[{First},{Second}]",
            $"{First}\n{Second}\n",
            $"\uFEFF{First}\r\n\r\n{Second}",
            $$"""{"customerId":"x","events":2,"items":[{{Second}},{{First}}],"next":null}""",
            $$$"""{"person":{"id":"42"},"places":{"events":[{{{First}}},{{{Second}}}]}}""",
        ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_decision_is_the_same_from_every_shape_of_events(string facts)
    {
        var (code, printed, _) = await Decide(facts, "--json");
        var answer = JsonDocument.Parse(printed).RootElement;
        Assert.Equal(0, code);
        Assert.Equal(("C", 2), (answer.GetProperty("tier").GetString(), answer.GetProperty("events").GetInt32()));
        Assert.Equal(
            answer.GetProperty("score").GetDecimal(),
            answer.GetProperty("terms").EnumerateArray().Sum(term => term.GetProperty("points").GetDecimal())
        );
        Assert.Equal("2026-04-01T00:00:00+00:00", answer.GetProperty("nextReview").GetString());
        Assert.Equal(["shop/1"], answer.GetProperty("terms")[2].GetProperty("events").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task A_decision_is_told_in_words_of_the_language_asked_for()
    {
        Assert.StartsWith("Tier C (Silver), stage active, with ", (await Decide($"[{First}]")).Printed, StringComparison.Ordinal);
        var (_, chinese, _) = await Decide($"[{First}]", "--language", "zh-CN");
        Assert.StartsWith("等级 C (白银)，阶段“活跃”", chinese, StringComparison.Ordinal);
        Assert.Contains("下次应在 2026-04-01T00:00:00Z 复核", chinese, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_of_several_customers_need_one_to_be_chosen()
    {
        var (code, _, complaints) = await Decide($"[{First},{Other}]");
        Assert.Equal(1, code);
        Assert.Contains("holds events of 2 customers; choose one with --customer: 42, 43", complaints, StringComparison.Ordinal);
        Assert.StartsWith("Tier D", (await Decide($"[{First},{Other}]", "--customer", "LI@example.com")).Printed, StringComparison.Ordinal);
        Assert.Contains(
            "no event of --customer 44",
            (await Decide($"[{First},{Other}]", "--customer", "44")).Complaints,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("[7]", "[0]:", "must be a JSON object")]
    [InlineData(
        """[{"source":"s","id":"1","type":"visit","data":{"customer":{"id":"4"}}},{"source":"s","id":"2","type":"order.paid","data":{"customer":{"id":"4"},"orderId":"1","amount":"1,5","currency":"CNY"}}]""",
        "[1], data.amount",
        ""
    )]
    [InlineData(
        "{\"source\":\"s\",\"id\":\"1\",\"type\":\"visit\",\"data\":{\"customer\":{\"id\":\"4\"}}}\n{\"source\":\"s\",\"id\":\"2\",\"type\":\"sold\",\"data\":{\"customer\":{\"id\":\"4\"}}}",
        "line 2, type",
        "is not known"
    )]
    [InlineData("{\"source\":\"s\",\"id\":\"1\",\"type\":\"visit\",\"data\":{\"customer\":{\"id\":\"4\"}}}\n{\"source\":", "line 2:", "")]
    [InlineData("{", ":", "")]
    public async Task What_cannot_be_read_is_named_by_file_place_and_field(string facts, string place, string problem)
    {
        var (code, printed, complaints) = await Decide(facts);
        Assert.Equal((1, ""), (code, printed));
        Assert.Contains(Path.Combine(folder, "facts"), complaints, StringComparison.Ordinal);
        Assert.Contains(place, complaints, StringComparison.Ordinal);
        Assert.Contains(problem, complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Percentiles_need_a_calibration_and_take_it_from_a_file()
    {
        var (code, _, complaints) = await Run(
            "decide",
            "--facts",
            File_("facts", First),
            "--standard",
            "retail",
            "--now",
            "2026-02-10T00:00:00Z"
        );
        Assert.Equal(1, code);
        Assert.Contains("The bands of monetary are percentiles of the base: give a calibration", complaints, StringComparison.Ordinal);
        var calibration = File_("calibration", CalibrationText.Write(SampleBase.Of("retail").Calibration));
        Assert.Equal(
            0,
            (
                await Run(
                    "decide",
                    "--facts",
                    File_("facts", First),
                    "--standard",
                    "retail",
                    "--now",
                    "2026-02-10T00:00:00Z",
                    "--calibration",
                    calibration
                )
            ).Code
        );
        Assert.Contains(
            "cannot be relied on",
            (await Run("standards", "lint", "retail", "--calibration", File_("wrong", "[]"))).Complaints,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Lint_ends_with_1_for_errors_and_0_for_warnings()
    {
        var (good, _, _) = await Run("standards", "lint", File_("good", Make.StandardJson), "--json");
        var (bad, printed, _) = await Run(
            "standards",
            "lint",
            File_("bad", Make.StandardJson.Replace("\"weight\": 30", "\"weight\": 31", StringComparison.Ordinal)),
            "--json"
        );
        var finding = Assert.Single(JsonDocument.Parse(printed).RootElement.GetProperty("findings").EnumerateArray());
        Assert.Equal((0, 1), (good, bad));
        Assert.Equal(("error", "dimensions"), (finding.GetProperty("severity").GetString(), finding.GetProperty("path").GetString()));
        Assert.Contains(
            "稳定措施",
            (await Run("standards", "lint", File_("good", Make.StandardJson), "--language", "zh")).Printed,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Templates_and_the_schema_are_printed_as_they_are()
    {
        Assert.Contains("retail ", (await Run("standards", "templates")).Printed, StringComparison.Ordinal);
        Assert.NotNull(StandardReader.Read((await Run("standards", "templates", "b2b", "--language", "zh-CN")).Printed, out _));
        Assert.Equal(StandardSchema.Json, (await Run("standards", "schema")).Printed);
        Assert.Equal(2, (await Run("standards", "templates", "farming")).Code);
    }

    [Fact]
    public async Task Suggestions_are_printed_as_a_table_and_as_JSON()
    {
        var calibration = File_("calibration", CalibrationText.Write(SampleBase.Of("education").Calibration));
        string[] words = ["standards", "suggest", "--standard", "education", "--calibration", calibration, "--shares", "5, 15,30,50%"];
        Assert.Contains("Proposed", (await Run(words)).Printed, StringComparison.Ordinal);
        var tiers = JsonDocument.Parse((await Run([.. words, "--json"])).Printed).RootElement.GetProperty("tiers");
        Assert.Equal(SampleBase.Customers, tiers.EnumerateArray().Sum(tier => tier.GetProperty("customers").GetInt32()), 2.0);
        Assert.Equal(2, (await Run([.. words[..^1], "5,95"])).Code);
    }

    [Fact]
    public async Task What_cannot_be_meant_is_refused_with_exit_code_2()
    {
        Assert.Equal(2, (await Run("decide", "--standard", "retail", "--now", "2026-02-10T00:00:00Z")).Code);
        Assert.Equal(2, (await Run("decide", "--facts", "x", "--standard", "retail", "--now", "tomorrow")).Code);
        Assert.Equal(
            2,
            (await Run("decide", "--facts", "x", "--standard", "retail", "--now", "2026-02-10T00:00:00Z", "--language", "fr")).Code
        );
        Assert.Equal(1, (await Run("decide", "--facts", "x", "--standard", "no-such-file", "--now", "2026-02-10T00:00:00Z")).Code);
    }

    private Task<(int Code, string Printed, string Complaints)> Decide(string facts, params string[] more) =>
        Run([
            "decide",
            "--facts",
            File_("facts", facts),
            "--standard",
            File_("standard", Make.StandardJson),
            "--now",
            "2026-02-10T00:00:00Z",
            .. more,
        ]);

    private string File_(string name, string text) => File_(name, System.Text.Encoding.UTF8.GetBytes(text));

    private string File_(string name, byte[] bytes)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static async Task<(int Code, string Printed, string Complaints)> Run(params string[] words)
    {
        var (printed, complaints) = (new StringWriter(), new StringWriter());
        ICommand[] commands = [new DecideCommand(), new LintCommand(), new TemplatesCommand(), new SchemaCommand(), new SuggestCommand()];
        var code = await CommandLine.Run(
            commands,
            words,
            new Terminal(printed, complaints, false, TimeProvider.System, _ => null),
            default
        );
        return (code, printed.ToString(), complaints.ToString());
    }
}
