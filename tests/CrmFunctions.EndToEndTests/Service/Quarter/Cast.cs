using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Service.Quarter;

/// <summary>What somebody did: the event that is posted, and what of it counts.</summary>
/// <param name="Customer">Number of the customer.</param>
/// <param name="At">When it happened. UTC.</param>
/// <param name="What">order, refund, visit, in, out, complaint, closed, birthday, zone, yes, no, done.</param>
/// <param name="Of">The order or complaint, the date, the zone, or the duty.</param>
internal sealed record Deed(int Customer, DateTimeOffset At, string What, string Of = "");

/// <summary>A quarter of people: some buy often, some leave, some write, complain, agree, refuse; some things are told days late.</summary>
internal sealed class Cast
{
    private readonly Random dice;
    private int numbers;

    /// <param name="customers">How many.</param>
    /// <param name="days">How long.</param>
    /// <param name="begin">The first day's turn.</param>
    public Cast(int customers, int days, DateTimeOffset begin)
    {
        dice = new Random(20260302);
        Told = [.. Enumerable.Range(0, days + 1).Select(_ => new List<Deed>())];
        for (var customer = 0; customer < customers; customer++)
            Live(customer, days, begin);
    }

    /// <summary>What is told on each day: most of it happened since the day before, some longer ago.</summary>
    public IReadOnlyList<List<Deed>> Told { get; }

    /// <summary>Whether a customer has an address.</summary>
    public static bool HasEmail(int customer) => customer % 7 != 3;

    /// <summary>A deed as a shop sends it.</summary>
    public JsonObject Event(Deed deed)
    {
        var (id, who, email) = (
            $"q{numbers++}",
            Name(deed.Customer),
            HasEmail(deed.Customer) ? $"{Name(deed.Customer)}@example.com" : null
        );
        JsonObject Of(string type, params (string, JsonNode?)[] data) => Sent.Event(type, id, who, email, at: deed.At, data: data);
        var sent = deed.What switch
        {
            "order" => Of("order.paid", ("orderId", deed.Of), ("amount", "100.00"), ("currency", "CNY")),
            "refund" => Of("order.refunded", ("orderId", deed.Of)),
            "visit" => Of("visit", ("page", "/")),
            "in" => Of("interaction", ("direction", "in"), ("channel", "email")),
            "out" => Of("interaction", ("direction", "out"), ("channel", "phone")),
            "complaint" => Of("complaint.opened", ("complaintId", deed.Of)),
            "closed" => Of("complaint.closed", ("complaintId", deed.Of)),
            "birthday" => Of("customer.updated", ("attributes", new JsonObject { ["birthday"] = deed.Of })),
            "zone" => Of("customer.updated"),
            "yes" or "no" => Of("consent.changed", ("channel", "email"), ("purpose", "marketing"), ("granted", deed.What == "yes")),
            "done" => Of("followup.done", ("by", "ann"), ("duty", deed.Of), ("evidence", "called")),
            _ => throw new ArgumentOutOfRangeException(nameof(deed), deed.What, "No such deed."),
        };
        var customer = sent["data"]!["customer"]!.AsObject();
        customer["name"] = $"Customer {deed.Customer}";
        if (deed.What == "zone")
            customer["timeZone"] = deed.Of;
        return sent;
    }

    /// <summary>The shop's id of a customer.</summary>
    public static string Name(int customer) => string.Create(CultureInfo.InvariantCulture, $"c{customer:000}");

    private void Live(int customer, int days, DateTimeOffset begin)
    {
        var joins = dice.Next(4) == 0 ? dice.Next(days) : 0;
        var pause = new[] { 4.0, 9, 16, 30 }[dice.Next(4)];
        var leaves = dice.Next(3) == 0 ? dice.Next(days) : days + 1;
        var orders = new List<string>();
        if (dice.Next(2) == 0)
            Tell(joins, new Deed(customer, At(joins), dice.Next(5) == 0 ? "no" : "yes"));
        if (dice.Next(2) == 0)
            Tell(joins, new Deed(customer, At(joins), "birthday", $"--{begin.AddDays(dice.Next(days)):MM-dd}"));
        if (dice.Next(10) == 0)
            Tell(joins, new Deed(customer, At(joins), "zone", dice.Next(2) == 0 ? "Pacific/Kiritimati" : "Etc/GMT+12"));
        for (var day = (double)joins; day <= Math.Min(days, leaves); day += pause * (0.3 + (1.4 * dice.NextDouble())))
        {
            var order = $"o{customer}-{orders.Count}";
            orders.Add(order);

            // One in twelve is told days late; one in fifteen is given back.
            var told = Math.Min(days, (int)day + (dice.Next(12) == 0 ? dice.Next(2, 12) : 0));
            Tell(told, new Deed(customer, At((int)day), "order", order));
            if (dice.Next(15) == 0)
                Tell(Math.Min(days, told + dice.Next(1, 20)), new Deed(customer, At(Math.Min(days, told + 1)), "refund", order));
        }

        Some(0.01, "visit", "in", "out");
        Some(0.004, "complaint");
        if (dice.Next(8) == 0)
            Tell(dice.Next(joins, days + 1) is var late ? late : 0, new Deed(customer, At(late), dice.Next(2) == 0 ? "no" : "yes"));

        void Some(double share, params string[] kinds)
        {
            foreach (var what in kinds)
            {
                for (var day = joins; day <= days; day++)
                {
                    if (dice.NextDouble() >= share)
                        continue;
                    var of = what == "complaint" ? $"k{customer}-{day}" : "";
                    Tell(day, new Deed(customer, At(day), what, of));
                    if (what == "complaint" && dice.Next(2) == 0 && day + 3 <= days)
                        Tell(day + 3, new Deed(customer, At(day + 3), "closed", of));
                }
            }
        }

        // Within the day that ends with the turn, at an instant that nothing else of the customer has.
        DateTimeOffset At(int day) => begin.AddDays(day).AddSeconds(-dice.Next(60, 86_000)).AddMilliseconds(dice.Next(1000));
    }

    private void Tell(int day, Deed deed) => Told[day].Add(deed);
}
