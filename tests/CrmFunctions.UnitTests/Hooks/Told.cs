using System.Globalization;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Events;
using CrmFunctions.Sources.Hooks;
using CrmFunctions.Sources.Hooks.Mapping;

namespace CrmFunctions.UnitTests.Hooks;

/// <summary>A log in memory, filed as the suite files it: what deliveries of one source come to, in money.</summary>
internal sealed class Told(SourceInForce source)
{
    private readonly Dictionary<string, LogEntry> log = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LogEntry> orders = new(StringComparer.Ordinal);
    private readonly List<Delivery> waiting = [];

    /// <summary>Why the last delivery was kept aside, if it was.</summary>
    public IReadOnlyList<string> Asides { get; private set; } = [];

    /// <summary>Takes a delivery. What tells of an order that is not known waits, as in quarantine.</summary>
    public void Take(Delivery delivery)
    {
        var mapping = new MappingResult(source.Source, delivery.ReceivedAt);
        source.Provider.Map(delivery, source, mapping);
        foreach (var said in mapping.OfOrders)
        {
            if (!orders.TryGetValue(said.OfOrder!, out var order))
            {
                waiting.Add(delivery);
                Asides = [QuarantineReasons.OrderUnknown];
                return;
            }

            mapping.Say(said.Of(order.Event));
        }

        Asides = [.. mapping.Asides.Select(aside => aside.Reason)];
        foreach (var entry in mapping.Entries)
        {
            log.TryAdd(entry.Filed + entry.Key, entry);
            foreach (var name in entry.OrderNames)
                orders[name] = entry;
        }
    }

    /// <summary>Tries again what waits.</summary>
    public void Release()
    {
        Delivery[] again = [.. waiting];
        waiting.Clear();
        foreach (var delivery in again)
            Take(delivery);
    }

    /// <summary>What is left of the orders that count, in all, by currency; and how many they are.</summary>
    public string Worth()
    {
        Release();
        var facts = Facts.From(log.Values.Select(entry => entry.Event), Held.Now);
        return
            string.Join(
                ' ',
                facts
                    .Orders.Select(order => order.Net)
                    .GroupBy(net => net.Currency)
                    .Select(group => $"{group.Count()}x {Money(group.Sum(net => net.AmountMinor), group.Key)}")
            )
                is { Length: > 0 } worth
            ? worth
            : "nothing";
    }

    /// <summary>Holds deliveries to be worth so much, in every order in which they may come, each delivered twice.</summary>
    public static void Holds(SourceInForce source, string worth, params Delivery[] deliveries)
    {
        foreach (var order in Orders(deliveries))
        {
            var told = new Told(source);
            foreach (var delivery in order.Concat(order))
                told.Take(delivery);
            Assert.Equal(worth, told.Worth());
        }
    }

    private static string Money(long minor, string currency) =>
        string.Create(CultureInfo.InvariantCulture, $"{new Money(minor, currency).Amount:F2} {currency}");

    private static IEnumerable<IReadOnlyList<Delivery>> Orders(Delivery[] deliveries)
    {
        if (deliveries.Length <= 1)
            return [deliveries];
        return deliveries.SelectMany(
            (first, at) =>
                Orders([.. deliveries.Where((_, index) => index != at)]).Select(rest => (IReadOnlyList<Delivery>)[first, .. rest])
        );
    }
}
