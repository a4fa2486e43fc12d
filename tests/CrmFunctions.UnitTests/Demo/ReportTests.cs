using System.Text.Json;
using System.Text.RegularExpressions;
using CrmFunctions.Cli;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo;

namespace CrmFunctions.UnitTests.Demo;

public sealed class ReportTests : IAsyncLifetime
{
    private StubApp app = null!;

    public async Task InitializeAsync() => app = await StubApp.Start();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task The_English_report_has_the_figures_the_table_three_receipts_and_the_warnings()
    {
        var (code, text, _) = await Run("demo run --customers 60", "en_GB.UTF-8");
        Assert.Equal(0, code);
        Assert.Contains("Customer tiers as of 2026-06-30 22:00 UTC", text, StringComparison.Ordinal);
        Assert.Matches(@"\| A Diamond +\| +1 \| +0 \| +1 \|", text);
        Assert.Matches(@"\| C +\| +1 \| +1 \| +2 \|", text);
        Assert.Contains("5.00 on tables, 3.00 on the service bus", text, StringComparison.Ordinal);
        Assert.All(["c1", "c2", "c3"], c => Assert.Contains($"Customer {c}\n  {c} is Diamond.", text, StringComparison.Ordinal));
        Assert.Contains("Purchase model: NBD (the base does not show that customers leave", text, StringComparison.Ordinal);
        Assert.Contains("c2: 62 % not to order within 90 days.", text, StringComparison.Ordinal);
        Assert.Contains(
            "What mei has to do today: 7 (visits take 3.5 h)\n  [Revisit] Ada (worth 1,200 CNY a year): Visit planned.\n  and 6 more.",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("  c2 win-back → email: never agreed", text, StringComparison.Ordinal);
        Assert.Contains(
            "Churn warnings today: 2 customers\n  c2 (since 2026-05-01): Silent for 60 days.\n  and 1 more.",
            text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_Chinese_report_is_Chinese_but_for_the_lines_for_machines()
    {
        var (_, text, _) = await Run("demo run --customers 60", "zh_CN.UTF-8");
        Assert.Contains("客户分层报告，截至 2026-06-30 22:00 UTC", text, StringComparison.Ordinal);
        Assert.Matches(@"\| A 钻石 +\| +1 \| +0 \| +1 \|", text);
        Assert.Contains("客户 c1\n  c1 是钻石。", text, StringComparison.Ordinal);
        Assert.Contains("购买模型：购买模型（NBD；看不出有人流失", text, StringComparison.Ordinal);
        Assert.Contains("c2：未来 90 天不下单的概率 62%。", text, StringComparison.Ordinal);
        Assert.Contains("c2（自 2026-05-01 起）：沉默 60 天。", text, StringComparison.Ordinal);
        var words = Regex.Matches(text, "[A-Za-z]{4,}").Select(m => m.Value).Except(["active", "churned", "value", "back", "email"]);
        Assert.Equal(["Customers", "Events", "Orders", "State", "hash"], words);
    }

    [Theory]
    [InlineData("en_GB.UTF-8")]
    [InlineData("zh_CN.UTF-8")]
    public async Task The_last_lines_are_for_machines_in_every_language(string lang)
    {
        var (_, text, _) = await Run("demo report", lang);
        Assert.EndsWith("\nCustomers: 3\nEvents: 0\nOrders: 5\nState hash: h0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_all_there_is_on_the_output_and_progress_goes_to_the_error_stream()
    {
        var (code, text, error) = await Run("demo run --customers 60 --json", "en_GB.UTF-8");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(text);
        Assert.Equal("c1", json.RootElement.GetProperty("receipts")[0].GetProperty("customerId").GetString());
        Assert.Equal(2, json.RootElement.GetProperty("churnWarnings").GetProperty("count").GetInt32());
        Assert.Matches(@"Loading [\d,]+ / [\d,]+ \(100 %\)", error);
    }

    [Fact]
    public async Task An_event_of_the_generated_base_that_is_refused_is_a_failure()
    {
        app.Refuses.Add(new Cli.Demo.Data.GeneratedBase(1, 60).Events[0].Id);
        var (code, text, error) = await Run("demo run --customers 60", "en_GB.UTF-8");
        Assert.Equal(1, code);
        Assert.Contains("Refused 1, such as:", text, StringComparison.Ordinal);
        Assert.Contains("Events of the generated base were refused", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_sent()
    {
        var (terminal, _, error) = Make.Terminal();
        Assert.Equal(2, await CommandLine.Run([new ReportCommand()], ["demo", "report"], terminal, CancellationToken.None));
        Assert.Contains("--key is missing", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh_CN.UTF-8", "", "", "zh-CN")]
    [InlineData("", "zh_TW", "en_US", "zh-CN")]
    [InlineData("", "", "zh", "zh-CN")]
    [InlineData("C", "zh_CN", "zh_CN", "en")]
    [InlineData("", "", "", "en")]
    public void The_language_is_that_of_the_first_variable_that_is_set(string all, string messages, string lang, string language)
    {
        var variables = new Dictionary<string, string?>
        {
            ["LC_ALL"] = all,
            ["LC_MESSAGES"] = messages,
            ["LANG"] = lang,
        };
        Assert.Equal(language, Texts.LanguageOf(variables.GetValueOrDefault));
    }

    [Fact]
    public void Every_text_exists_in_both_languages_with_the_same_values_in_it()
    {
        static IEnumerable<string> Values(string text) => Regex.Matches(text, @"\{\d[^}]*\}").Select(m => m.Value).Order();
        Assert.All(
            Texts.All,
            entry =>
            {
                Assert.Equal(["en", "zh-CN"], entry.Value.Keys.Order());
                Assert.Equal(Values(entry.Value["en"]), Values(entry.Value["zh-CN"]));
            }
        );
    }

    private async Task<(int Code, string Output, string Error)> Run(string line, string lang)
    {
        var (terminal, output, error) = Make.Terminal(lang, variables: [("CRM_URL", app.Address.ToString()), ("CRM_KEY", StubApp.Key)]);
        var code = await CommandLine.Run([new RunCommand(), new ReportCommand()], line.Split(' '), terminal, CancellationToken.None);
        return (code, output.ToString().ReplaceLineEndings("\n"), error.ToString());
    }
}
