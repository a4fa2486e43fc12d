using System.Globalization;
using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Models;
using CrmFunctions.Cli.Rfm;

namespace CrmFunctions.UnitTests.ValueModels;

/// <summary>Files as shops export them, run through the commands.</summary>
public sealed class InvoiceFileTests : IDisposable
{
    private const string Columns = "customer=CustomerID,date=InvoiceDate,amount=Amount";
    private readonly string folder = Directory.CreateTempSubdirectory("crm-invoices-").FullName;

    public void Dispose() => Directory.Delete(folder, true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_base_without_a_lost_customer_is_degenerate_and_the_chosen_rules_are_no_worse_than_the_plain_one(int seed)
    {
        var file = Written(InvoiceFile.Of(500, seed, "M/d/yyyy H:mm", amount: true));
        var (code, printed, complaints) = await Run(
            "models",
            "backtest",
            "--transactions",
            file,
            "--columns",
            Columns,
            "--calibration-end",
            "2026-08-31",
            "--horizon-days",
            "90",
            "--json"
        );
        Assert.Equal(0, code);
        Assert.Matches(@"\d+ rows \(\d+, \d+, \d+, \d+, \d+, …\) without a customer in column 'CustomerID' were left out", complaints);
        var report = JsonDocument.Parse(printed).RootElement;
        Assert.Contains("no-dropout-detected", report.GetProperty("warnings").ToString(), StringComparison.Ordinal);
        Assert.Contains("fell-back", report.GetProperty("warnings").ToString(), StringComparison.Ordinal);
        Assert.Equal("nbd", report.GetProperty("value").GetProperty("model").GetString());
        foreach (var population in report.GetProperty("populations").EnumerateArray())
        {
            double Auc(string rule) =>
                population
                    .GetProperty("rules")
                    .EnumerateArray()
                    .Single(each => each.GetProperty("rule").GetString() == rule)
                    .GetProperty("auc")
                    .GetDouble();
            var chosen = population.GetProperty("chosen").GetString()!;
            Assert.True(Auc(chosen) >= Auc("recency") - 0.005, $"{population}");
        }
    }

    [Fact]
    public async Task However_dates_and_amounts_are_written_the_segments_are_the_same()
    {
        var american = await Rfm(Written(InvoiceFile.Of(60, 3, "M/d/yyyy H:mm", amount: true)), Columns);
        var iso = await Rfm(
            Written(InvoiceFile.Of(60, 3, "yyyy-MM-dd HH:mm:ss", amount: false)),
            "customer=CustomerID,date=InvoiceDate,quantity=Quantity,price=UnitPrice"
        );
        var german = await Rfm(Written(InvoiceFile.Of(60, 3, "dd.MM.yyyy HH:mm", amount: true)), Columns);
        Assert.Equal(0, american.Code);
        Assert.Equal(american.Printed, iso.Printed);
        Assert.Equal(american.Printed, german.Printed);
        Assert.InRange(american.Printed.Split('\n').Length, 50, 63);
    }

    [Fact]
    public async Task Lines_of_one_invoice_are_one_order_where_the_column_is_named_and_what_was_cancelled_is_taken_off()
    {
        var file = Written(
            "invoice,who,day,amount\n1,a,12/13/2026 8:26,10\n1,a,12/13/2026 8:26,5\n2,a,12/14/2026 9:00,7\nC2,a,12/15/2026 9:00,-7\n3,b,12/13/2026 8:26,1\nC1,a,12/16/2026 9:00,-5\n"
        );
        var lines = (await Rfm(file, "customer=who,date=day,amount=amount,order=invoice")).Printed.Split('\n');
        Assert.StartsWith("a,11,1,10,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("b,11,1,1,", lines[2], StringComparison.Ordinal);
        Assert.StartsWith(
            "a,11,2,10,",
            (await Rfm(file, "customer=who,date=day,amount=amount")).Printed.Split('\n')[1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_named_and_ends_the_command_or_is_left_out_where_that_is_said()
    {
        var file = Written("customer,date,amount\na,2026-12-01,10\nb,2026-12-32,10\nNULL,2026-12-01,4\nc,2026-12-02,1O\nd,2026-12-03,3\n");
        var (code, _, complaints) = await Rfm(file, null);
        Assert.Equal(1, code);
        Assert.Contains("row 3, column 'date': '2026-12-32' is not a date", complaints, StringComparison.Ordinal);

        var lenient = await Run("rfm", "--orders", file, "--as-of", "2026-12-24", "--skip-unreadable");
        Assert.Equal(0, lenient.Code);
        Assert.Contains("2 rows (3, 5) that cannot be read were left out. The first:", lenient.Complaints, StringComparison.Ordinal);
        Assert.Contains("1 row (4) without a customer in column 'customer'", lenient.Complaints, StringComparison.Ordinal);
        Assert.Equal(["a", "d"], lenient.Printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line[..1]));
    }

    [Fact]
    public async Task Dates_that_can_be_read_both_ways_throughout_need_a_word()
    {
        var file = Written("customer,date,amount\na,3/4/2026 8:26,10\nb,5/6/2026,10\n");
        var (code, _, complaints) = await Rfm(file, null);
        Assert.Equal(1, code);
        Assert.Contains("--dates monthFirst or --dates dayFirst", complaints, StringComparison.Ordinal);
        Assert.Contains(
            "a,265,",
            (await Run("rfm", "--orders", file, "--as-of", "2026-12-24", "--dates", "dayFirst")).Printed,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "a,295,",
            (await Run("rfm", "--orders", file, "--as-of", "2026-12-24", "--dates", "monthFirst")).Printed,
            StringComparison.Ordinal
        );
        Assert.Equal(2, (await Run("rfm", "--orders", file, "--as-of", "2026-12-24", "--dates", "upside")).Code);
        Assert.Equal(2, (await Rfm(file, "customer=customer,date=date,price=amount")).Code);
    }

    private static Task<(int Code, string Printed, string Complaints)> Rfm(string file, string? columns) =>
        columns is null
            ? Run("rfm", "--orders", file, "--as-of", "2026-12-24")
            : Run("rfm", "--orders", file, "--as-of", "2026-12-24", "--columns", columns);

    private static async Task<(int Code, string Printed, string Complaints)> Run(params string[] words)
    {
        var (printed, complaints) = (new StringWriter(CultureInfo.InvariantCulture), new StringWriter(CultureInfo.InvariantCulture));
        var code = await CommandLine.Run(
            [new BacktestCommand(), new RfmCommand()],
            words,
            new Terminal(printed, complaints, false, TimeProvider.System, _ => null),
            default
        );
        return (code, printed.ToString().ReplaceLineEndings("\n"), complaints.ToString());
    }

    private string Written(string text)
    {
        var file = Path.Combine(folder, $"{Guid.NewGuid():N}.csv");
        File.WriteAllText(file, text);
        return file;
    }
}
