using System.Globalization;
using System.Text;
using CrmFunctions.EndToEndTests.Input;

namespace CrmFunctions.EndToEndTests.Importing;

public sealed class ImportTests(ImportSuite suite) : IClassFixture<ImportSuite>
{
    static ImportTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Fact]
    public async Task Every_row_has_its_result_and_every_bad_one_its_number_its_column_and_what_would_be_right()
    {
        var import = await suite.Import(
            "customer,date,amount\n1,2026-01-01,10.00\n2,31/31/2026,20.00\n,2026-01-01,30.00\n4,2026-01-01,much\n5,2027-01-01,50.00\n6,2026-01-01,60.00\n7,,70\n",
            ImportSuite.Query("rows")
        );

        Assert.Equal((2, 0, 5), ImportSuite.Counts(import));
        Assert.Equal((7, 7), ((int)import["rows"]!, (int)import["processed"]!));
        var rows = await suite.Rows(import);
        Assert.Equal([2, 3, 4, 5, 6, 7, 8], rows.Select(row => (int)row["row"]!));
        Assert.Equal(
            ["accepted", "refused", "refused", "refused", "refused", "accepted", "refused"],
            rows.Select(row => (string)row["status"]!)
        );
        Assert.Equal(
            [
                (3, "date", "'31/31/2026' is no date"),
                (4, "customer", "names nobody"),
                (5, "amount", "'much' is no amount"),
                (6, "date", "lies in the future"),
                (8, "date", "'' is no date"),
            ],
            rows.SelectMany(row => row["problems"]?.AsArray() ?? [])
                .Select(problem =>
                    (
                        (int)problem!["row"]!,
                        (string)problem["column"]!,
                        (
                            (string[])
                                ["'31/31/2026' is no date", "names nobody", "'much' is no amount", "lies in the future", "'' is no date"]
                        ).First(sentence => ((string)problem["problem"]!).Contains(sentence, StringComparison.Ordinal))
                    )
                )
        );
        Assert.Equal(5, import["errors"]!.AsArray().Count);
    }

    [Fact]
    public async Task Equal_rows_are_different_orders_and_the_same_file_again_changes_nothing()
    {
        const string file = "customer,date,amount\n1,20260101,10.00\n1,20260101,10.00\n1,20260101,10.00\n1,20260102,10.00\n";

        Assert.Equal((4, 0, 0), ImportSuite.Counts(await suite.Import(file, ImportSuite.Query("equal"))));
        await suite.Suite.Settle();
        var before = (string)(await suite.Suite.Get("reports/base"))["hash"]!;
        Assert.Equal((0, 4, 0), ImportSuite.Counts(await suite.Import(file, ImportSuite.Query("equal"))));
        await suite.Suite.Settle();

        Assert.Equal(before, (string)(await suite.Suite.Get("reports/base"))["hash"]!);
        Assert.Equal(4, (int)(await suite.Suite.Customer("equal:1"))["orders"]!);

        // Rows that are new among the old are new; a further equal row is a further order.
        Assert.Equal(
            (2, 4, 0),
            ImportSuite.Counts(await suite.Import(file + "1,20260101,10.00\n2,20260101,10.00\n", ImportSuite.Query("equal")))
        );
    }

    [Theory]
    [InlineData("gb18030", ",", "\n", false, false)]
    [InlineData("gb18030", ";", "\r\n", true, false)]
    [InlineData("utf-8", ";", "\n", false, false)]
    [InlineData("utf-8", "\t", "\n", false, false)]
    [InlineData("utf-8", ",", "\r\n", true, true)]
    [InlineData("utf-8", ",", "\r", false, false)]
    [InlineData("utf-16", ",", "\n", false, true)]
    [InlineData("utf-16BE", "\t", "\r\n", true, true)]
    [InlineData("utf-16", "\t", "\r\n", false, false)]
    // "Unicode text" of Excel.
    [InlineData("utf-16", "\t", "\r\n", true, true)]
    public async Task The_same_rows_in_another_encoding_or_notation_are_the_same_events(
        string encoding,
        string separator,
        string lineEnd,
        bool quoted,
        bool mark
    )
    {
        string[][] rows =
        [
            ["客户", "日期", "金额", "备注"],
            ["张三", "2026-01-05", "12.50", "第一单"],
            ["李四😀", "2026/1/6", "88.00", "镕"],
            ["王五", "20260107", "0.01", ""],
        ];
        string Text(string by, string end, bool quotes) =>
            string.Concat(rows.Select(row => string.Join(by, row.Select(field => quotes ? $"\"{field}\"" : field)) + end));
        var query = $"source=notation-{encoding}-{(int)separator[0]}-{lineEnd.Length}-{quoted}-{mark}&customer=客户&date=日期&amount=金额";
        var other = Encoding.GetEncoding(encoding);

        var first = await suite.Import(Text(",", "\n", false), query);
        var again = await suite.Import(
            (byte[])[.. mark ? other.GetPreamble() : [], .. other.GetBytes(Text(separator, lineEnd, quoted))],
            query
        );

        Assert.Equal((3, 0, 0), ImportSuite.Counts(first));
        Assert.Equal((0, 3, 0), ImportSuite.Counts(again));
    }

    [Fact]
    public async Task A_line_end_and_a_separator_and_a_quote_within_quotes_are_text()
    {
        var import = await suite.Import(
            "customer,name,date,amount\r\n1,\"An\"\"na\r\nline, two\",2026-01-01,1\r\n2,5\" pipe,2026-01-01,2\r\n\r\n",
            ImportSuite.Query("quoted", "&name=name")
        );

        Assert.Equal((2, 0, 0), ImportSuite.Counts(import));
        await suite.Suite.Settle();
        Assert.Equal("An\"na\r\nline, two", (string)(await suite.Suite.Customer("quoted:1"))["profile"]!["name"]!["value"]!);
        Assert.Equal("5\" pipe", (string)(await suite.Suite.Customer("quoted:2"))["profile"]!["name"]!["value"]!);
    }

    [Theory]
    [InlineData("customer,date,amount\n1,\"2026-01-01,1\n2,2026-01-01,2\n3,2026-01-01,3\n", "Row 2 has a quote that is not closed")]
    [InlineData(
        "customer,date,amount\n1,2026-01-01,1\n2,\"2026\"-01-01,2\n",
        "Row 3 has a quote that is not closed, or text after the closing one"
    )]
    [InlineData("\"customer,date,amount\n1,2026-01-01,1\n", "Row 1 has a quote that is not closed")]
    public async Task A_broken_quote_is_refused_before_it_swallows_the_rows_after_it(string file, string detail)
    {
        var answer = await suite.Upload(file, ImportSuite.Query("broken"));

        Assert.StartsWith(detail, (string)answer.Problem(400, "invalid-import")["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quote_never_closed_in_a_large_file_is_refused_too()
    {
        var file = "customer,date,amount\n1,\"2026-01-01,1\n" + string.Concat(Enumerable.Repeat("2,2026-01-01,2\n", 300_000));

        var answer = await suite.Upload(file, ImportSuite.Query("broken"));

        Assert.Contains("Row 2", (string)answer.Problem(400, "invalid-import")["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_turns_out_to_be_no_UTF_8_after_its_beginning_is_refused_and_never_imported_garbled()
    {
        var start = "customer,date,amount\n" + string.Concat(Enumerable.Repeat("1,2026-01-01,1\n", 10_000));
        byte[] file = [.. Encoding.UTF8.GetBytes(start), .. Encoding.GetEncoding("gb18030").GetBytes("张三,2026-01-01,1\n")];

        var answer = await suite.Upload(file, ImportSuite.Query("garbled"));

        Assert.Contains(
            "Row 10002 is neither UTF-8 nor GB18030",
            (string)answer.Problem(400, "invalid-import")["detail"]!,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Bytes_of_no_encoding_are_refused()
    {
        var answer = await suite.Upload(
            (byte[])[.. "customer,date,amount\n"u8, 0xFF, 0xFF, .. ",2026-01-01,1\n"u8],
            ImportSuite.Query("bytes")
        );

        answer.Problem(400, "invalid-import");
    }

    [Theory]
    [InlineData("", "empty-body")]
    [InlineData("\n\n", "empty-body")]
    [InlineData("\ufeff", "empty-body")]
    [InlineData("customer,date,amount", "invalid-import")]
    [InlineData("customer,date,amount\r\n\r\n", "invalid-import")]
    public async Task A_file_without_a_row_is_refused(string file, string type) =>
        (await suite.Upload(file, ImportSuite.Query("empty"))).Problem(400, type);

    [Fact]
    public async Task A_column_that_is_missing_is_named_with_those_that_are_there()
    {
        var answer = await suite.Upload("Kunde,Datum,Summe\n1,2026-01-01,1\n", "source=missing&customer=Kunde&date=date&amount=total");

        var errors = answer.Problem(400, "invalid-import")["errors"]!.AsArray();
        Assert.Equal(
            [
                ("date", "column 'date' is not in the heading; the file has Kunde, Datum, Summe"),
                ("amount", "column 'total' is not in the heading; the file has Kunde, Datum, Summe"),
            ],
            errors.Select(error => ((string)error!["field"]!, (string)error["message"]!))
        );
    }

    [Fact]
    public async Task What_is_sent_back_of_a_heading_is_short()
    {
        var answer = await suite.Upload(
            string.Join(',', Enumerable.Repeat(new string('x', 9000), 60)) + "\n1\n",
            ImportSuite.Query("long")
        );

        Assert.InRange(answer.Problem(400, "invalid-import").ToJsonString().Length, 1, 20_000);
    }

    [Fact]
    public async Task A_heading_longer_than_a_row_can_keep_is_refused()
    {
        var more = string.Join(',', Enumerable.Range(0, 4000).Select(i => $"column-{i}"));

        var answer = await suite.Upload($"customer,date,amount,{more}\n1,2026-01-01,1\n", ImportSuite.Query("wide"));

        Assert.Contains("heading is too long", (string)answer.Problem(400, "invalid-import")["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "source")]
    [InlineData("source=s", "date,amount,customer")]
    [InlineData("source=s&customer=c", "date,amount")]
    [InlineData("source=s&customer=c&date=d&amount=a&kind=things&dates=american&decimals=,&dryRun=yes", "kind,decimals,dates,dryRun")]
    [InlineData("source=%20&customer=c&date=d&amount=a", "source")]
    [InlineData("source=a%0Ab&customer=c&date=d&amount=a", "source")]
    [InlineData("source=s&customer=c&date=d&amount=a&currency=XXX&timeZone=Mars/Olympus", "currency,timeZone")]
    public async Task A_query_that_does_not_say_which_column_is_what_is_refused_with_all_that_is_missing(string query, string fields)
    {
        var answer = await suite.Upload("c,d,a\n1,2026-01-01,1\n", query);

        Assert.Equal(fields.Split(','), Answer.Fields(answer.Problem(400, "invalid-import")));
    }

    [Theory]
    [InlineData("application/json", null, 415, "media-type")]
    [InlineData("multipart/form-data", null, 415, "media-type")]
    [InlineData("text/csv", "gzip", 415, "content-encoding")]
    public async Task What_is_no_plain_CSV_is_refused(string contentType, string? encoding, int status, string type) =>
        (
            await suite.Upload("customer,date,amount\n1,2026-01-01,1\n"u8.ToArray(), ImportSuite.Query("kind"), contentType, encoding)
        ).Problem(status, type);

    [Theory]
    [InlineData("Text/CSV; charset=utf-8; header=present", null)]
    [InlineData("application/vnd.ms-excel", "identity")]
    public async Task A_CSV_file_by_any_of_its_names_is_taken(string contentType, string? encoding) =>
        Assert.Equal(
            202,
            (
                await suite.Upload("customer,date,amount\n1,2026-01-01,1\n"u8.ToArray(), ImportSuite.Query("kind"), contentType, encoding)
            ).Status
        );

    [Fact]
    public async Task Dates_in_several_notations_are_the_instants_they_mean_in_the_zone_of_the_file()
    {
        // Berlin: one hour ahead of UTC in winter, two in summer; on 2025-03-30 there is no 02:30. Beirut has no midnight on that day.
        (string Written, string Zone, string Instant)[] dates =
        [
            ("2025-01-15", "Europe/Berlin", "2025-01-14T23:00:00Z"),
            ("20250715", "Europe/Berlin", "2025-07-14T22:00:00Z"),
            ("15.7.2025", "Europe/Berlin", "2025-07-14T22:00:00Z"),
            ("2025/7/5 9:30", "Europe/Berlin", "2025-07-05T07:30:00Z"),
            ("2025-03-30 02:30", "Europe/Berlin", "2025-03-30T01:30:00Z"),
            ("2025-03-30 02:30:15", "Europe/Berlin", "2025-03-30T01:30:15Z"),
            ("2025-10-26 02:30", "Europe/Berlin", "2025-10-26T00:30:00Z"),
            ("2025-03-30", "Asia/Beirut", "2025-03-29T22:00:00Z"),
            ("2025-07-15T12:00:00Z", "Asia/Beirut", "2025-07-15T12:00:00Z"),
            ("2025-07-15T12:00:00+05:30", "Asia/Beirut", "2025-07-15T06:30:00Z"),
            ("2025-07-15T12:00:00", "Asia/Shanghai", "2025-07-15T04:00:00Z"),
            (" 2025-07-15 ", "Asia/Shanghai", "2025-07-14T16:00:00Z"),
            ("2024-02-29", "UTC", "2024-02-29T00:00:00Z"),
        ];
        foreach (var (zone, group) in dates.Index().GroupBy(pair => pair.Item.Zone).Select(group => (group.Key, group.ToList())))
        {
            var file = "customer,date,amount\n" + string.Concat(group.Select(pair => $"{pair.Index},{pair.Item.Written},1\n"));
            var import = await suite.Import(file, ImportSuite.Query("dates", $"&timeZone={zone}"));
            Assert.Equal((group.Count, 0, 0), ImportSuite.Counts(import));
        }

        await suite.Suite.Settle();
        foreach (var (index, (written, _, instant)) in dates.Index())
        {
            var last = (DateTimeOffset)(await suite.Suite.Customer($"dates:{index}"))["lastOrderAt"]!;
            Assert.True(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture) == last, $"{written}: {last:O}");
        }
    }

    [Theory]
    [InlineData("2025-02-29")]
    [InlineData("0000-00-00")]
    [InlineData("20251301")]
    [InlineData("5/1/26")]
    [InlineData("2025-07-15T12:00:00+99:99")]
    [InlineData("45123")]
    [InlineData("yesterday")]
    [InlineData("1969-12-31")]
    [InlineData("9999-12-31")]
    public async Task A_date_that_is_none_is_named_by_row_and_column(string date)
    {
        var import = await suite.Import($"customer,date,amount\n1,{date},1\n", ImportSuite.Query("no-date"));

        var problem = Assert.Single(import["errors"]!.AsArray())!;
        Assert.Equal((2, "date"), ((int)problem["row"]!, (string)problem["column"]!));
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("\"1,29,90\"")]
    [InlineData("1299.905")]
    [InlineData("99999999999999999999")]
    [InlineData("NaN")]
    [InlineData("-5")]
    [InlineData("$5")]
    [InlineData("")]
    public async Task An_amount_that_is_none_is_named_by_row_and_column(string amount)
    {
        var import = await suite.Import($"customer,date,amount\n1,2026-01-01,{amount}\n", ImportSuite.Query("no-amount"));

        var problem = Assert.Single(import["errors"]!.AsArray())!;
        Assert.Equal((2, "amount"), ((int)problem["row"]!, (string)problem["column"]!));
    }

    [Fact]
    public async Task With_a_column_of_orders_a_negative_amount_is_a_refund_of_its_order()
    {
        var import = await suite.Import(
            "customer,order,date,amount\n1,A,2026-01-01,100.00\n1,B,2026-01-02,50.00\n1,A,2026-01-03,-30.00\n1,A,2026-01-03,-30.00\n1,,2026-01-04,10.00\n1,C,2026-01-04,--5\n",
            ImportSuite.Query("refunds", "&order=order")
        );

        Assert.Equal((4, 0, 2), ImportSuite.Counts(import));
        Assert.Equal(
            [(6, "order"), (7, "amount")],
            import["errors"]!.AsArray().Select(error => ((int)error!["row"]!, (string)error["column"]!))
        );
        await suite.Suite.Settle();
        var customer = await suite.Suite.Customer("refunds:1");
        Assert.Equal(2, (int)customer["orders"]!);
        var receipt = await suite.Suite.Get($"customers/{(string)customer["customerId"]!}/receipt");
        var monetary = receipt["terms"]!.AsArray().Single(term => (string)term!["dimension"]! == "monetary")!;
        Assert.Equal(90m, (decimal)monetary["value"]!);
    }

    [Fact]
    public async Task Of_a_chunk_of_bad_rows_each_is_named_and_the_import_comes_to_its_end()
    {
        var date = string.Concat(Enumerable.Repeat("日期不对", 10));
        var file = $"客户编号,下单日期,金额\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"{i},{date}{i},1\n"));

        var import = await suite.Import(file, "source=bad&customer=客户编号&date=下单日期&amount=金额");

        Assert.Equal((0, 0, 900), ImportSuite.Counts(import));
        Assert.Equal(20, import["errors"]!.AsArray().Count);
        var rows = await suite.Rows(import);
        Assert.Equal(Enumerable.Range(2, 900), rows.Select(row => (int)row["row"]!));
        Assert.All(rows, row => Assert.Equal("下单日期", (string)Assert.Single(row["problems"]!.AsArray())!["column"]!));
        Assert.Empty(await suite.Suite.DeadLetters(CrmFunctions.Flow.Queues.Imports));
    }

    [Fact]
    public async Task Rows_are_paged_by_chunks_and_a_page_that_there_is_not_is_refused()
    {
        var import = await suite.Import(
            "customer,date,amount\n" + string.Concat(Enumerable.Range(0, 850).Select(i => $"{i % 7},2026-01-01,{i}\n")),
            ImportSuite.Query("paged")
        );
        var id = (string)import["id"]!;

        var first = await suite.Suite.Get($"imports/{id}/rows");
        var last = await suite.Suite.Get($"imports/{id}/rows?next=2");

        Assert.Equal((400, "1"), (first["rows"]!.AsArray().Count, (string)first["next"]!));
        Assert.Equal((50, null), (last["rows"]!.AsArray().Count, (string?)last["next"]));
        Assert.Equal(802, (int)last["rows"]![0]!["row"]!);
        foreach (var next in new[] { "3", "2147483647", "2147483648", "-1", "x" })
        {
            using var answer = await suite.Suite.Client.GetAsync(new Uri($"api/imports/{id}/rows?next={next}", UriKind.Relative));
            (await Answer.Of(answer)).Problem(400, "invalid-query");
        }
    }

    [Fact]
    public async Task Long_rows_that_do_not_pack_are_kept_in_smaller_chunks()
    {
        var random = new Random(7);
        string Noise() => Convert.ToBase64String(Enumerable.Range(0, 6000).Select(_ => (byte)random.Next(256)).ToArray());
        var file =
            "customer,date,amount,note\n" + string.Concat(Enumerable.Range(0, 150).Select(i => $"{i % 4},2026-01-01,{i},{Noise()}\n"));

        var import = await suite.Import(file, ImportSuite.Query("noise"));

        Assert.Equal((150, 0, 0), ImportSuite.Counts(import));
        Assert.Equal(Enumerable.Range(2, 150), (await suite.Rows(import)).Select(row => (int)row["row"]!));
    }

    [Fact]
    public async Task One_row_too_large_for_any_chunk_is_refused_by_its_number()
    {
        var random = new Random(8);
        var noise = Convert.ToBase64String(Enumerable.Range(0, 700_000).Select(_ => (byte)random.Next(256)).ToArray());

        var answer = await suite.Upload($"customer,date,amount,note\n1,2026-01-01,1,{noise}\n", ImportSuite.Query("huge"));

        Assert.Contains("2", (string)answer.Problem(400, "invalid-import")["detail"]!, StringComparison.Ordinal);
    }
}
