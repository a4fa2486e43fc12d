using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo;
using CrmFunctions.Cli.Demo.Data;
using CrmFunctions.Cli.Demo.Generation;
using NodaTime;
using NodaTime.Text;

namespace CrmFunctions.UnitTests.Demo;

public sealed class DataSetTests
{
    [Theory]
    [InlineData("19980630", "1998-07-01T00:00:00Z")]
    [InlineData("1998-06-30", "1998-07-01T00:00:00Z")]
    [InlineData("30.06.1998", "1998-07-01T00:00:00Z")]
    [InlineData("06/30/1998", "1998-07-01T00:00:00Z")]
    [InlineData("06/06/1998", "1998-06-07T00:00:00Z")]
    [InlineData("1998-06-30T09:30:00Z", "1998-07-01T00:00:00Z")]
    [InlineData("1998-06-30T23:30:00-05:00", "1998-07-02T00:00:00Z")]
    [InlineData("1998-06-30T09:30:00", "1998-07-01T00:00:00Z")]
    [InlineData("1998-06-30 09:30:00", "1998-07-01T00:00:00Z")]
    public void The_clock_of_a_csv_stands_at_the_end_of_its_last_day(string date, string end) =>
        Assert.Equal(At(end), Csv($"who,day,paid\n1,{date},5\n").End());

    [Fact]
    public void The_last_date_counts_wherever_it_stands_and_however_the_rows_are_quoted() =>
        Assert.Equal(At("1998-07-01T00:00:00Z"), Csv("who,day,paid\n\"a,\nb\",19970101,5\n2,\"19980630\",5\n3,19980101,5\n").End());

    [Fact]
    public void A_day_ends_in_the_zone_that_is_told() =>
        Assert.Equal(At("1998-06-30T16:00:00Z"), Csv("who,day,paid\n1,19980630,5\n", "--time-zone", "Asia/Shanghai").End());

    [Fact]
    public void Rows_without_a_date_are_left_to_the_import() =>
        Assert.Equal(At("1998-07-01T00:00:00Z"), Csv("who,day,paid\n1,soon,5\n2,19980630,5\n3\n").End());

    [Theory]
    [InlineData("03/04/1998")]
    [InlineData("30/04/1998")]
    public void A_date_that_could_be_another_day_is_refused_with_its_row_and_column(string date)
    {
        var refused = Assert.Throws<CommandFailedException>(() => Csv($"who,day,paid\n1,05/05/1998,5\n1,{date},5\n").End());
        Assert.Contains($"row 3, column day: {date}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_day_above_twelve_proves_that_the_month_comes_first() =>
        Assert.Equal(At("1998-05-01T00:00:00Z"), Csv("who,day,paid\n1,03/04/1998,5\n2,04/30/1998,5\n").End());

    [Theory]
    [InlineData("who,day,paid\n1,soon,5\n", "row 2, column day: soon is no date")]
    [InlineData("who,day,paid\n", "there is no row")]
    [InlineData("who,date,paid\n1,19980630,5\n", "--columns date=day")]
    public void A_csv_without_an_end_is_refused_with_what_is_wrong(string text, string part) =>
        Assert.Contains(part, Assert.Throws<CommandFailedException>(() => Csv(text).End()).Message, StringComparison.Ordinal);

    [Fact]
    public void The_generated_base_ends_with_the_shops_year() => Assert.Equal(At("2026-06-30T22:00:00Z"), new GeneratedBase(1, 400).End());

    [Fact]
    public void A_file_of_the_generated_base_ends_where_the_base_does()
    {
        var file = Make.File(string.Join('\n', ShopYear.Generate(1, 50).Select(e => e.Json)), "base.ndjson");
        Assert.Equal(new GeneratedBase(1, 50).End(), Read("--data", file).End());
    }

    [Theory]
    [InlineData("{}", "line 2: an event is an object with the text `time`")]
    [InlineData("[1", "line 2: ")]
    [InlineData("""{"id":"1","source":"s","type":"visit","time":"yesterday"}""", "line 2: `time`")]
    public void A_bad_line_is_named(string line, string part)
    {
        var good = ShopYear.Generate(1, 5)[0].Json;
        var refused = Assert.Throws<CommandFailedException>(() => Read("--data", Make.File($"{good}\n{line}\n", "x.jsonl")).End());
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_data_read_the_same_way_at_the_same_time_has_the_same_folder_and_nothing_else_has()
    {
        var now = At("1998-07-01T00:00:00Z");
        var path = Make.File("who,day,paid,also\n1,19980630,5,6\n");
        string Folder(params string[] more) =>
            Read(["--data", path, "--columns", "customer=who,date=day,amount=paid", .. more]).Folder(now);

        Assert.Equal(Folder(), Folder());
        Assert.StartsWith("purchases-", Folder(), StringComparison.Ordinal);
        string[] others =
        [
            Folder("--currency", "EUR"),
            Folder("--time-zone", "Asia/Shanghai"),
            Folder("--source", "x"),
            Read("--data", path, "--columns", "customer=who,date=day,amount=also").Folder(now),
            Read("--data", path, "--columns", "customer=who,date=day,amount=paid").Folder(now + Duration.FromDays(1)),
        ];
        File.AppendAllText(path, "2,19980630,5,6\n");
        Assert.Equal(7, others.Append(Folder()).Append("purchases-").Distinct().Count());
    }

    [Theory]
    [InlineData("--data x.csv", "--columns is missing")]
    [InlineData("--data x.csv --columns customer=a", "--columns does not name date, amount")]
    [InlineData("--data x.csv --columns customer=a,date=b,amount=c,size=d", "--columns size=d")]
    [InlineData("--data x.csv --columns customer=a,date=b,amount=", "--columns amount=")]
    [InlineData("--data x.csv --columns customer=a,customer=b", "names customer twice")]
    [InlineData("--data x.csv --seed 3", "--seed belongs to the generated base")]
    [InlineData("--data x.ndjson --currency EUR", "--currency belongs to CSV files")]
    [InlineData("--currency EUR", "add --data FILE")]
    [InlineData("--customers 0", "from 1 to 5000")]
    [InlineData("--data x.csv --columns customer=a,date=b,amount=c --time-zone Mars/Olympus", "--time-zone Mars/Olympus")]
    public void Options_that_cannot_be_meant_are_refused_by_name(string line, string part) =>
        Assert.Contains(part, Assert.Throws<UsageException>(() => Read(line.Split(' '))).Message, StringComparison.Ordinal);

    private static DataSet Csv(string text, params string[] more) =>
        Read(["--data", Make.File(text), "--columns", "customer=who,date=day,amount=paid", .. more]);

    private static DataSet Read(params string[] words) => DataOptions.Read(Make.Arguments(new ClockCommand(), words));

    private static Instant At(string text) => InstantPattern.General.Parse(text).Value;
}
