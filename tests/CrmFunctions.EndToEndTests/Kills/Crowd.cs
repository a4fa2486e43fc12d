using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>
/// People who come, are met under several handles that turn out to be theirs, and come back. Some are as old as a limit of the lifecycle,
/// so that silence alone changes them while they are watched. Every event has a name and a time of its own.
/// </summary>
/// <param name="seed">Equal seeds make equal people.</param>
/// <param name="clock">Their time.</param>
internal sealed class Crowd(int seed, TimeProvider clock)
{
    private static readonly int[] limits = [30, 60, 90, 150];

    private readonly Random dice = new(seed);
    private readonly List<Person> people = [];
    private readonly List<Parcel> made = [];
    private int events;

    /// <summary>People so far.</summary>
    public int People => people.Count;

    /// <summary>All parcels so far, in the order in which they were made.</summary>
    public IReadOnlyList<Parcel> Parcels => made;

    /// <summary>One more person, three who come back, and sometimes something that was posted before.</summary>
    /// <param name="file">With a file of orders too.</param>
    public IReadOnlyList<Parcel> Next(bool file)
    {
        List<JsonObject> happened = [.. Arrive()];
        for (var i = 0; i < 3; i++)
            happened.Add(Return(people[dice.Next(people.Count)]));
        dice.Shuffle(CollectionsMarshal.AsSpan(happened));

        var parcels = new List<Parcel>();
        for (var from = 0; from < happened.Count; )
        {
            var some = happened.Slice(from, Math.Min(dice.Next(1, 4), happened.Count - from));
            parcels.Add(Parcel.Of(some));
            from += some.Count;
        }

        if (file)
            parcels.Add(File(orders: 8));
        if (made.Count > 0 && dice.Next(4) == 0)
            parcels.Add(made[dice.Next(made.Count)]);
        made.AddRange(parcels);
        return parcels;
    }

    /// <summary>A file of orders of people who are known by their e-mail address.</summary>
    public Parcel File(int orders)
    {
        var lines = new List<string>();
        var names = new List<string>();
        for (var i = 0; i < orders; i++)
        {
            var order = $"f{++events}";
            names.Add($"file/{order}");
            lines.Add(
                $"{people[dice.Next(people.Count)].Email},{Stamp(clock.GetUtcNow().AddDays(-dice.Next(1, 400)))},{dice.Next(20, 900)}.50,{order}"
            );
        }

        return new Parcel(
            "api/imports?source=file&email=mail&date=day&amount=total&order=order",
            "text/csv",
            "mail,day,total,order\n" + string.Join('\n', lines) + "\n",
            names
        );
    }

    private IEnumerable<JsonObject> Arrive()
    {
        var person = new Person(people.Count);
        people.Add(person);
        var now = clock.GetUtcNow();

        // Half of them reach a limit within the next minute or two.
        var ago =
            dice.Next(2) == 0
                ? now.AddDays(-limits[dice.Next(limits.Length)]).AddSeconds(dice.Next(5, 90))
                : now.AddDays(-dice.Next(1, 400));
        yield return Event(person.Source, EventTypes.OrderPaid, ago, person.Main, Order($"{person.Number}-0", dice.Next(20, 3000)));
        yield return Event("site", EventTypes.Visit, now.AddDays(-dice.Next(20)), new() { ["email"] = person.Email });
        yield return Event("site", EventTypes.FormSubmitted, now.AddDays(-dice.Next(20)), new() { ["phone"] = person.Phone });
        if (person.Source == "shop")
        {
            yield return Event("shop", EventTypes.CustomerUpdated, now, new() { ["id"] = person.Id, ["email"] = person.Email });
            yield return Event(
                "app",
                EventTypes.Visit,
                now.AddDays(-dice.Next(20)),
                new() { ["id"] = person.AppId, ["phone"] = person.Phone }
            );
            yield return Event("app", EventTypes.CustomerUpdated, now, new() { ["id"] = person.AppId, ["email"] = person.Email });
        }
        else
        {
            yield return Event("site", EventTypes.CustomerUpdated, now, new() { ["email"] = person.Email, ["phone"] = person.Phone });
        }
    }

    // A large order moves a person up, and all of it back moves the person down again: there is always something to tell.
    private JsonObject Return(Person person)
    {
        person.IsUp = !person.IsUp;
        return person.IsUp
            ? Event(person.Source, EventTypes.OrderPaid, clock.GetUtcNow(), person.Main, Order($"{person.Number}-{++person.Orders}", 9000))
            : Event(
                person.Source,
                EventTypes.OrderRefunded,
                clock.GetUtcNow(),
                person.Main,
                new() { ["orderId"] = $"{person.Number}-{person.Orders}" }
            );
    }

    private JsonObject Event(string source, string type, DateTimeOffset time, JsonObject customer, JsonObject? more = null)
    {
        var data = more ?? [];
        data["customer"] = customer;
        return new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = $"e{++events}",
            ["source"] = source,
            ["type"] = type,
            ["time"] = Stamp(time),
            ["data"] = data,
        };
    }

    private static JsonObject Order(string order, int amount) =>
        new()
        {
            ["orderId"] = order,
            ["amount"] = $"{amount}.00",
            ["currency"] = "CNY",
        };

    private static string Stamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private sealed class Person(int number)
    {
        public int Number => number;

        /// <summary>Two of three have ids in two shops, the third none at all.</summary>
        public string Source => number % 3 == 2 ? "site" : "shop";

        public string Id => $"s{number}";

        public string AppId => $"a{number}";

        public string Email => $"p{number}@example.com";

        public string Phone => $"+86138{number:D8}";

        public JsonObject Main => Source == "shop" ? new() { ["id"] = Id } : new() { ["email"] = Email };

        public bool IsUp { get; set; }

        public int Orders { get; set; }
    }
}

/// <summary>A request, to be sent until it is taken.</summary>
/// <param name="Path">Path and query.</param>
/// <param name="MediaType">Of the body.</param>
/// <param name="Body">The body.</param>
/// <param name="Names">What it puts into the log: source and id, of orders in files source and order.</param>
internal sealed record Parcel(string Path, string MediaType, string Body, IReadOnlyList<string> Names)
{
    /// <summary>One event as it is, several as a batch.</summary>
    public static Parcel Of(IReadOnlyList<JsonObject> events) =>
        new(
            "api/events",
            "application/json",
            events.Count == 1 ? events[0].ToJsonString() : new JsonArray([.. events]).ToJsonString(),
            [.. events.Select(e => $"{e["source"]}/{e["id"]}")]
        );
}
