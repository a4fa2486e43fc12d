using CrmFunctions.Sources.Importing.Mapping;
using CrmFunctions.Sources.Importing.Notation;
using CrmFunctions.Sources.Importing.Reading;
using CrmFunctions.UnitTests.Domain.Documents;
using NodaTime;
using NodaTime.Text;

namespace CrmFunctions.UnitTests.Importing;

public sealed class ImportingExamples
{
    private const string Document = "../CrmFunctions/Sources/Importing/IMPORTING.md";

    public static TheoryData<Row> HeadingRows => RuleDocument.Theory(Document, "Headings, by example");

    public static TheoryData<Row> FileRows => RuleDocument.Theory(Document, "Files, by example");

    public static TheoryData<Row> AmountRows => RuleDocument.Theory(Document, "Amounts, by example");

    public static TheoryData<Row> DateRows => RuleDocument.Theory(Document, "Dates, by example");

    [Theory]
    [MemberData(nameof(HeadingRows))]
    public void Columns_are_known_by_their_headings(Row row)
    {
        var mapping = ColumnMapping.Resolve(Query(), row["heading"].Split(','), out var problems);

        Assert.Empty(problems);
        var said = mapping.Columns.Select(pair => $"{ImportQuery.NameOf(pair.Key)}={pair.Value}").Order(StringComparer.Ordinal);
        Assert.Equal(string.Join(' ', Said(row["columns"]).Order(StringComparer.Ordinal)), string.Join(' ', said));
    }

    [Theory]
    [MemberData(nameof(FileRows))]
    public void All_rows_of_a_file_together_say_how_it_is_written(Row row)
    {
        string[] header = ["customer", "date", "amount"];
        var mapping = ColumnMapping.Resolve(Query(), header, out _);
        var tally = new NotationTally(mapping, new RowReader(mapping, header));
        string[] amounts = row["amounts"].Split("; "),
            dates = row["dates"].Split("; ");
        for (var i = 0; i < Math.Max(amounts.Length, dates.Length); i++)
        {
            tally.Add(new FileRow(["1", dates[Math.Min(i, dates.Length - 1)], amounts[Math.Min(i, amounts.Length - 1)]], 0), i + 2);
        }

        var decided = tally.Decide(out var problems);

        var outcome = problems is [var problem] ? $"{problem.Field}?" : $"{Word(decided.Decimals)}, {Word(decided.Dates)}";
        Assert.Equal(row["outcome"], outcome);
    }

    [Theory]
    [MemberData(nameof(AmountRows))]
    public void An_amount_is_read_as_its_file_is_written_or_not_at_all(Row row)
    {
        var (text, currency) = (row["written"], row["currency"]);

        Assert.Equal(row["with a point"], Amounts.Read(text, DecimalSign.Point, currency) ?? "-");
        Assert.Equal(row["with a comma"], Amounts.Read(text, DecimalSign.Comma, currency) ?? "-");
        var judged = Amounts.Judge(text, currency, out var either);
        Assert.Equal(row["speaks for"], either ? "either" : Word(judged));
    }

    [Theory]
    [MemberData(nameof(DateRows))]
    public void A_date_is_read_as_its_file_is_written_or_not_at_all(Row row)
    {
        var (text, zone) = (row["written"], DateTimeZoneProviders.Tzdb[row["zone"]]);
        string Read(DateOrder order) => Dates.Read(text, order, zone) is { } instant ? InstantPattern.ExtendedIso.Format(instant) : "-";

        Assert.Equal(row["day first"], Read(DateOrder.Day));
        Assert.Equal(row["month first"], Read(DateOrder.Month));
        var judged = Dates.Judge(text, out var either);
        Assert.Equal(row["speaks for"], either ? "either" : Word(judged));
    }

    [Fact]
    public void Equal_rows_are_counted_among_a_hundred_thousand_others()
    {
        var equal = new EqualRows();
        var counts = Enumerable.Range(0, 100_000).Select(i => equal.CountBefore([$"{i % 40_000}", "x"])).ToList();

        Assert.Equal([0, 1, 2], [counts[7], counts[40_007], counts[80_007]]);
        Assert.Equal(40_000, counts.Count(count => count == 0));
        Assert.Equal(20_000, counts.Count(count => count == 2));
        Assert.Equal(0, equal.CountBefore(["7", "x", ""]));
    }

    private static ImportQuery Query() =>
        new("shop", ImportKind.Orders, new Dictionary<ColumnRole, string>(), "CNY", "Asia/Shanghai", null, null, false);

    // Names of columns have blanks in them; what begins a pair is one of the query's names.
    private static string[] Said(string columns) => System.Text.RegularExpressions.Regex.Split(columns, " (?=[a-zA-Z]+=)");

    private static string Word<T>(T? value)
        where T : struct, Enum => value?.ToString().ToLowerInvariant() ?? "-";
}
