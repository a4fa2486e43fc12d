using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Standards.Templates;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.TestKit;
using CrmFunctions.UnitTests.Domain.Laws;

namespace CrmFunctions.UnitTests.Standards;

/// <summary>A template with a base as its industry has them: most buy little, few buy much, some never, some left.</summary>
internal sealed class SampleBase
{
    private static readonly Dictionary<string, Lazy<SampleBase>> made = IndustryTemplates.Names.ToDictionary(
        name => name,
        name => new Lazy<SampleBase>(() => new SampleBase(name))
    );

    private SampleBase(string name)
    {
        Standard = StandardReader.ReadOrThrow(IndustryTemplates.Find(name, Language.English)!);
        var trade = Trade.Of(name);
        Histories = [.. Enumerable.Range(0, Customers).Select(i => trade.History(new Random((name[0] * 100_000) + i), i))];
        Facts = [.. Histories.Select(history => Make.Facts(history, Now))];
        Calibration = Calibrated(Standard, Facts);
    }

    public static int Customers { get; } = Any.Cases(2000);

    /// <summary>When everybody is looked at.</summary>
    public static DateTimeOffset Now { get; } = Make.Day(730.5);

    public Standard Standard { get; }

    public Calibration Calibration { get; }

    public IReadOnlyList<IReadOnlyList<CustomerEvent>> Histories { get; }

    public IReadOnlyList<Facts> Facts { get; }

    public static SampleBase Of(string template) => made[template].Value;

    public Decision Decide(Facts facts, DateTimeOffset? at = null) => Decisions.Decide(facts, Standard, Calibration, at ?? Now);

    /// <summary>The percentiles of type 7 of each dimension's known values, and of the scores.</summary>
    public static Calibration Calibrated(Standard standard, IReadOnlyList<Facts> facts)
    {
        var measuring = standard with
        {
            Matrix = null,
            Kind = StandardKind.Classes,
            Rules = [],
            Dimensions = [.. standard.Dimensions.Select(dimension => dimension with { Rating = new LinearScale(0, 1) })],
        };
        var terms = facts.Select(each => Decisions.Decide(each, measuring, Calibration.None, Now).Receipt.Terms).ToList();
        var calibration = new Calibration
        {
            Version = "sample",
            At = Now,
            Customers = facts.Count,
            Percentiles = standard
                .Dimensions.Select(
                    (dimension, i) => (dimension.Name, Values: Percentiles(terms.Select(term => term[i].Value).OfType<decimal>()))
                )
                .ToImmutableDictionary(pair => pair.Name, pair => pair.Values),
        };
        return calibration with { Scores = Percentiles(facts.Select(each => Decisions.Decide(each, standard, calibration, Now).Score)) };
    }

