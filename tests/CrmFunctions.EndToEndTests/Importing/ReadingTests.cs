using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Importing;
using CrmFunctions.EndToEndTests.Input;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Importing;

/// <summary>How a file is read: its columns, its notation, what is said of it beforehand, and what is done only on trial.</summary>
public sealed class ReadingTests(ImportSuite suite) : IClassFixture<ImportSuite>
{
    private static readonly byte[] germanExcel =
    [
        .. Encoding.UTF8.GetPreamble(),
        .. "Kundennr;Datum;Betrag;E-Mail\r\n1;24.12.2025;1.234,56;a@example.com\r\n2;5.1.2026;\"7,10 €\";b@example.com\r\n"u8,
    ];

    static ReadingTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Fact]
    public async Task A_preview_says_how_a_file_of_a_German_Excel_would_be_read_and_keeps_nothing()
    {
        var before = await suite.Kept();

        var preview = await suite.Preview(
            germanExcel,
            "source=till&customer=Kundennr&date=Datum&amount=Betrag&currency=EUR&timeZone=Europe/Berlin"
        );

        Assert.Equal(
            ("UTF-8 with a byte order mark", ";", 2),
            ((string)preview["encoding"]!, (string)preview["separator"]!, (int)preview["rows"]!)
        );
        Assert.Equal("comma", (string)preview["mapping"]!["decimals"]!);
        Assert.Equal(["1234.56", "7.10"], preview["events"]!.AsArray().Select(row => (string)row!["data"]!["amount"]!));
        Assert.Equal("2025-12-23T23:00:00+00:00", (string)preview["events"]![0]!["time"]!);
        Assert.Empty(preview["problems"]!.AsArray());
        Assert.Equal(before, await suite.Kept());
    }

    [Fact]
    public async Task A_file_of_a_Chinese_Excel_needs_no_column_named()
    {
        var file = Encoding
            .GetEncoding("gb18030")
            .GetBytes(
                "订单编号,会员号,手机号码,姓名,付款时间,实付金额（元）\r\nA1,7,13800138000,张三,2026/1/5 9:30,\"1,299.90\"\r\nA1,7,13800138000,张三,2026/1/6 9:30,-299.90\r\nA2,8,,李四,2026年1月6日,88元\r\n"
            );

        var preview = await suite.Preview(file, "source=pos");
        var import = await suite.Import(file, "source=pos");

        Assert.Equal("GB18030", (string)preview["encoding"]!);
        Assert.Equal(["order.paid", "order.refunded", "order.paid"], preview["events"]!.AsArray().Select(row => (string)row!["type"]!));
        Assert.Equal((3, 0, 0), ImportSuite.Counts(import));
        Assert.Equal("会员号", (string)import["mapping"]!["columns"]!["customer"]!);
        await suite.Suite.Settle();
        var customer = await suite.Suite.Customer("pos:7");
        Assert.Equal(1, (int)customer["orders"]!);
        Assert.Equal("张三", (string)customer["profile"]!["name"]!["value"]!);
    }

    [Fact]
    public async Task A_preview_of_a_beginning_leaves_out_the_row_that_the_cut_goes_through_and_leaves_open_what_later_rows_may_say()
    {
        var rows =
            "customer,date,amount,note\n"
            + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},3/4/2025,1,{new string('注', 2000)}\n"));

        var preview = await suite.Preview(Encoding.UTF8.GetBytes(rows), ImportSuite.Query("cut"));

        // 256 KiB hold 43 whole rows of 6,018 bytes, and a part of the next.
        Assert.Equal(43, (int)preview["rows"]!);
        Assert.Empty(preview["problems"]!.AsArray());
        Assert.Empty(preview["errors"]!.AsArray());
        Assert.Null(preview["mapping"]!["dates"]);
    }

    [Fact]
    public async Task A_preview_says_why_a_file_would_be_refused_and_which_rows_would_be()
    {
        var unmapped = await suite.Preview("a,b\n1,2\n"u8.ToArray(), "source=p");
        var open = await suite.Preview("customer,date,amount\n1,3/4/2025,5\n"u8.ToArray(), ImportSuite.Query("p"));
        var rows = await suite.Preview("customer,date,amount\n1,2026-01-01,much\n,2026-01-01,5\n"u8.ToArray(), ImportSuite.Query("p"));

        Assert.Equal(["date", "amount", "customer"], unmapped["problems"]!.AsArray().Select(problem => (string)problem!["field"]!));
        Assert.Equal(["dates"], open["problems"]!.AsArray().Select(problem => (string)problem!["field"]!));
        Assert.Equal(
            [(2, "amount"), (3, "customer")],
            rows["errors"]!.AsArray().Select(error => ((int)error!["row"]!, (string)error["column"]!))
        );
    }

    [Theory]
    [InlineData("3/4/2025", "5", "dates")]
    [InlineData("2026-01-01", "1.234", "decimals")]
    public async Task A_file_that_can_be_read_in_two_ways_is_refused_whole_and_says_what_to_send(string date, string amount, string field)
    {
        var file = $"customer,date,amount\n1,,\n1,{date},{amount}\n";
        var before = await suite.Kept();

        var refused = (await suite.Upload(file, ImportSuite.Query("open"))).Problem(400, "invalid-import");

        Assert.Equal([field], Answer.Fields(refused));
        var (column, value) = field == "dates" ? ("date", date) : ("amount", amount);
        Assert.StartsWith(
            $"column '{column}': '{value}' in row 3 can be read in two ways",
            (string)refused["errors"]![0]!["message"]!,
            StringComparison.Ordinal
        );
        Assert.Equal(before, await suite.Kept());
        var said = await suite.Import(file, ImportSuite.Query("open", field == "dates" ? "&dates=month" : "&decimals=comma"));
        Assert.Equal((1, 0, 1), ImportSuite.Counts(said));
    }

    [Fact]
    public async Task A_row_written_the_other_way_is_refused_by_itself_and_never_misread()
    {
        var import = await suite.Import(
            "customer,date,amount\n1,25/1/2026,\"1.234,50\"\n1,26/1/2026,\"12,00\"\n1,1/27/2026,\"12,00\"\n1,27/1/2026,12.50\n",
            ImportSuite.Query("mixed")
        );

        Assert.Equal((2, 0, 2), ImportSuite.Counts(import));
        Assert.Equal(
            [(4, "date"), (5, "amount")],
            import["errors"]!.AsArray().Select(error => ((int)error!["row"]!, (string)error["column"]!))
        );
        Assert.Equal(("comma", "day"), ((string)import["mapping"]!["decimals"]!, (string)import["mapping"]!["dates"]!));
    }

    [Fact]
    public async Task A_dry_run_checks_every_row_and_writes_nothing_to_the_log()
    {
        const string file = "customer,date,amount\n1,2026-01-01,10.00\n2,2026-01-01,much\n1,2026-01-01,10.00\n";
        var events = await Count("dry");

        var dry = await suite.Import(file, ImportSuite.Query("dry", "&dryRun=true"));

        Assert.Equal((2, 0, 1), ImportSuite.Counts(dry));
        Assert.True((bool)dry["dryRun"]!);
        Assert.Equal(["accepted", "refused", "accepted"], (await suite.Rows(dry)).Select(row => (string)row["status"]!));
        Assert.Equal((0, 0), (events, await Count("dry")));

        Assert.Equal((2, 0, 1), ImportSuite.Counts(await suite.Import(file, ImportSuite.Query("dry"))));
        Assert.Equal((0, 2, 1), ImportSuite.Counts(await suite.Import(file, ImportSuite.Query("dry", "&dryRun=true"))));
        Assert.Equal(2, await Count("dry"));
    }

    [Fact]
    public async Task A_file_of_customers_is_customers_with_its_other_columns_as_attributes()
    {
        const string file =
            "会员号,姓名,邮箱,行业,员工数,邮编,重点\n1,张三,z@example.com,制造,250,010020,true\n2,李四,,零售,12.5,,false\n,王五,,,,,\n";

        var import = await suite.Import(file, "source=hubspot&kind=customers");
        var again = await suite.Import(file, "source=hubspot&kind=customers");

        Assert.Equal((2, 0, 1), ImportSuite.Counts(import));
        Assert.Equal((0, 2, 1), ImportSuite.Counts(again));
        await suite.Suite.Settle();
        var id = (string)(await suite.Suite.Customer("hubspot:1"))["customerId"]!;
        var data = (await suite.Suite.Get($"customers/{id}/timeline"))["items"]![0]!["data"]!;
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse("""{"行业":"制造","员工数":250,"邮编":"010020","重点":true}"""), data["attributes"]),
            data.ToJsonString()
        );
    }

    [Fact]
    public async Task The_currency_of_a_row_is_its_column_s_and_where_that_is_empty_the_file_s()
    {
        var import = await suite.Import(
            "customer,date,amount,cur\n1,2026-01-01,5.00,eur\n1,2026-01-02,5.50,\n1,2026-01-03,5.00,XXX\n1,2026-01-04,$5,usd\n",
            ImportSuite.Query("currencies", "&currencyColumn=cur&currency=CNY")
        );

        Assert.Equal((3, 0, 1), ImportSuite.Counts(import));
        Assert.Equal([(4, "cur")], import["errors"]!.AsArray().Select(error => ((int)error!["row"]!, (string)error["column"]!)).Distinct());
    }

    [Fact]
    public async Task The_results_as_CSV_open_in_a_spreadsheet_and_run_nothing_there()
    {
        var import = await suite.Import(
            "customer,date,\"=HYPERLINK(\"\"http://evil\"\")\"\n1,2026-01-01,5\n2,2026-01-01,@SUM(A1)\n",
            "source=formula&customer=customer&date=date&amount=%3DHYPERLINK(%22http%3A%2F%2Fevil%22)"
        );

        var bytes = await suite.Suite.Client.GetByteArrayAsync(
            new Uri($"api/imports/{(string)import["id"]!}/rows?format=csv", UriKind.Relative)
        );

        Assert.Equal(Encoding.UTF8.GetPreamble(), bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n");
        Assert.Equal("row,status,column,problem", lines[0]);
        Assert.Equal("2,accepted,,", lines[1]);
        Assert.StartsWith("3,refused,\"'=HYPERLINK(\"\"http://evil\"\")\",\"'", lines[2], StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public async Task The_program_imports_a_file_and_saves_what_became_of_its_rows()
    {
        var folder = Directory.CreateTempSubdirectory("crm-import-");
        var (path, results) = (Path.Combine(folder.FullName, "kasse.csv"), Path.Combine(folder.FullName, "results.csv"));
        await File.WriteAllBytesAsync(path, germanExcel);
        string[] words =
        [
            "import",
            path,
            "--columns",
            "customer=Kundennr,date=Datum,amount=Betrag",
            "--currency",
            "EUR",
            "--results",
            results,
            "--url",
            suite.Suite.Host.Address.ToString(),
        ];
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(output, error, false, TimeProvider.System, name => name == "CRM_KEY" ? Suite.AdminKey : null);

        Assert.Equal(ExitCode.Ok, await CommandLine.Run([new ImportCommand()], words, terminal, CancellationToken.None));
        Assert.Equal(ExitCode.Ok, await CommandLine.Run([new ImportCommand()], words, terminal, CancellationToken.None));

        Assert.Contains("2 rows: 2 new, 0 known, 0 refused", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 rows: 0 new, 2 known, 0 refused", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("2,duplicate,,", await File.ReadAllTextAsync(results), StringComparison.Ordinal);
        Assert.Equal(2, await Count("kasse"));
        folder.Delete(recursive: true);
    }

    private async Task<int> Count(string source)
    {
        var count = 0;
        await foreach (var _ in suite.Suite.Tables.Events.QueryAsync<Azure.Data.Tables.TableEntity>($"Source eq '{source}'"))
            count++;
        return count;
    }
}
