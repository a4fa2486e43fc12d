using System.Collections.Immutable;
using System.Globalization;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Notifications.Channels;

namespace CrmFunctions.TestKit;

/// <summary>Valid data; name what matters to the test.</summary>
public static class Make
{
    /// <summary>The standard of the examples in the rule documents: RFM with absolute bands, engagement and potential.</summary>
    public const string StandardJson = """
        {
          "scheme": "value", "kind": "ladder", "currency": "CNY", "rates": { "EUR": 7.8, "USD": 7.2, "JPY": 0.048 }, "timeZone": "Asia/Shanghai",
          "dimensions": [
            { "name": "recency", "measure": "daysSinceLastOrder", "weight": 25, "better": "lower", "bands": { "at": [30, 60, 120, 240] } },
            { "name": "frequency", "measure": "orders", "window": "P365D", "weight": 25, "bands": { "at": [1, 2, 4, 7] } },
            { "name": "monetary", "measure": "netRevenue", "window": "P365D", "weight": 30, "bands": { "at": [50, 200, 800, 3000] } },
            { "name": "engagement", "measure": "engagement", "halfLife": "P30D", "weight": 10, "scale": { "from": 0, "to": 20 } },
            { "name": "potential", "measure": "potential", "weight": 10, "scale": { "from": 0, "to": 100 }, "whenUnknown": "neutral" }
          ],
          "tiers": [
            { "name": "A", "from": 70, "label": { "zh-CN": "钻石", "en": "Diamond" }, "revisit": "P30D" },
            { "name": "B", "from": 45, "label": { "zh-CN": "黄金", "en": "Gold" }, "revisit": "P60D" },
            { "name": "C", "from": 20, "label": { "zh-CN": "白银", "en": "Silver" }, "revisit": "P90D" },
            { "name": "D", "from": 0, "label": { "zh-CN": "普通", "en": "Basic" } }
          ],
          "lifecycle": { "newFor": "P30D", "intentFor": "P90D", "dormant": "P90D", "churnWarning": "P150D", "churned": "P365D" }
        }
        """;

    private static readonly Standard standard = StandardReader.ReadOrThrow(StandardJson);

    /// <summary>Day 0 of every example: 2026-01-01, midnight UTC.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>So many days after <see cref="Start"/>.</summary>
    public static DateTimeOffset Day(double days) => Start.AddDays(days);

    /// <summary>An event, by default a visit on day 0 received as it happened. The id follows from what it says and when.</summary>
    public static CustomerEvent Event(
        Happening? what = null,
        DateTimeOffset? at = null,
        string? id = null,
        string source = "shop",
        DateTimeOffset? receivedAt = null,
        Identifiers? customer = null
    )
    {
        var happened = what ?? new Visit(null);
        var occurredAt = at ?? Start;
        return new CustomerEvent(
            source,
            id ?? $"{happened.GetType().Name}-{occurredAt.UtcTicks}-{happened.GetHashCode()}",
            occurredAt,
            receivedAt ?? occurredAt,
            customer ?? new Identifiers(Id: "42"),
            happened
        );
    }

    /// <summary>A payment.</summary>
    public static CustomerEvent Paid(
        string order = "o1",
        decimal amount = 100,
        string currency = "CNY",
        DateTimeOffset? at = null,
        string source = "shop",
        string? id = null
    ) => Event(new OrderPaid(order, Amount(amount, currency)), at, id ?? $"{order}-paid", source);

    /// <summary>Money.</summary>
    public static Money Amount(decimal amount, string currency = "CNY") =>
        Money.Parse(amount.ToString(CultureInfo.InvariantCulture), currency, out var problem) ?? throw new FormatException(problem);

    /// <summary>Facts of the events, by default as of the last of them.</summary>
    public static Facts Facts(IEnumerable<CustomerEvent> events, DateTimeOffset? asOf = null)
    {
        var list = events.ToList();
        return Domain.Customers.Facts.From(list, asOf ?? (list.Count == 0 ? Start : list.Max(e => e.OccurredAt)));
    }

    /// <summary>The standard of <see cref="StandardJson"/>, with other dimensions or tiers where given.</summary>
    public static Standard Standard(
        ImmutableArray<Dimension>? dimensions = null,
        ImmutableArray<Tier>? tiers = null,
        string currency = "CNY"
    ) => standard with { Dimensions = dimensions ?? standard.Dimensions, Tiers = tiers ?? standard.Tiers, Currency = currency };

    /// <summary>A dimension, by default the potential rating on a scale to 100, worth everything.</summary>
    public static Dimension Dimension(
        Measure measure = Measure.Potential,
        decimal weight = 100,
        PointsRule? rating = null,
        bool lowerIsBetter = false,
        double? windowDays = null,
        double halfLifeDays = 30,
        WhenUnknown whenUnknown = WhenUnknown.Zero,
        string? name = null
    ) =>
        new(
            name ?? measure.ToString(),
            new Quantity(
                measure,
                windowDays is { } days ? TimeSpan.FromDays(days) : null,
                TimeSpan.FromDays(halfLifeDays),
                "size",
                TimeSpan.FromDays(365)
            ),
            weight,
            lowerIsBetter,
            rating ?? new LinearScale(0, 100),
            whenUnknown
        );

    /// <summary>Tiers A, B, C … that begin at the scores given, highest first, each with the revisit cadence.</summary>
    public static ImmutableArray<Tier> Tiers(IEnumerable<decimal> from, double? revisitDays = null) =>
        [
            .. from.Select(
                (score, i) =>
                    new Tier(
                        ((char)('A' + i)).ToString(),
                        score,
                        ImmutableDictionary<string, string>.Empty,
                        revisitDays is { } days ? TimeSpan.FromDays(days) : null
                    )
            ),
        ];

    /// <summary>A calibration in which the percentiles that each dimension asks for have the values given.</summary>
    public static Calibration Calibration(IEnumerable<Dimension> dimensions, params decimal[] cuts) =>
        new()
        {
            Version = "c1",
            Percentiles = dimensions
                .Where(dimension => dimension.Rating is PercentileBands)
                .ToImmutableDictionary(
                    dimension => dimension.Name,
                    dimension => Stepped(((PercentileBands)dimension.Rating).Percentiles, cuts)
                ),
        };

    /// <summary>The decision about the events.</summary>
    public static Decision Decision(
        IEnumerable<CustomerEvent> events,
        DateTimeOffset now,
        Standard? standard = null,
        Calibration? calibration = null
    ) => Decisions.Decide(Facts(events, now), standard ?? Standard(), calibration ?? Domain.Tiering.Calibration.None, now);

    /// <summary>A message as it goes over a channel.</summary>
    public static RenderedMessage Rendered(
        string key = "key:1",
        string? to = null,
        string subject = "Subject",
        string text = "Text",
        string language = "zh-CN",
        DateTimeOffset? at = null,
        string? unsubscribe = null,
        string rule = "revisit"
    ) =>
        new(
            subject,
            text,
            at ?? Start,
            new MessagePayload("42", rule, "2026-11", Tier: null, Stage: null, FromTier: null, FromStage: null, text),
            to,
            language,
            unsubscribe
        )
        {
            Key = key,
        };

    // Each whole percentile has the value of the last one asked for at or below it, so that those asked for have exactly theirs.
    private static ImmutableArray<decimal> Stepped(ImmutableArray<decimal> percentiles, decimal[] cuts) =>
        [
            .. Enumerable
                .Range(0, Domain.Tiering.Calibration.Points)
                .Select(at => cuts[Math.Max(0, percentiles.Count(percentile => percentile <= at) - 1)]),
        ];
}
