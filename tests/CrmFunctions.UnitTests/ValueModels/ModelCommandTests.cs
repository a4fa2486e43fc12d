using System.Globalization;
using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Models;
using CrmFunctions.Cli.Rfm;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.UnitTests.ValueModels;

/// <summary>The commands as an analyst calls them: what they print, how they refuse.</summary>
public sealed class ModelCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crm-models-").FullName;

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public async Task Fit_prints_parameters_likelihood_and_convergence_as_json()
    {
        var (code, printed, _) = await Run("models", "fit", "--model", "mbg-cnbd", "--summary", Simulated(), "--json");
        var fit = JsonDocument.Parse(printed).RootElement;
        Assert.Equal(0, code);
        Assert.Equal("mbg-cnbd", fit.GetProperty("model").GetString());
        Assert.Equal(["a", "alpha", "b", "k", "r"], fit.GetProperty("parameters").EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal(1200, fit.GetProperty("customers").GetInt32());
        Assert.True(fit.GetProperty("converged").GetBoolean());
        Assert.Equal(0, fit.GetProperty("warnings").GetArrayLength());
        Assert.InRange(fit.GetProperty("distinct").GetInt32(), 1, 1200);
    }

    [Fact]
    public async Task Predict_prints_a_row_for_each_customer_with_twelve_digits()
    {
        var file = File_("cust,x,t.x,T.cal\n\"Li, Wei\",2,30.43,38.86\n2,0,0,38.86\n");
        var (code, printed, _) = await Run(
            "models",
            "predict",
            "--model",
            "bg-nbd",
            "--summary",
            file,
            "--parameters",
            "{\"r\":0.243,\"alpha\":4.414,\"a\":0.793,\"b\":2.426}",
            "--horizon",
            "39"
        );
        var lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(0, code);
        Assert.Equal("cust,pAlive,expected,pNoOrder", lines[0].Trim());
        Assert.StartsWith("\"Li, Wei\",0.726", lines[1], StringComparison.Ordinal);
        Assert.Equal(1.226, double.Parse(lines[1].Split(',')[3], CultureInfo.InvariantCulture), 1e-3);
        Assert.StartsWith("2,1,", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_leaves_P_alive_empty_where_no_model_with_leaving_is_usable()
    {
        var rows = PurchaseSimulation
            .From(BetaGeometricModel.BgNbd(1.2, 8, 1e-6, 1), new(2), _ => 40)
            .Take(1500)
            .Select((h, i) => Row(i, h));
        var (code, printed, complaints) = await Run(
            "models",
            "predict",
            "--model",
            "bg-nbd",
            "--fit",
            "--horizon",
            "10",
            "--summary",
            File_("cust,x,t.x,T.cal,litt\n" + string.Concat(rows))
        );
        Assert.Equal(0, code);
        Assert.Contains("no-dropout-detected", complaints, StringComparison.Ordinal);
        Assert.Contains("fell-back", complaints, StringComparison.Ordinal);
        Assert.Equal("", printed.Split('\n')[1].Split(',')[1]);
    }

    [Theory]
    [InlineData("1,2,3,4\n2,abc,3,4\n", "row 3, column 'x': 'abc'")]
    [InlineData("1,1,9,4\n", "row 2: column 'T.cal'")]
    [InlineData("1,0,3,4\n", "row 2: column 't.x'")]
    [InlineData("1,1,3\n", "row 2: column 'T.cal' is missing")]
    [InlineData("", "no customer")]
    public async Task A_wrong_row_is_named_with_its_column(string rows, string expected)
    {
        var (code, _, complaints) = await Run("models", "fit", "--model", "bg-nbd", "--summary", File_("cust,x,t.x,T.cal\n" + rows));
        Assert.Equal(1, code);
        Assert.Contains(expected, complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_meant_is_refused_with_exit_code_2()
    {
        Assert.Equal(2, (await Run("models", "fit", "--model", "magic", "--summary", "x.csv")).Code);
        Assert.Equal(2, (await Run("models", "predict", "--model", "bg-nbd", "--summary", "x.csv", "--horizon", "3")).Code);
        Assert.Equal(
            2,
            (
                await Run("models", "predict", "--model", "bg-nbd", "--summary", Simulated(), "--parameters", "{\"r\":1}", "--horizon", "3")
            ).Code
        );
        Assert.Equal(2, (await Run("rfm", "--orders", "x.csv", "--as-of", "soon")).Code);
        Assert.Equal(1, (await Run("models", "fit", "--model", "bg-nbd", "--summary", Path.Combine(folder, "missing.csv"))).Code);
    }

    [Fact]
    public async Task Rfm_reads_dates_of_three_kinds_nets_refunds_and_names_segments()
    {
        var file = File_(
            "who;when;paid\na;20260601;10.50\na;2026-06-20;20\nb;2026-06-29T23:30:00-02:00;5\nb;2026-06-10;7\nb;2026-06-30;-7\n;2026-06-01;3\n"
        );
        var (code, printed, complaints) = await Run(
            "rfm",
            "--orders",
            file,
            "--columns",
            "customer=who,date=when,amount=paid",
            "--as-of",
            "2026-06-30"
        );
        Assert.Equal(0, code);
        Assert.Equal(
            ["customer,recencyDays,frequency,monetary,r,f,m,segment", "a,10,2,30.5,1,5,5,cant_loose", "b,0,1,5,5,1,1,new_customers"],
            printed.Split('\n').Select(line => line.Trim()).SkipLast(1)
        );
        Assert.Contains("1 row (7) without a customer", complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backtest_shows_every_population_and_rule_as_json()
    {
        var random = new Random(3);
        var rows = Enumerable
            .Range(0, 4000)
            .Select(_ => $"c{random.Next(400)},{new DateOnly(2025, 1, 1).AddDays(random.Next(365)):yyyy-MM-dd},{random.Next(-20, 80)}\n");
        var (code, printed, _) = await Run(
            "models",
            "backtest",
            "--transactions",
            File_("customer,date,amount\n" + string.Concat(rows)),
            "--calibration-end",
            "2025-09-30",
            "--horizon-days",
            "90",
            "--json"
        );
        var report = JsonDocument.Parse(printed).RootElement;
        Assert.Equal(0, code);
        Assert.Equal(
            ["all", "repeat", "active"],
            report.GetProperty("populations").EnumerateArray().Select(p => p.GetProperty("population").GetString())
        );
        Assert.Contains(report.GetProperty("chosen").GetString(), new[] { "recency", "no-order", "cadence", "logistic", "blend" });
        Assert.True(report.GetProperty("value").GetProperty("topDecileShare").GetDouble() > 0);
    }

    private static string Row(int i, PurchaseHistory h) =>
        string.Create(CultureInfo.InvariantCulture, $"{i},{h.Repeats},{h.LastAt:R},{h.Age:R},{h.LogGaps:R}\n");

    private string Simulated() =>
        File_(
            "cust,x,t.x,T.cal,litt\n"
                + string.Concat(
                    PurchaseSimulation
                        .From(BetaGeometricModel.MbgCnbd(2, 1.3, 2.8, 0.6, 1.2), new(4), _ => 52)
                        .Take(1200)
                        .Select((h, i) => Row(i, h))
                )
        );

    private string File_(string text)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.csv");
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<(int Code, string Printed, string Complaints)> Run(params string[] words)
    {
        var (printed, complaints) = (new StringWriter(), new StringWriter());
        ICommand[] commands = [new FitCommand(), new PredictCommand(), new BacktestCommand(), new RfmCommand()];
        var code = await CommandLine.Run(
            commands,
            words,
            new Terminal(printed, complaints, false, TimeProvider.System, _ => null),
            default
        );
        return (code, printed.ToString(), complaints.ToString());
    }
}
