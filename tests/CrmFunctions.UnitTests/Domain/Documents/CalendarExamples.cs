using System.Globalization;
using CrmFunctions.Domain.Service.Calendars;

namespace CrmFunctions.UnitTests.Domain.Documents;

/// <summary>The examples of Calendars.md.</summary>
public sealed class CalendarExamples
{
    private const string Document = "Service/Calendars/Calendars.md";

    public static TheoryData<Row> OpenTime => RuleDocument.Theory(Document, "Open time, by example");

    public static TheoryData<Row> Days => RuleDocument.Theory(Document, "Days, by example");

    public static TheoryData<Row> Dates => RuleDocument.Theory(Document, "Dates, by example");

    public static TheoryData<Row> Texts => RuleDocument.Theory(Document, "Texts, by example");

    public static TheoryData<Row> OwnDays => RuleDocument.Theory(Document, "Days of one's own, by example");

    public static TheoryData<Row> Festivals => RuleDocument.Theory(Document, "Festivals, by year");

    public static TheoryData<Row> Written => RuleDocument.Theory(Document, "Written days, by example");

    [Theory]
    [MemberData(nameof(OpenTime))]
    public void Open_time_passes_as_the_document_says(Row row)
    {
        var (calendar, from, work) = (
            Calendar(row["zone"], row["calendar"]),
            Instant(row["from"]),
            TimeSpan.FromMinutes(
                row["work"].Split(':').Aggregate(0, (sum, part) => (sum * 60) + int.Parse(part, CultureInfo.InvariantCulture))
            )
        );

        Assert.Equal(Instant(row["until"]), calendar.Add(from, work));
        Assert.Equal(work, calendar.Between(from, Instant(row["until"])));
        Assert.Equal(-work, calendar.Between(Instant(row["until"]), from));
    }

    [Theory]
    [MemberData(nameof(Days))]
    public void Days_begin_and_end_as_the_document_says(Row row)
    {
        var calendar = Calendar(row["zone"], "always");

        Assert.Equal(Instant(row["begins"]), calendar.OpensAt(Date(row["day"])));
        Assert.Equal(Instant(row["ends"]), calendar.ClosesAt(Date(row["day"])));
        Assert.Equal(Instant(row["ends"]), calendar.EndOf(Date(row["day"])));
    }

    [Theory]
    [MemberData(nameof(Dates))]
    public void Dates_are_planned_as_the_document_says(Row row)
    {
        var (calendar, day) = (Calendar("Asia/Shanghai", "work"), Date(row["day"]));
        Assert.True(Cadence.TryParse(row["cadence"], out var cadence, out var wrong), wrong);

        var (next, last) = cadence switch
        {
            Weekly weekly => (weekly.NextAfter(day, calendar), (DateOnly?)weekly.LastAtOrBefore(day, calendar)),
            Monthly monthly => (monthly.NextAfter(day, calendar), monthly.LastAtOrBefore(day, calendar)),
            Every every => (every.NextAfter(Date(row["from"]), day, calendar), every.LastAtOrBefore(Date(row["from"]), day, calendar)),
            _ => throw new InvalidOperationException("No such cadence."),
        };

        Assert.Equal((Date(row["next"]), row["last"] == "none" ? null : Date(row["last"])), (next, last));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Cadences_read_as_the_document_says(Row row)
    {
        var read = Cadence.TryParse(row["text"], out var cadence, out var wrong);

        Assert.Equal(row["reads"], read ? cadence!.ToString() : wrong);
        if (!read)
            return;
        Assert.True(Cadence.TryParse(row["reads"], out var again, out _));
        Assert.Equal(cadence, again);
    }

    [Theory]
    [MemberData(nameof(OwnDays))]
    public void Days_of_ones_own_begin_as_the_document_says(Row row)
    {
        var (after, zone) = (Instant(row["after"]), TimeZoneInfo.FindSystemTimeZoneById(row["zone"]));
        string? wrong;
        var begins = row["day"].StartsWith("festival ", StringComparison.Ordinal)
            ? Festival.TryParse(row["day"]["festival ".Length..], out var festival, out wrong)
                ? festival.NextAfter(after, zone)
                : (DateTimeOffset?)null
            : Birthday.TryParse(row["day"], out var birthday, out wrong)
                ? birthday.NextAfter(after, zone)
                : null;

        Assert.Null(wrong);
        Assert.Equal(Instant(row["begins"]), begins);
    }

    [Theory]
    [MemberData(nameof(Festivals))]
    public void Festivals_of_the_Chinese_calendar_are_on_the_published_dates(Row row)
    {
        var year = int.Parse(row["year"], CultureInfo.InvariantCulture);
        foreach (var day in (string[])["lunar 1-1", "lunar 5-5", "lunar 8-15"])
        {
            Assert.True(Festival.TryParse(day, out var festival, out _));
            Assert.Equal(Date(row[day]), festival.DayIn(year));
            Assert.Equal(Date(row[day]).AddDays(-1), new Festival(true, festival.Month, festival.Day, -1).DayIn(year));
        }
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void Days_read_as_the_document_says(Row row)
    {
        var (read, text) =
            row["kind"] == "birthday"
                ? Birthday.TryParse(row["text"], out var birthday, out var wrong)
                    ? (true, $"{birthday}")
                    : (false, wrong)
                : Festival.TryParse(row["text"], out var festival, out wrong)
                    ? (true, $"{festival}")
                    : (false, wrong);

        Assert.Equal(row["reads"], text);
        if (read && row["kind"] == "birthday")
            Assert.True(Birthday.TryParse(text, out var again, out _) && again.ToString() == text);
        if (read && row["kind"] == "festival")
            Assert.True(Festival.TryParse(text, out var again, out _) && again.ToString() == text);
    }

    [Fact]
    public void A_calendar_that_could_not_work_is_not_made()
    {
        var good = BusinessCalendar.Weekdays(TimeZoneInfo.Utc);
        var day = new DateOnly(2026, 10, 1);

        Assert.Throws<ArgumentException>("Days", () => new BusinessCalendar(good.Zone, [], good.Opens, good.Closes, [], []));
        Assert.Throws<ArgumentException>("Closes", () => new BusinessCalendar(good.Zone, good.Days, good.Opens, good.Opens, [], []));
        Assert.Throws<ArgumentException>(
            "Workdays",
            () => new BusinessCalendar(good.Zone, good.Days, good.Opens, good.Closes, [day], [day])
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new Birthday(2, 29, 1990));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Festival(true, 1, 31));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Every(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Monthly(1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Weekly(DayOfWeek.Monday, 0));
    }

    private static BusinessCalendar Calendar(string zone, string kind)
    {
        var place = TimeZoneInfo.FindSystemTimeZoneById(zone);
        return kind == "always"
            ? new BusinessCalendar(place, [.. Enum.GetValues<DayOfWeek>()], TimeOnly.MinValue, TimeOnly.MinValue, [], [])
            : new BusinessCalendar(
                place,
                BusinessCalendar.Weekdays(place).Days,
                new(9, 0),
                new(18, 0),
                [new(2026, 10, 1), new(2026, 10, 2)],
                [new(2026, 10, 10)]
            );
    }

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
