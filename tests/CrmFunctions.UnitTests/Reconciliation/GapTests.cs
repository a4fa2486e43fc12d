using CrmFunctions.Sources.Reconciliation;

namespace CrmFunctions.UnitTests.Reconciliation;

public sealed class GapTests
{
    private static readonly DateTimeOffset ten = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Events_missing_in_a_row_are_one_gap_and_an_event_that_is_known_ends_it()
    {
        var gaps = Gap.Among([
                Seen("5", 8, false),
                Seen("2", 2, true),
                Seen("3", 4, true),
                Seen("1", 1, false),
                Seen("4", 7, true),
                Seen("4", 7, true),
                Seen("6", 9, true),
            ])
            .ToList();

        Assert.Equal(2, gaps.Count);
        Assert.Equal((ten.AddMinutes(2), ten.AddMinutes(7), 4), (gaps[0].From, gaps[0].To, gaps[0].Events));
        Assert.Equal(["2", "3", "4"], gaps[0].Items);
        Assert.Equal(["6"], gaps[1].Items);
    }

    [Fact]
    public void Nothing_missing_is_no_gap()
    {
        Assert.Empty(Gap.Among([]));
        Assert.Empty(Gap.Among([Seen("1", 1, false)]));
    }

    [Fact]
    public void A_long_gap_comes_in_parts_that_have_every_item_once()
    {
        var gaps = Gap.Among(Enumerable.Range(0, 2500).SelectMany(i => new[] { Seen($"{i:D4}", i, true), Seen($"{i:D4}", i, true) }))
            .ToList();

        Assert.Equal([1000, 1000, 500], gaps.Select(gap => gap.Items.Count));
        Assert.Equal(2500, gaps.SelectMany(gap => gap.Items).Distinct().Count());
        Assert.Equal(5000, gaps.Sum(gap => gap.Events));
    }

    private static SeenEvent Seen(string item, int minute, bool missing) => new(item, ten.AddMinutes(minute), missing);
}