    private static ImmutableArray<decimal> Percentiles(IEnumerable<decimal> values)
    {
        var sorted = values.Order().ToList();
        return
        [
            .. Enumerable
                .Range(0, Calibration.Points)
                .Select(percentile =>
                {
                    var place = percentile * (sorted.Count - 1) / 100m;
                    var below = (int)place;
                    return below + 1 < sorted.Count
                        ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]))
                        : sorted[below];
                }),
        ];
    }

    /// <summary>What customers of an industry do.</summary>
    /// <param name="Order">Median of an order, CNY.</param>
    /// <param name="PerYear">Orders a year of a typical customer.</param>
    /// <param name="Touches">Visits and the like a month.</param>
    /// <param name="Attributes">Said of three customers in four.</param>
    /// <param name="Tags">Put on one in fifty.</param>
    private sealed record Trade(
        double Order,
        double PerYear,
        double Touches,
        (string Name, Func<Random, string> Value)[] Attributes,
        string[] Tags
    )
    {
        public static Trade Of(string template) =>
            template switch
            {
                "retail" => new(120, 4, 3, [], ["vip", "blocked"]),
                "manufacturing" => new(
                    40_000,
                    5,
                    1,
                    [
                        ("annualDemand", random => Log(random, 300, 1.2)),
                        ("contract", random => random.Next(10) == 0 ? "框架协议" : "none"),
                        ("credit", random => random.Next(20) == 0 ? "blocked" : "good"),
                    ],
                    []
                ),
                "finance" => new(
                    150,
                    5,
                    4,
                    [
                        ("assets", random => Log(random, 200_000, 1.8)),
                        ("products", random => random.Next(1, 7).ToString(CultureInfo.InvariantCulture)),
                    ],
                    ["compliance-hold"]
                ),
                "education" => new(1800, 1.5, 4, [("scholarship", random => random.Next(25) == 0 ? "yes" : "no")], []),
                _ => new(
                    15_000,
                    4,
                    3,
                    [
                        ("employees", random => Log(random, 200, 1.2)),
                        ("subsidiaryOf", random => random.Next(40) == 0 ? "strategic" : "none"),
                    ],
                    ["strategic-signed"]
                ),
            };

        public List<CustomerEvent> History(Random random, int customer)
        {
            var events = new List<CustomerEvent>();
            var who = new Identifiers(Id: $"{customer}");
            void Add(Happening what, double day)
            {
                if (day <= 730)
                    events.Add(Make.Event(what, Make.Start.AddSeconds(Math.Round(day * 86_400)), $"{events.Count}", customer: who));
            }

            var first = random.NextDouble() * 700;
            var (rate, size, lively) = (
                PerYear / 365 * Normal(random, 0.9),
                Order * Normal(random, 0.7),
                Touches / 30 * Normal(random, 0.9)
            );
            var leaves = random.Next(3) == 0 ? first + (random.NextDouble() * 400) : 730;
            if (random.Next(8) > 0)
            {
                for (var day = first; day < leaves; day += -Math.Log(1 - random.NextDouble()) / rate)
                {
                    var minor = (long)(size * Normal(random, 0.4) * 100);
                    Add(new OrderPaid($"o{events.Count}", new Money(minor, "CNY")), day);
                    if (random.Next(30) == 0)
                        Add(new OrderRefunded($"o{events.Count - 1}", "r", new Money(minor / 2, "CNY")), day + 3);
                }
            }

            for (var day = Math.Max(first, 550); day < leaves; day += -Math.Log(1 - random.NextDouble()) / lively)
                Add(Touch(random), day);
            Happening Referred() => new Referral($"friend {events.Count}");
            if (random.Next(6) == 0)
                Repeat(random, 5, () => Add(Referred(), first + (random.NextDouble() * 400)));
            if (random.Next(10) == 0)
                Repeat(random, 4, () => Add(new ComplaintOpened($"c{events.Count}"), 500 + (random.NextDouble() * 230)));
            if (random.Next(2) == 0)
                Repeat(random, 3, () => Add(new Feedback(random.Next(3, 11), null), 400 + (random.NextDouble() * 330)));
            if (random.Next(3) == 0)
                Add(new PotentialRated(random.Next(20, 101), "wang", "met", random.Next(2) == 0 ? Make.Day(900) : null), 600);
            foreach (var (name, value) in Attributes)
            {
                if (random.Next(4) > 0)
                    Add(
                        new CustomerUpdated(
                            new Dictionary<string, JsonElement> { [name] = JsonSerializer.SerializeToElement(value(random)) }
                        ),
                        first
                    );
            }

            foreach (var tag in Tags)
            {
                if (random.Next(50) == 0)
                    Add(new CustomerUpdated(null, [new TagChange(tag, true, null)]), first);
            }

            return events;
        }

        private static Happening Touch(Random random) =>
            random.Next(10) switch
            {
                0 => new FormSubmitted("f", null),
                1 or 2 => new Interaction("chat", true),
                3 => new CheckoutAbandoned("c"),
                _ => new Visit(null),
            };

        private static void Repeat(Random random, int most, Action action)
        {
            for (var i = random.Next(1, most + 1); i > 0; i--)
                action();
        }

        private static string Log(Random random, double median, double sigma) =>
            Math.Round(median * Normal(random, sigma)).ToString("0", CultureInfo.InvariantCulture);

        // Log-normal with median 1 (Box and Muller 1958).
        private static double Normal(Random random, double sigma) =>
            Math.Exp(sigma * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    }
}
