using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;

namespace CrmFunctions.Cli.Demo.Generation;

/// <summary>All that one person does in one shop besides buying: forms, visits, talks, complaints, opinions.</summary>
internal sealed class Dealings(GeneratedPerson person, Shop shop, IReadOnlyList<Instant> orders, int people, Dice dice)
{
    private readonly Dictionary<string, int> numbers = [];

    public IEnumerable<CanonicalEvent> Events() =>
        [.. BeforeBuying(), .. Account(), .. Browsing(), .. Talking(), .. Complaining(), .. Judging(), .. BeingCaredFor()];

    // A person who leaves a phone number or an address first, and shows up with the same one in an order later, or never.
    private IEnumerable<CanonicalEvent> BeforeBuying()
    {
        if (shop != person.Home || !dice.Chance(orders.Count == 0 ? 0.75 : 0.18))
            yield break;
        var first = orders.Count == 0 ? shop.Season.Awake(person.Joined, dice) : orders[0] - Days(0.01, 20);
        var form = dice.Pick(["newsletter", "catalogue", "callback", "event"]);
        var attributes = new JsonObject { ["city"] = person.City, ["interest"] = dice.Pick(["tea", "ceramics", "lamps", "furniture"]) };
        if (dice.Chance(0.3))
            attributes["householdSize"] = dice.Between(1, 6);
        yield return Event("form.submitted", "form", first, person.OnForm(), new() { ["form"] = form, ["attributes"] = attributes });
    }

    private IEnumerable<CanonicalEvent> Account()
    {
        var joined = orders.Count == 0 ? shop.Season.Awake(person.Joined, dice) : orders[0] - Days(0.001, 0.02);
        if (orders.Count == 0 ? dice.Chance(0.5) : dice.Chance(0.85))
        {
            var attributes = new JsonObject { ["city"] = person.City };
            if (dice.Chance(0.6))
                attributes["birthday"] = person.Birthday.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
            yield return Event("customer.created", "created", joined, person.Whole(shop), new() { ["attributes"] = attributes });
        }

        if (dice.Chance(0.1))
            yield return Event(
                "customer.updated",
                "updated",
                joined + Days(5, 200),
                person.Whole(shop),
                new() { ["attributes"] = new JsonObject { ["level"] = dice.Pick(["plus", "basic"]) } }
            );
        if (dice.Chance(0.12))
            yield return Event("consent.changed", "consent", joined + Days(0.01, 30), person.Whole(shop), Consent());
    }

    private IEnumerable<CanonicalEvent> Browsing()
    {
        foreach (var order in orders)
        {
            for (var n = dice.Poisson(0.45); n > 0; n--)
                yield return Event("visit", "visit", order - Days(0.005, 6), person.Account(shop), Page());
        }

        for (var n = dice.Poisson(orders.Count == 0 ? 0.8 : 0.4); n > 0; n--)
            yield return Event("visit", "visit", Sometime(), person.Account(shop), Page());
        if (dice.Chance(0.12))
        {
            var checkout = new JsonObject
            {
                ["checkoutId"] = string.Create(CultureInfo.InvariantCulture, $"{shop.Code}-B{person.Number:D5}"),
            };
            if (dice.Chance(0.8))
            {
                checkout["amount"] = CanonicalEvent.Amount((long)dice.LogNormal(shop.Basket, 0.7));
                checkout["currency"] = shop.Currency;
            }

            yield return Event("checkout.abandoned", "checkout", Sometime(), person.Whole(shop), checkout);
        }
    }

    private IEnumerable<CanonicalEvent> Talking()
    {
        for (var n = dice.Poisson(0.15 + Math.Min(orders.Count, 10) * 0.1); n > 0; n--)
        {
            var channel = dice.Pick(shop.Channels);
            var said = new JsonObject { ["channel"] = channel, ["direction"] = dice.Chance(0.6) ? "out" : "in" };
            yield return Event("interaction", "talk", Sometime(), channel == "phone" ? person.OnForm() : person.Account(shop), said);
        }

        if (orders.Count > 1 && dice.Chance(0.06))
        {
            var friend = string.Create(CultureInfo.InvariantCulture, $"{shop.Code}{100000 + dice.Between(1, people)}");
            yield return Event("referral", "referral", Sometime(), person.Account(shop), new() { ["referred"] = friend });
        }
    }

