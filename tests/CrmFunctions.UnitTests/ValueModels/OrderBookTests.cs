using CrmFunctions.Domain.ValueModels.Orders;

namespace CrmFunctions.UnitTests.ValueModels;

public sealed class OrderBookTests
{
    private static readonly DateOnly Day = new(2026, 1, 10);

    [Fact]
    public void Purchases_of_the_same_day_are_one() => Assert.Equal([new(Day.DayNumber, 30, 2)], Purchases((0, 10), (0, 20)));

    [Fact]
    public void A_refund_is_taken_from_the_purchase_of_its_amount_wherever_it_is() =>
        Assert.Equal([new(Day.DayNumber + 5, 40, 1)], Purchases((0, 25), (5, 40), (9, -25)));

    [Fact]
    public void A_partial_refund_is_taken_from_the_latest_purchase() =>
        Assert.Equal([new(Day.DayNumber, 25, 1), new(Day.DayNumber + 5, 33, 1)], Purchases((0, 25), (5, 40), (9, -7)));

    [Fact]
    public void A_refund_beyond_all_purchases_leaves_none() => Assert.Empty(Purchases((0, 25), (5, 40), (9, -500)));

    [Fact]
    public void A_refund_without_a_purchase_is_left_out() => Assert.Equal([new(Day.DayNumber + 2, 8, 1)], Purchases((0, -25), (2, 8)));

    [Fact]
    public void A_gift_for_nothing_is_a_purchase() => Assert.Equal([new(Day.DayNumber, 0, 1)], Purchases((0, 0)));

    [Fact]
    public void Nothing_after_the_day_counts_refunds_included()
    {
        var book = Book((0, 25), (9, -25), (12, 8));
        Assert.Equal([new(Day.DayNumber, 25, 1)], book.Ledgers[0].PurchasesUntil(Day.AddDays(8)));
        Assert.Equal([new(Day.DayNumber + 12, 8, 1)], book.Ledgers[0].PurchasesUntil(Day.AddDays(12)));
    }

    [Fact]
    public void The_order_of_rows_never_matters()
    {
        var random = new Random(6);
        for (var round = 0; round < 200; round++)
        {
            var rows = Enumerable.Range(0, 12).Select(_ => (random.Next(20), (decimal)random.Next(-30, 60))).ToArray();
            var before = Purchases(rows);
            random.Shuffle(rows);
            Assert.Equal(before, Purchases(rows));
        }
    }

    private static OrderBook Book(params (int Day, decimal Amount)[] rows) =>
        OrderBook.From(rows.Select(row => new Transaction("c", Day.AddDays(row.Day), row.Amount)));

    private static List<Purchase> Purchases(params (int Day, decimal Amount)[] rows) =>
        Book(rows).Ledgers[0].PurchasesUntil(Day.AddDays(1000));
}
