using System.Collections.Immutable;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Service.Calendars;
using FsCheck;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain.Laws;

public sealed class CalendarLaws
{
    private static readonly DateOnly start = new(2023, 12, 1);
    private static readonly string[] zones =
    [
        "Europe/Berlin",
        "America/St_Johns",
        "Pacific/Kiritimati",
        "Etc/GMT+12",
        "Asia/Shanghai",
        "Australia/Lord_Howe",
    ];

    private static Gen<DateOnly> Day { get; } = Gen.Choose(0, 1500).Select(day => start.AddDays(day));

    private static Gen<CalendarShift> Side { get; } = Gen.Elements(Enum.GetValues<CalendarShift>());

    // Holidays of up to a month at a stretch, so that several dates move onto one.
    private static Gen<BusinessCalendar> Calendar { get; } =
        from zone in Gen.Elements(zones)
        from days in Gen.Elements(Enum.GetValues<DayOfWeek>()).NonEmptyListOf()
        from opens in Gen.Choose(4, 11)
        from closes in Gen.Choose(12, 24)
        from always in Gen.Choose(0, 3)
        from holidays in Day.SelectMany(_ => Gen.Choose(1, 31), (first, length) => Enumerable.Range(0, length).Select(first.AddDays))
            .ListOf(8)
        from worked in Day.ListOf(20)
        let free = holidays.SelectMany(day => day).ToImmutableHashSet()
        select new BusinessCalendar(
            TimeZoneInfo.FindSystemTimeZoneById(zone),
            [.. days],
            always == 0 ? default : new TimeOnly(opens, 0),
            always == 0 || closes == 24 ? default : new TimeOnly(closes, 30),
            free,
            [.. worked.Where(day => !free.Contains(day))]
        );

    private static Gen<Cadence> AnyCadence { get; } =
        Gen.OneOf(
            Side.SelectMany(_ => Gen.Choose(0, 34), (shift, dice) => (Cadence)new Weekly((DayOfWeek)(dice % 7), 1 + (dice / 7), shift)),
            Side.SelectMany(
                _ => Gen.Choose(1, 31).SelectMany(_ => Gen.Elements(1, 2, 3, 4, 6, 12), (day, months) => (day, months)),
                (shift, every) => (Cadence)new Monthly(every.day, every.months, shift)
            ),
            Side.SelectMany(
                _ => Gen.Choose(0, 14).SelectMany(_ => Gen.Choose(0, 40), (months, days) => (months, days)),
                (shift, every) => (Cadence)new Every(every.months, every.months == 0 ? every.days + 1 : every.days, shift)
            )
        );