    private IEnumerable<CanonicalEvent> Complaining()
    {
        foreach (var order in orders)
        {
            if (!dice.Chance(0.025))
                continue;
            var opened = order + Days(1, 12);
            var complaint = string.Create(CultureInfo.InvariantCulture, $"{shop.Code}-C{person.Number:D5}-{Next("complaint")}");
            JsonObject Which() => new() { ["complaintId"] = complaint };
            yield return CanonicalEvent.Of(shop, complaint + "-opened", "complaint.opened", opened, person.Account(shop), Which());
            if (dice.Chance(0.85))
                yield return CanonicalEvent.Of(
                    shop,
                    complaint + "-closed",
                    "complaint.closed",
                    opened + Days(0.1, 9),
                    person.Account(shop),
                    Which()
                );
        }
    }

    private IEnumerable<CanonicalEvent> Judging()
    {
        foreach (var order in orders)
        {
            if (!dice.Chance(0.06))
                continue;
            var score = Math.Clamp((int)Math.Round(8 + 2 * dice.Normal()), 0, 10);
            var kind = dice.Chance(0.9)
                ? dice.Chance(0.6)
                    ? "nps"
                    : "csat"
                : null;
            var opinion =
                kind == "csat"
                    ? new JsonObject { ["score"] = Math.Max(1, (score + 1) / 2), ["scale"] = 5 }
                    : new JsonObject { ["score"] = score };
            if (kind is not null)
                opinion["kind"] = kind;
            yield return Event("feedback", "feedback", order + Days(3, 14), person.Account(shop), opinion);
        }
    }

    private IEnumerable<CanonicalEvent> BeingCaredFor()
    {
        if (dice.Chance(orders.Count > 3 ? 0.35 : 0.05))
        {
            var done = new JsonObject
            {
                ["note"] = dice.Pick(["回访完成", "称心如意", "called back", "sent a catalogue"]),
                ["by"] = dice.Pick(["li.na", "weber"]),
            };
            yield return Event("followup.done", "followup", Sometime(), person.Account(shop), done);
        }

        if (shop == person.Home && dice.Chance(orders.Count > 2 ? 0.25 : 0.04))
        {
            var rated = Sometime();
            var rating = new JsonObject
            {
                ["score"] = dice.Between(2, 20) * 5,
                ["author"] = dice.Pick(["li.na", "weber"]),
                ["reason"] = dice.Pick(["企业采购意向", "opens a second branch", "旗舰店邻居", "buys for a hotel"]),
            };
            if (dice.Chance(0.7))
                rating["expires"] = NodaTime.Text.InstantPattern.General.Format(rated + Duration.FromDays(180));
            yield return Event("rating.potential", "rating", rated, person.Account(shop), rating);
        }
    }

    private JsonObject Consent() =>
        new()
        {
            ["channel"] = dice.Pick(["email", "sms"]),
            ["purpose"] = "marketing",
            ["granted"] = dice.Chance(0.7),
        };

    private JsonObject? Page() =>
        dice.Chance(0.8) ? new() { ["page"] = dice.Pick(["/", "/new", "/tea", "/sale", "/p/1042", "/p/2210"]) } : null;

    // A time while the person was around: between joining and a little after the last order.
    private Instant Sometime()
    {
        var season = shop.Season;
        var first = LocalDate.Max(season.DayOf(orders.Count == 0 ? season.Awake(person.Joined, dice) : orders[0]), Season.Start);
        var last = orders.Count == 0 ? first.PlusDays(40) : LocalDate.Max(season.DayOf(orders[^1]), first).PlusDays(25);
        return season.Awake(first.PlusDays(dice.Below(Period.DaysBetween(first, last) + 1)), dice);
    }

    private Duration Days(double from, double to) => Duration.FromSeconds((long)((from + (to - from) * dice.Unit()) * 86_400));

    private int Next(string name) => numbers[name] = numbers.GetValueOrDefault(name) + 1;

    private CanonicalEvent Event(string type, string name, Instant at, JsonObject customer, JsonObject? more) =>
        CanonicalEvent.Of(
            shop,
            string.Create(CultureInfo.InvariantCulture, $"{shop.Code}-{person.Number:D5}-{name}-{Next(name)}"),
            type,
            at,
            customer,
            more
        );
}
