using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Demo.Generation;

namespace CrmFunctions.UnitTests.Demo;

public sealed class ShopYearTests
{
    private static readonly IReadOnlyList<CanonicalEvent> Posted = ShopYear.Generate(ShopYear.DefaultSeed, ShopYear.DefaultPeople);
    private static readonly List<CanonicalEvent> Distinct = [.. Posted.DistinctBy(e => (e.Source, e.Id))];

    [Fact]
    public void The_default_base_is_this_one_byte_for_byte()
    {
        var text = string.Concat(Posted.Select(e => e.Json + "\n"));
        Assert.Equal(
            "ff47f874e364ab5d9a8013a83c4af418d51110d0462c68297811c48365f993f8",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))
        );
    }

    [Fact]
    public void Another_seed_gives_another_base_of_much_the_same_size()
    {
        var other = ShopYear.Generate(2, ShopYear.DefaultPeople);
        Assert.NotEqual(Posted[0].Json, other[0].Json);
        Assert.InRange(other.Count, Posted.Count * 0.9, Posted.Count * 1.1);
    }

    [Fact]
    public void More_people_leave_the_lives_of_the_others_as_they_were()
    {
        static List<string> Orders(int people) =>
            [.. ShopYear.Generate(1, people).Where(e => e.Type == "order.paid").Select(e => e.Json).Distinct().Order()];
        Assert.Empty(Orders(50).Except(Orders(80)));
    }

    [Theory]
    [InlineData("order.placed", 2_000)]
    [InlineData("order.paid", 4_000)]
    [InlineData("order.refunded", 200)]
    [InlineData("order.cancelled", 150)]
    [InlineData("checkout.abandoned", 200)]
    [InlineData("customer.created", 1_000)]
    [InlineData("customer.updated", 80)]
    [InlineData("form.submitted", 300)]
    [InlineData("visit", 2_000)]
    [InlineData("interaction", 500)]
    [InlineData("feedback", 200)]
    [InlineData("complaint.opened", 80)]
    [InlineData("complaint.closed", 60)]
    [InlineData("referral", 40)]
    [InlineData("followup.done", 150)]
    [InlineData("consent.changed", 150)]
    [InlineData("rating.potential", 150)]
    public void Every_kind_of_event_occurs_often_enough_to_be_seen(string type, int atLeast) =>
        Assert.InRange(Distinct.Count(e => e.Type == type), atLeast, int.MaxValue);

    [Fact]
    public void There_are_at_least_2_000_people_and_15_000_events()
    {
        Assert.InRange(Distinct.Count, 15_000, 20_000);
        Assert.InRange(Distinct.Select(e => (string?)Customer(e)["id"]).Where(id => id is not null).Distinct().Count(), 2_000, 2_500);
    }

    [Fact]
    public void About_three_in_a_hundred_are_delivered_again_with_the_same_text()
    {
        Assert.All(Posted.GroupBy(e => (e.Source, e.Id)), same => Assert.Single(same.Select(e => e.Json).Distinct()));
        Assert.InRange(Posted.Count - Distinct.Count, Distinct.Count * 0.025, Distinct.Count * 0.035);
    }

    [Fact]
    public void About_two_in_a_hundred_come_late()
    {
        var late = Distinct
            .Zip(Distinct.Skip(1), (before, after) => after.Time < before.Time - NodaTime.Duration.FromHours(12))
            .Count(l => l);
        Assert.InRange(late, Distinct.Count * 0.012, Distinct.Count * 0.028);
    }

    [Fact]
    public void Everything_about_an_order_comes_after_the_order()
    {
        var first = Distinct
            .Where(e => e.Type is "order.placed" or "order.paid")
            .GroupBy(Order)
            .ToDictionary(g => g.Key, g => g.Min(e => e.Time));
        Assert.All(
            Distinct.Where(e => e.Type is "order.refunded" or "order.cancelled"),
            e => Assert.True(e.Time > first[Order(e)], e.Json)
        );
    }

    [Fact]
    public void No_order_gives_back_more_than_was_paid_and_some_give_back_all_without_saying_how_much()
    {
        var paid = Distinct.Where(e => e.Type == "order.paid").ToDictionary(Order, e => Amount(e)!.Value);
        var refunds = Distinct.Where(e => e.Type == "order.refunded").GroupBy(Order).ToList();
        Assert.All(refunds, r => Assert.True(r.Sum(e => Amount(e) ?? paid[r.Key]) <= paid[r.Key], r.First().Json));
        Assert.Contains(refunds, r => r.Any(e => Amount(e) is null));
        Assert.Contains(refunds, r => r.Any(e => Amount(e) < paid[r.Key]));
    }

    [Fact]
    public void Amounts_are_text_with_two_decimals_in_the_shops_currency()
    {
        var money = Distinct.Where(e => Data(e)["amount"] is not null).ToList();
        Assert.All(money, e => Assert.Matches(@"^[1-9]\d*\.\d\d$", (string)Data(e)["amount"]!));
        Assert.All(money, e => Assert.Equal(e.Source == "shop-cn" ? "CNY" : "EUR", (string?)Data(e)["currency"]));
        Assert.All(Distinct.Where(e => e.Type is "order.placed" or "order.paid"), e => Assert.NotNull(Amount(e)));
    }

    [Fact]
    public void Forms_know_no_number_of_the_shops_and_some_of_their_people_order_later()
    {
        var forms = Distinct.Where(e => e.Type == "form.submitted").ToList();
        Assert.All(forms, e => Assert.Null(Customer(e)["id"]));
        var order = Distinct
            .Where(e => e.Type == "order.paid" && Customer(e)["phone"] is not null)
            .ToLookup(e => (string)Customer(e)["phone"]!, e => e.Time);
        Assert.InRange(forms.Count(f => (string?)Customer(f)["phone"] is { } phone && order[phone].Any(t => t > f.Time)), 40, forms.Count);
    }

    [Fact]
    public void Some_people_buy_in_both_shops_under_one_address()
    {
        var shops = Distinct
            .Where(e => e.Type == "order.paid" && Customer(e)["email"] is not null)
            .GroupBy(e => (string)Customer(e)["email"]!);
        Assert.InRange(shops.Count(g => g.Select(e => e.Source).Distinct().Count() == 2), 60, 200);
    }

    [Fact]
    public void The_eleventh_of_November_is_the_busiest_day_in_China_and_December_is_busy_in_Europe()
    {
        var china = Distinct
            .Where(e => e is { Type: "order.paid", Source: "shop-cn" })
            .CountBy(e => Shop.China.Season.DayOf(e.Time))
            .MaxBy(d => d.Value);
        Assert.Equal(new NodaTime.LocalDate(2025, 11, 11), china.Key);
        var europe = Distinct
            .Where(e => e is { Type: "order.paid", Source: "shop-eu" })
            .CountBy(e => Shop.Europe.Season.DayOf(e.Time).ToYearMonth())
            .ToDictionary();
        Assert.True(europe[new(2025, 12)] > europe[new(2025, 10)] * 1.2);
    }

    [Fact]
    public void Some_bought_within_a_month_some_not_for_months_some_not_for_a_year_and_some_came_back()
    {
        var end = Season.End.AtStartOfDayInZone(NodaTime.DateTimeZone.Utc).ToInstant();
        var orders = Distinct
            .Where(e => e.Type == "order.paid")
            .GroupBy(e => (string)Customer(e)["id"]!)
            .Select(g => g.Select(e => e.Time).Order().ToList())
            .ToList();
        Assert.InRange(orders.Count(o => (end - o[^1]).Days < 30), 200, 1_000);
        Assert.InRange(orders.Count(o => (end - o[^1]).Days is >= 90 and < 365), 300, 1_200);
        Assert.InRange(orders.Count(o => (end - o[^1]).Days >= 365), 100, 500);
        Assert.InRange(orders.Count(o => o.Count > 1 && (o[^1] - o[^2]).Days > 180 && (end - o[^1]).Days < 60), 10, 200);
        Assert.InRange(orders.Count(o => o.Count >= 12), 20, 300);
    }

    private static JsonObject Data(CanonicalEvent e) => (JsonObject)JsonNode.Parse(e.Json)!["data"]!;

    private static JsonObject Customer(CanonicalEvent e) => (JsonObject)Data(e)["customer"]!;

    private static string Order(CanonicalEvent e) => (string)Data(e)["orderId"]!;

    private static decimal? Amount(CanonicalEvent e) =>
        Data(e)["amount"] is { } amount
            ? decimal.Parse((string)amount!, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
            : null;
}
