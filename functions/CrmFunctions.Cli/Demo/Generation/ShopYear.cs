using NodaTime;

namespace CrmFunctions.Cli.Demo.Generation;

/// <summary>
/// A year of a shop in China and one in Europe, from July 2025 to June 2026: the demo's base. The same seed and number of people give
/// the same text, byte for byte.
/// </summary>
internal static class ShopYear
{
    public const ulong DefaultSeed = 1;
    public const int DefaultPeople = 2_100;
    public const int MostPeople = 5_000;

    private const double RedeliveredShare = 0.03,
        LateShare = 0.02;

    /// <returns>The events in the order in which they are posted, redeliveries included.</returns>
    public static IReadOnlyList<CanonicalEvent> Generate(ulong seed, int people)
    {
        var events = Enumerable.Range(1, people).SelectMany(number => Life(seed, number, people)).Where(WithinTheYear).ToList();
        return Arrive(events, Dice.For(seed, 0, 3));
    }

    private static IEnumerable<CanonicalEvent> Life(ulong seed, int number, int people)
    {
        var person = GeneratedPerson.Born(number, Dice.For(seed, (ulong)number, 0));
        var dice = Dice.For(seed, (ulong)number, 1);
        foreach (var shop in person.AlsoIn is { } second ? new[] { person.Home, second } : [person.Home])
        {
            // Some only ever look.
            var times = dice.Chance(0.1) ? [] : Purchases.Times(person, shop, dice);
            foreach (var bought in Purchases.Events(person, shop, times, dice))
                yield return bought;
            foreach (
                var did in new Dealings(
                    person,
                    shop,
                    times,
                    people,
                    Dice.For(seed, (ulong)number, shop == person.Home ? 2UL : 4UL)
                ).Events()
            )
                yield return did;
        }
    }

    // An older customer's last order is carried over; nothing else is older than the year, and nothing is younger.
    private static bool WithinTheYear(CanonicalEvent happened)
    {
        var season = happened.Source == Shop.China.Source ? Shop.China.Season : Shop.Europe.Season;
        var day = season.DayOf(happened.Time);
        return day < Season.End && (day >= Season.Start || happened.Type.StartsWith("order.", StringComparison.Ordinal));
    }

    // Most events are posted within a minute. Some come days late, some twice: at once, or when the sender looked again.
    private static List<CanonicalEvent> Arrive(List<CanonicalEvent> events, Dice dice)
    {
        var posted = new List<(Instant At, CanonicalEvent Event)>(events.Count * 11 / 10);
        foreach (var happened in events)
        {
            var at = happened.Time + Duration.FromSeconds(dice.Chance(LateShare) ? dice.Between(86_400, 20 * 86_400) : dice.Below(60));
            posted.Add((at, happened));
            if (dice.Chance(RedeliveredShare))
                posted.Add((at + Duration.FromSeconds(dice.Chance(0.5) ? dice.Below(60) : dice.Between(3_600, 10 * 86_400)), happened));
        }

        return
        [
            .. posted
                .OrderBy(p => p.At)
                .ThenBy(p => p.Event.Source, StringComparer.Ordinal)
                .ThenBy(p => p.Event.Id, StringComparer.Ordinal)
                .Select(p => p.Event),
        ];
    }
}
