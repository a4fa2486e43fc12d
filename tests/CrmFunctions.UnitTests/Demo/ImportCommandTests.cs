using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Importing;

namespace CrmFunctions.UnitTests.Demo;

public sealed class ImportCommandTests : IAsyncLifetime
{
    private const string Orders = "id,date,amount\n1,2026-01-01,5\n2,2026-01-01,6\n3,2026-01-01,n/a\n";

    private StubApp app = null!;

    public async Task InitializeAsync() => app = await StubApp.Start();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Theory]
    [InlineData(
        "en_GB.UTF-8",
        "UTF-8, separated by ,; customer=id; decimals point, dates open, currency CNY, time zone Asia/Shanghai.",
        "3 rows: 2 new, 0 known, 1 refused (import i"
    )]
    [InlineData(
        "zh_CN.UTF-8",
        "编码 UTF-8，分隔符 ,；customer=id；小数点 point，日期顺序 未定，币种 CNY，时区 Asia/Shanghai。",
        "共 3 行：新收 2，已有 0，拒收 1（导入 i"
    )]
    public async Task A_file_is_previewed_imported_with_its_progress_and_its_refused_rows_are_named(
        string language,
        string read,
        string done
    )
    {
        var path = Make.File(Orders);

        var (code, output, error) = await Run(language, path, "--columns", "customer=id,date=date,amount=amount", "--decimals", "point");

        Assert.Equal(0, code);
        Assert.Contains(read, output, StringComparison.Ordinal);
        Assert.Contains("(100 %)", output, StringComparison.Ordinal);
        Assert.Contains(done, output, StringComparison.Ordinal);
        Assert.Contains("n/a is no amount", error, StringComparison.Ordinal);
        Assert.Equal("?source=purchases&decimals=point&customer=id&date=date&amount=amount", Assert.Single(app.Queries));
    }

    [Fact]
    public async Task What_became_of_every_row_is_saved_as_CSV_and_a_dry_run_says_that_it_was_one()
    {
        var results = Path.Combine(Directory.CreateTempSubdirectory("crm-test-").FullName, "results.csv");

        var (code, output, _) = await Run("en", Make.File(Orders), "--dry-run", "--results", results, "--source", "till");

        Assert.Equal(0, code);
        Assert.Contains("nothing was written", output, StringComparison.Ordinal);
        Assert.Equal("row,status,column,problem\r\n2,accepted,,\r\n", await File.ReadAllTextAsync(results));
        Assert.Equal("?source=till&dryRun=true", Assert.Single(app.Queries));
    }

    [Fact]
    public async Task A_file_is_sent_chunked_lest_the_host_read_all_of_it_into_memory()
    {
        Assert.Equal(0, (await Run("en", Make.File(Orders))).Code);

        Assert.Null(Assert.Single(app.FileLengths));
    }

    [Fact]
    public async Task A_preview_imports_nothing_and_fails_where_the_file_would_be_refused()
    {
        Assert.Equal(0, (await Run("en", Make.File(Orders), "--preview")).Code);
        var (code, _, error) = await Run("en", Make.File("id,date\n1,2026-01-01\n"), "--preview");

        Assert.Equal(1, code);
        Assert.Contains("amount: no column is known", error, StringComparison.Ordinal);
        Assert.Empty(app.Queries);
    }

    [Theory]
    [InlineData("", "FILE is missing")]
    [InlineData("a.csv b.csv", "b.csv is one word too many: `crm import` takes FILE")]
    [InlineData("a.csv --columns price=x", "MEANING=NAME is wanted")]
    [InlineData("a.csv --colums x", "--colums is no option of `crm import`")]
    public async Task What_cannot_be_meant_is_refused(string words, string part)
    {
        var (code, _, error) = await Run("en", words.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, code);
        Assert.Contains(part, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var (code, _, error) = await Run("en", "/nowhere/orders.csv");

        Assert.Equal(1, code);
        Assert.Contains("/nowhere/orders.csv", error, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> Run(string language, params string[] words)
    {
        var (terminal, output, error) = Make.Terminal(language, null, ("CRM_URL", app.Address.ToString()), ("CRM_KEY", StubApp.Key));
        var code = await CommandLine.Run([new ImportCommand()], ["import", .. words], terminal, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
