using CrmFunctions.Service.Duties;
using CrmFunctions.Service.Owners;
using CrmFunctions.TestKit;
using Microsoft.Extensions.Options;

namespace CrmFunctions.UnitTests.Security;

public sealed class CalendarLinksTests
{
    private static readonly CalendarOptions options = new() { Key = Convert.ToBase64String(new byte[32]), Lasts = TimeSpan.FromDays(30) };

    [Fact]
    public void An_address_is_good_until_its_last_day_and_says_whose_it_is_and_which_renewal()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 2, 3, 0, 0, TimeSpan.Zero));
        var links = Links(clock);
        var link = links.For(new OwnerRow { PartitionKey = "ann", CalendarSerial = 2 });
        var token = link.Path["/api/calendar/".Length..];
        Assert.Equal(new DateOnly(2026, 4, 1), link.Until);
        Assert.Equal(new CalendarToken("ann", 2, link.Until), links.Read(token));

        clock.Advance(TimeSpan.FromDays(30));
        Assert.NotNull(links.Read(token));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(links.Read(token));
    }

    [Fact]
    public void An_address_that_was_changed_or_made_with_another_key_is_none()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 2, 3, 0, 0, TimeSpan.Zero));
        var token = Links(clock).For(new OwnerRow { PartitionKey = "ann" }).Path["/api/calendar/".Length..];
        Assert.Null(Links(clock).Read(token[..^1] + (token[^1] == 'A' ? 'B' : 'A')));
        Assert.Null(Links(clock).Read(""));
        var other = new CalendarOptions { Key = Convert.ToBase64String(Enumerable.Repeat((byte)1, 32).ToArray()) };
        Assert.Null(Links(clock, other).Read(token));
    }

    private static CalendarLinks Links(ManualTimeProvider clock, CalendarOptions? with = null) =>
        new(Options.Create(with ?? options), new Clocks(clock, clock));
}
