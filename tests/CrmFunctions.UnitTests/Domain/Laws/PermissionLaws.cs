using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Permission;
using FsCheck;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain.Laws;

public sealed class PermissionLaws
{
    private static readonly DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] zones =
    [
        "Asia/Shanghai",
        "America/New_York",
        "Pacific/Kiritimati",
        "Etc/GMT+12",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "America/St_Johns",
    ];
    private static readonly Rate[] rates = [new(5, TimeSpan.FromSeconds(3)), new(20, TimeSpan.FromSeconds(62))];

    [Fact]
    public void For_any_requests_no_window_holds_more_than_its_rate_allows() =>
        Prop.ForAll(
                Gen.Choose(0, 4000).ArrayOf(120).ToArbitrary(),
                steps =>
                {
                    var (windows, now, given) = (SlidingWindows.Empty, start, new List<DateTimeOffset>());
                    foreach (var (i, step) in steps.Index())
                    {
                        now = now.AddMilliseconds(step);
                        var at = windows.Free(rates, now);
                        windows = windows.Take($"k{i}", at, now, rates);
                        given.Add(at);
                        if (at < now)
                            return false;
                    }

                    return rates.All(rate => given.TrueForAll(end => given.Count(at => at > end - rate.Window && at <= end) <= rate.Count));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Who_waits_has_the_place_when_its_time_has_come_however_many_came_since() =>
        Prop.ForAll(
                Gen.Choose(0, 400).ArrayOf(120).ToArbitrary(),
                steps =>
                {
                    var (windows, now, waiting) = (SlidingWindows.Empty, start, new Dictionary<string, DateTimeOffset>());
                    foreach (var (i, step) in steps.Index())
                    {
                        now = now.AddMilliseconds(step);
                        var at = windows.Free(rates, now);
                        windows = windows.Take($"k{i}", at, now, rates);
                        waiting[$"k{i}"] = at;
                        if (waiting.Any(pair => pair.Value >= now && windows.Of(pair.Key) != pair.Value))
                            return false;
                    }

                    return true;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_cap_never_has_more_in_a_window_and_gives_back_what_was_not_used() =>
        Prop.ForAll(
                Gen.Choose(0, 40_000).ArrayOf(60).ToArbitrary(),
                steps =>
                {
                    Rate[] cap = [new(3, TimeSpan.FromMinutes(1))];
                    var (windows, now, kept) = (SlidingWindows.Empty, start, new List<DateTimeOffset>());
                    foreach (var (i, step) in steps.Index())
                    {
                        now = now.AddMilliseconds(step);
                        if (!windows.HasRoom(cap, now))
                            continue;
                        windows = windows.Take($"k{i}", now, now, cap);
                        if (i % 4 == 0)
                            windows = windows.Release($"k{i}");
                        else
                            kept.Add(now);
                    }

                    return kept.TrueForAll(end => kept.Count(at => at > end - cap[0].Window && at <= end) <= 3);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void It_opens_at_an_open_instant_and_never_a_minute_too_late() =>
        Prop.ForAll(
                Gen.Choose(0, 366 * 24 * 60).ToArbitrary(),
                Gen.Elements(zones).ToArbitrary(),
                Gen.Choose(0, 20).ToArbitrary(),
                (minutes, zone, from) =>
                {
                    var (hours, place, now) = (
                        new QuietHours(TimeSpan.FromHours(from), TimeSpan.FromHours(from + 3)),
                        TimeZoneInfo.FindSystemTimeZoneById(zone),
                        start.AddMinutes(minutes)
                    );
                    if (hours.OpenFrom([place], now) is not { } opens)
                        return false;
                    var quiet = true;
                    for (var at = now; at < opens; at = at.AddMinutes(1))
                        quiet &= !hours.IsOpen(place, at);
                    return hours.IsOpen(place, opens) && opens >= now && quiet;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_larger_control_group_contains_the_smaller_and_is_about_as_large_as_asked()
    {
        var customers = Enumerable.Range(0, 4000).Select(i => Handle.OfId("shop", $"{i}")).ToList();
        var (small, large) = (new ControlGroup(0.05, "a"), new ControlGroup(0.2, "a"));

        Assert.All(customers.Where(small.Has), customer => Assert.True(large.Has(customer)));
        Assert.InRange(customers.Count(small.Has), 140, 260);
        Assert.InRange(customers.Count(large.Has), 700, 900);
        Assert.NotEqual(customers.Where(large.Has), customers.Where(new ControlGroup(0.2, "b").Has));
        Assert.DoesNotContain(customers, new ControlGroup(0, "a").Has);
    }

    [Fact]
    public void Consent_does_not_depend_on_the_order_in_which_it_was_written_down() =>
        Prop.ForAll(
                Gen.Choose(0, 99).ArrayOf(8).ToArbitrary(),
                dice =>
                {
                    var entries = dice.Select(d => new ConsentEntry(
                            d % 3 == 0 ? "*"
                                : d % 3 == 1 ? "email"
                                : "sms",
                            d % 2 == 0 ? "marketing" : "*",
                            (ConsentState)(d % 5),
                            start.AddDays(d % 7)
                        ))
                        .ToList();
                    return Enum.GetValues<Purpose>()
                        .All(purpose =>
                            Consents.Forbids(entries, "email", purpose) == Consents.Forbids(Enumerable.Reverse(entries), "email", purpose)
                        );
                }
            )
            .QuickCheckThrowOnFailure();
}
