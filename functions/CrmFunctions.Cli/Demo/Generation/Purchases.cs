using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;

namespace CrmFunctions.Cli.Demo.Generation;

/// <summary>The orders of one person in one shop, with what becomes of each: paid, refunded, cancelled.</summary>
/// <remarks>
/// Rates differ between people by a gamma distribution and everybody may drop out after any order, as in the BG/NBD model:
/// Fader, Hardie and Lee, "Counting Your Customers the Easy Way" (2005). Baskets are lognormal around a person's own level.
/// </remarks>
internal static class Purchases
{
    // Orders a year while a customer is alive, and the chance to stop after each order.
    private const double RateShape = 0.75,
        RateMean = 5.0,
        DropA = 0.9,
        DropB = 3.2;

    // Some who stopped come back within the last two months; a few sign on to buy very much.
    private const double ComesBack = 0.05,
        Keen = 0.05;

    /// <returns>Instants of the orders, in order of time. Of those before the shop's year only the last was carried over.</returns>
    public static List<Instant> Times(GeneratedPerson person, Shop shop, Dice dice)
    {
        var season = shop.Season;
        var rate = dice.Gamma(RateShape, RateMean) / 365 * (dice.Chance(Keen) ? 5 : 1) * (shop == person.Home ? 1 : 0.5);
        var drop = dice.Beta(DropA, DropB);
        var times = new List<Instant>();
        var left = false;
        for (
            var at = season.At(person.Joined) + dice.Unit();
            !left && season.OnCalendar(at, dice) is { } time;
            at += dice.Exponential(1 / rate)
        )
        {
            times.Add(time);
            left = dice.Chance(drop);
        }

        if (left && dice.Chance(ComesBack) && season.OnCalendar(season.Length - dice.Between(1, 60), dice) is { } back && back > times[^1])
            times.Add(back);

        times.Sort();
        var old = times.FindLastIndex(t => season.DayOf(t) < Season.Start);
        if (old > 0)
            times.RemoveRange(0, old);
        return times;
    }

    public static IEnumerable<CanonicalEvent> Events(GeneratedPerson person, Shop shop, IReadOnlyList<Instant> times, Dice dice)
    {
        var level = shop.Basket * Math.Exp(0.5 * dice.Normal());
        for (var n = 0; n < times.Count; n++)
        {
            var order = string.Create(CultureInfo.InvariantCulture, $"{shop.Code}-{person.Number:D5}-{n + 1:D3}");
            var minor = Math.Max(5_00, (long)Math.Round(dice.LogNormal(level, 0.6) / 10) * 10 - dice.Pick([0, 0, 1, 5]));
            foreach (var happened in Order(person, shop, order, times[n], minor, dice))
                yield return happened;
        }
    }

    private static IEnumerable<CanonicalEvent> Order(GeneratedPerson person, Shop shop, string order, Instant placed, long minor, Dice dice)
    {
        JsonObject Money() =>
            new()
            {
                ["orderId"] = order,
                ["amount"] = CanonicalEvent.Amount(minor),
                ["currency"] = shop.Currency,
            };
        JsonObject Only() => new() { ["orderId"] = order };

        var paid = placed;
        if (shop.PlacesFirst)
        {
            yield return CanonicalEvent.Of(shop, order + "-placed", "order.placed", placed, person.Whole(shop), Money());
            if (dice.Chance(0.05))
            {
                var gaveUp = placed + Duration.FromSeconds(dice.Between(900, 86_400));
                yield return CanonicalEvent.Of(shop, order + "-cancelled", "order.cancelled", gaveUp, person.Account(shop), Only());
                yield break;
            }

            paid += Duration.FromSeconds(dice.Chance(0.9) ? dice.Between(10, 900) : dice.Between(900, 36_000));
        }

        yield return CanonicalEvent.Of(shop, order + "-paid", "order.paid", paid, person.Whole(shop), Money());
        if (dice.Chance(0.015))
        {
            var cancelled = paid + Duration.FromSeconds(dice.Between(600, 172_800));
            yield return CanonicalEvent.Of(shop, order + "-cancelled", "order.cancelled", cancelled, person.Account(shop), Only());
        }
        else if (dice.Chance(shop.PlacesFirst ? 0.05 : 0.09))
        {
            foreach (var refund in Refunds(person, shop, order, paid, minor, dice))
                yield return refund;
        }
    }

    // A whole refund says so by naming no amount, or names all of it; a partial one may be followed by the rest.
    private static IEnumerable<CanonicalEvent> Refunds(GeneratedPerson person, Shop shop, string order, Instant paid, long minor, Dice dice)
    {
        var back = dice.Chance(0.45) ? minor : minor * dice.Between(10, 70) / 100;
        var named = back < minor || dice.Chance(0.4);
        var at = paid + Duration.FromSeconds(dice.Between(2 * 86_400, 20 * 86_400));
        yield return Refund(person, shop, order, 1, at, named ? back : null);
        if (back < minor && dice.Chance(0.15))
            yield return Refund(person, shop, order, 2, at + Duration.FromSeconds(dice.Between(86_400, 6 * 86_400)), minor - back);
    }

    private static CanonicalEvent Refund(GeneratedPerson person, Shop shop, string order, int number, Instant at, long? minor)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{order}-R{number}");
        var data = new JsonObject { ["orderId"] = order, ["refundId"] = id };
        if (minor is { } amount)
        {
            data["amount"] = CanonicalEvent.Amount(amount);
            data["currency"] = shop.Currency;
        }

        return CanonicalEvent.Of(shop, id, "order.refunded", at, person.Account(shop), data);
    }
}
