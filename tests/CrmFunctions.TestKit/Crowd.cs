using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.TestKit;

/// <summary>A random crowd: events that carry two or three of few identifiers, and rulings about them.</summary>
public sealed class Crowd
{
    /// <summary>A crowd.</summary>
    /// <param name="dice">Whom it is made of.</param>
    /// <param name="most">Events at the most.</param>
    /// <param name="place">0 to 600. Crowds of different places have no identifier in common.</param>
    /// <param name="claims">Whether some of the events are claimed.</param>
    public Crowd(Random dice, int most = 12, int place = 0, bool claims = false)
    {
        string[] sources = [$"shop{place}", $"form{place}"];
        Events =
        [
            .. Enumerable
                .Range(0, dice.Next(1, most))
                .Select(i => Make.Event(id: $"e{i}", source: sources[dice.Next(2)], customer: Who(dice, place))),
        ];
        if (claims)
            Events = [.. Events.Select(e => dice.Next(2) == 0 ? e with { Customer = e.Customer with { Claimed = true } } : e)];
        var handles = Events.SelectMany(e => Handle.All(e.Customer, e.Source)).Distinct().ToList();
        var anchors = Anchors.ToList();
        Rulings = [.. Enumerable.Range(0, dice.Next(3)).Select(i => Ruled(dice, i, anchors, handles)).OfType<Ruling>()];
    }

    /// <summary>What they did.</summary>
    public IReadOnlyList<CustomerEvent> Events { get; }

    /// <summary>What was decided about them.</summary>
    public IReadOnlyList<Ruling> Rulings { get; }

    /// <summary>What the events link.</summary>
    public IReadOnlyList<Link> Links => [.. Events.SelectMany(Link.Of)];

    /// <summary>The handles under which the events are filed.</summary>
    public IEnumerable<Handle> Anchors => Events.Select(e => Handle.Filed(e.Customer, e.Source)!.Value).Distinct();

    /// <summary>Who is who, as a function of all that is told.</summary>
    public IReadOnlyList<Person> People(SharingLimits limits) => People(Events, Rulings, limits);

    /// <summary>Who is who among events, as a function of all of them.</summary>
    public static IReadOnlyList<Person> People(
        IReadOnlyList<CustomerEvent> events,
        IReadOnlyCollection<Ruling> rulings,
        SharingLimits limits
    ) =>
        Domain.Customers.People.Of(
            events.Select(e => Handle.Filed(e.Customer, e.Source)!.Value),
            [.. events.SelectMany(Link.Of)],
            rulings,
            limits,
            ClaimedOnly(events)
        );

    /// <summary>The handles under which only claimed events are filed.</summary>
    public static IReadOnlySet<Handle> ClaimedOnly(IEnumerable<CustomerEvent> events) =>
        events
            .GroupBy(e => Handle.Filed(e.Customer, e.Source)!.Value)
            .Where(filed => !filed.Any(e => e.Vouches))
            .Select(filed => filed.Key)
            .ToHashSet();

    /// <summary>Who is who, in writing: equal for equal answers.</summary>
    public static string Written(IEnumerable<Person> persons) =>
        string.Join(
            '\n',
            persons.Select(person =>
                $"{person.Name}: {string.Join(' ', person.Anchors.Order())} / {string.Join(' ', person.Named.Order())} / {string.Join(' ', person.Shared.Order())}"
            )
        );

    private static Identifiers Who(Random dice, int place)
    {
        var customer = new Identifiers(
            Id: dice.Next(3) > 0 ? $"{dice.Next(5)}" : null,
            UnionId: dice.Next(6) == 0 ? $"u{place}-{dice.Next(2)}" : null,
            Email: dice.Next(2) == 0 ? $"m{dice.Next(4)}@p{place}.example" : null,
            Phone: dice.Next(3) == 0 ? $"+4917012{345 + place}{dice.Next(3)}0" : null
        );
        return Handle.Strongest(customer, "any") is null ? customer with { Id = "0" } : customer;
    }

    private static Ruling? Ruled(Random dice, int number, List<Handle> anchors, List<Handle> handles)
    {
        var (kind, at) = ((RulingKind)dice.Next(4), Make.Day(dice.Next(3)));
        if (kind is RulingKind.Personal or RulingKind.Shared)
        {
            var weak = handles.Where(handle => handle.Kind is "email" or "phone").ToList();
            if (weak.Count == 0)
                return null;
            var handle = weak[dice.Next(weak.Count)];
            return new Ruling($"r{number}", kind, handle, handle, at);
        }

        var (one, other) = (anchors[dice.Next(anchors.Count)], anchors[dice.Next(anchors.Count)]);
        return one == other ? null : new Ruling($"r{number}", kind, one < other ? one : other, one < other ? other : one, at);
    }
}