    [Fact]
    public void Next_and_last_are_what_looking_at_every_day_finds() =>
        Prop.ForAll(
                AnyCadence.ToArbitrary(),
                Calendar.ToArbitrary(),
                Day.ToArbitrary(),
                (cadence, calendar, anchor) =>
                {
                    var planned = Planned(cadence, anchor, calendar);
                    for (var day = anchor.AddDays(-3); day < anchor.AddDays(800); day = day.AddDays(7))
                    {
                        var (next, last) = (Next(cadence, anchor, day, calendar), Last(cadence, anchor, day, calendar));
                        if (next != planned.First(date => date > day) || next <= day || Last(cadence, anchor, next, calendar) != next)
                            return false;
                        if (last != planned.Where(date => date <= day).Select(date => (DateOnly?)date).LastOrDefault())
                            return false;
                    }

                    return true;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void A_cadence_reads_back_as_it_was_written() =>
        Prop.ForAll(AnyCadence.ToArbitrary(), cadence => Cadence.TryParse($"{cadence}", out var again, out _) && again == cadence)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_read_as_a_cadence_is_one_or_is_refused_with_what_would_be_right() =>
        Prop.ForAll(
                Gen.Elements(
                        "weekly",
                        "every",
                        "monthly",
                        "2",
                        "-1",
                        "99999999999",
                        "weeks",
                        "Mon",
                        "last",
                        "shift",
                        "none",
                        "P1D",
                        "P",
                        "٣",
                        "\n",
                        "p9999y",
                        "quarterly",
                        ""
                    )
                    .ListOf()
                    .ToArbitrary(),
                words =>
                    Cadence.TryParse(string.Join(' ', words), out var cadence, out var wrong)
                        ? Cadence.TryParse($"{cadence}", out _, out _)
                        : wrong.Length > 20
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Open_time_added_lies_between() =>
        Prop.ForAll(
                Calendar.ToArbitrary(),
                Gen.Choose(0, 1500 * 1440).ToArbitrary(),
                Gen.Choose(0, 6000).ToArbitrary(),
                (calendar, at, minutes) =>
                {
                    var (from, work) = (Instant(at), TimeSpan.FromMinutes(minutes));
                    var until = calendar.Add(from, work);
                    return calendar.Between(from, until) == work
                        && (work == TimeSpan.Zero ? until == from : calendar.Between(from, until.AddTicks(-1)) < work);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Open_time_is_what_a_look_at_the_clock_every_quarter_of_an_hour_counts() =>
        Prop.ForAll(
                Calendar.ToArbitrary(),
                Gen.Choose(0, 1500 * 96).ToArbitrary(),
                Gen.Choose(0, 30 * 96).ToArbitrary(),
                (calendar, at, length) =>
                {
                    var (from, open) = (Instant(at * 15), 0);
                    for (var quarter = 0; quarter < length; quarter++)
                    {
                        var wall = TimeZoneInfo.ConvertTime(from.AddMinutes(quarter * 15), calendar.Zone).DateTime;
                        var time = TimeOnly.FromDateTime(wall);
                        if (
                            calendar.IsWorkday(DateOnly.FromDateTime(wall))
                            && time >= calendar.Opens
                            && (time < calendar.Closes || calendar.Closes == default)
                        )
                            open++;
                    }

                    return calendar.Between(from, from.AddMinutes(length * 15)) == TimeSpan.FromMinutes(open * 15);
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/St_Johns")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Etc/GMT+12")]
    [InlineData("Africa/Cairo")]
    [InlineData("America/Havana")]
    public void Every_day_of_five_years_begins_at_the_first_instant_that_shows_its_date(string id)
    {
        var (zone, seen) = (TimeZoneInfo.FindSystemTimeZoneById(id), new DateOnly(2023, 12, 31));
        for (
            var at = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.FromHours(14)).ToUniversalTime();
            seen.Year < 2029;
            at = at.AddMinutes(15)
        )
        {
            var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
            if (day <= seen)
                continue;
            Assert.Equal(at, WallClock.StartOf(day, zone));
            Assert.Equal(day, WallClock.DayOf(at, zone));
            Assert.Equal(seen, WallClock.DayOf(at.AddTicks(-1), zone));
            seen = day;
        }
    }

    [Fact]
    public void A_birthday_and_a_festival_are_once_a_year_wherever_the_customer_is() =>
        Prop.ForAll(
                Gen.Choose(0, 365).ToArbitrary(),
                Gen.Elements(zones).ToArbitrary(),
                (number, id) =>
                {
                    var (zone, date, after) = (
                        TimeZoneInfo.FindSystemTimeZoneById(id),
                        new DateOnly(2024, 1, 1).AddDays(number),
                        new DateTimeOffset(2020, 1, 1, 12, 0, 0, TimeSpan.Zero)
                    );
                    var (birthday, lunar) = (
                        new Birthday(date.Month, date.Day),
                        new Festival(true, date.Month, Math.Min(date.Day, 30), -1)
                    );
                    var (born, kept) = (new List<DateOnly>(), new List<DateOnly>());
                    for (var at = after; at.Year < 2040; born.Add(WallClock.DayOf(at, zone)))
                        at = birthday.NextAfter(at, zone);
                    for (var at = after; at.Year < 2040; kept.Add(WallClock.DayOf(at, zone)))
                        at = lunar.NextAfter(at, zone);
                    return born.Zip(born.Skip(1)).All(pair => pair.Second.Year == pair.First.Year + 1)
                        && born.TrueForAll(day =>
                            (day.Month, day.Day) == (date.Month, date.Day)
                            || (date is { Month: 2, Day: 29 } && day is { Month: 2, Day: 28 } && !DateTime.IsLeapYear(day.Year))
                        )
                        && kept.Zip(kept.Skip(1)).All(pair => pair.Second.DayNumber - pair.First.DayNumber is >= 353 and <= 385);
                }
            )
            .QuickCheckThrowOnFailure();

    private static DateTimeOffset Instant(int minutes) => new DateTimeOffset(start, default, TimeSpan.Zero).AddMinutes(minutes);

    private static DateOnly Next(Cadence cadence, DateOnly anchor, DateOnly day, BusinessCalendar calendar) =>
        cadence switch
        {
            Weekly weekly => weekly.NextAfter(day, calendar),
            Monthly monthly => monthly.NextAfter(day, calendar),
            _ => ((Every)cadence).NextAfter(anchor, day, calendar),
        };

    private static DateOnly? Last(Cadence cadence, DateOnly anchor, DateOnly day, BusinessCalendar calendar) =>
        cadence switch
        {
            Weekly weekly => weekly.LastAtOrBefore(day, calendar),
            Monthly monthly => monthly.LastAtOrBefore(day, calendar),
            _ => ((Every)cadence).LastAtOrBefore(anchor, day, calendar),
        };

    // All dates of some years, each asked whether it is planned, and then moved by looking at its neighbours.
    private static List<DateOnly> Planned(Cadence cadence, DateOnly anchor, BusinessCalendar calendar)
    {
        var days = Enumerable.Range(-800, 3200).Select(anchor.AddDays);
        var raw = cadence switch
        {
            Weekly weekly => days.Where(day =>
                day.DayOfWeek == weekly.On
                && (int)Math.Floor((day.DayNumber - new DateOnly(2024, 1, 1).DayNumber) / 7.0) % weekly.Weeks == 0
            ),
            Monthly monthly => days.Where(day =>
                day.Day == Math.Min(monthly.Day, DateTime.DaysInMonth(day.Year, day.Month)) && (day.Month - 1) % monthly.Months == 0
            ),
            Every every => Enumerable
                .Range(1, 2400)
                .Select(number => anchor.AddMonths(number * every.Months).AddDays(number * every.Days))
                .TakeWhile(day => day < anchor.AddDays(2400)),
            _ => throw new InvalidOperationException("No such cadence."),
        };
        var moved = raw.Select(day =>
            cadence.Shift switch
            {
                CalendarShift.Next => Enumerable.Range(0, 400).Select(day.AddDays).First(calendar.IsWorkday),
                CalendarShift.Previous => Enumerable.Range(0, 400).Select(back => day.AddDays(-back)).First(calendar.IsWorkday),
                _ => day,
            }
        );
        return [.. moved.Where(day => cadence is not Every || day > anchor).Distinct().Order()];
    }
}
