using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.ValueModels.Purchases;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Calibrating;

/// <summary>
/// Simulated bases: customers who buy at their own rate, leave after a purchase with a probability of their own, and spend about their own
/// mean.
/// </summary>
internal static class Bases
{
    public static readonly DateTimeOffset At = Make.Day(700);

    public static IEnumerable<(string Customer, Facts Facts)> Shop(
        int customers,
        int seed,
        double leaving = 0.1,
        int days = 700,
        double once = 0
    )
    {
        var random = new Random(seed);
        for (var i = 0; i < customers; i++)
        {
            var gap = Math.Exp(random.NextDouble() * 3 + 1.5);
            var mean = 20 / PurchaseSimulation.Gamma(random, 3.7) * 10;
            var orders = new List<Order>();
            var stops = random.NextDouble() < once;
            for (var day = 700 - days + random.NextDouble() * days * 0.6; day < 700; day += gap * PurchaseSimulation.Gamma(random, 1))
            {
                var amount = (long)(100 * mean * PurchaseSimulation.Gamma(random, 6) / 6) + 1;
                orders.Add(new($"shop/o{i}-{orders.Count}", Make.Day(day), new Money(amount, "CNY"), 0, [$"shop/e{i}-{orders.Count}"]));
                if (stops || random.NextDouble() < leaving)
                    break;
            }

            yield return ($"customer-{i}", Facts([.. orders]));
        }
    }

    public static Facts Facts(ImmutableArray<Order> orders) =>
        new()
        {
            AsOf = At,
            Orders = orders,
            Touches = [],
            Ratings = [],
            Feedback = [],
            Complaints = [],
            Referrals = [],
            FirstSeen = orders.IsEmpty ? null : orders[0].At,
            Events = orders.Length,
        };
}
