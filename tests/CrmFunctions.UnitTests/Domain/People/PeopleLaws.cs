using CrmFunctions.Domain.Customers;
using CrmFunctions.TestKit;
using Everybody = CrmFunctions.Domain.Customers.People;

namespace CrmFunctions.UnitTests.Domain.People;

public sealed class PeopleLaws
{
    private const int Cases = 10_000;
    private static readonly SharingLimits limits = new(PhoneIds: 1, EmailIds: 2, Ids: 3, Contacts: 2, Claims: 3);

    [Fact]
    public void Who_is_who_does_not_depend_on_the_order_or_the_number_of_tellings()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var dice = new Random(seed);
            var crowd = new Crowd(dice, most: 20, claims: seed % 2 == 0);
            var claimedOnly = Crowd.ClaimedOnly(crowd.Events);
            var told = Crowd.Written(crowd.People(limits));
            var (links, rulings) = (
                crowd.Links.Concat(crowd.Links.Where(_ => dice.Next(2) == 0)).ToArray(),
                crowd.Rulings.Concat(crowd.Rulings).ToArray()
            );
            dice.Shuffle(links);
            dice.Shuffle(rulings);
            Assert.Equal(told, Crowd.Written(Everybody.Of(crowd.Anchors.Reverse(), links, rulings, limits, claimedOnly)));
        }
    }

    [Fact]
    public void Every_handle_with_events_is_one_person_s_and_those_told_apart_are_never_one()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var crowd = new Crowd(new Random(seed), most: 20, claims: seed % 2 == 0);
            var persons = crowd.People(limits);

            Assert.Equal(crowd.Anchors.Order(), persons.SelectMany(person => person.Anchors).Order());
            Assert.Equal(persons.SelectMany(person => person.Named).Distinct().Count(), persons.Sum(person => person.Named.Count));
            Assert.All(persons, person => Assert.Equal(person.Anchors.Min(), person.Name));
            foreach (
                var last in crowd
                    .Rulings.GroupBy(ruling => (ruling.Kind is RulingKind.Personal or RulingKind.Shared, ruling.One, ruling.Other))
                    .Select(group => group.Max(Ruling.ByTime)!)
            )
            {
                if (last.Kind == RulingKind.Different)
                    Assert.DoesNotContain(persons, person => person.Anchors.Contains(last.One) && person.Anchors.Contains(last.Other));
            }
        }
    }

    [Fact]
    public void A_merge_taken_back_leaves_all_customers_as_they_were()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var dice = new Random(seed);
            var crowd = new Crowd(dice);
            var before = Everybody.Of(crowd.Anchors, crowd.Links, [], limits);
            if (before.Count < 2)
                continue;
            var (one, other) = (before[0].Name, before[1].Name);
            Ruling[] merged = [new("m", RulingKind.Same, one, other, Make.Day(1))];

            Assert.Equal(before.Count - 1, Everybody.Of(crowd.Anchors, crowd.Links, merged, limits).Count);
            Assert.Equal(
                Crowd.Written(before),
                Crowd.Written(
                    Everybody.Of(crowd.Anchors, crowd.Links, [.. merged, new("u", RulingKind.Different, one, other, Make.Day(2))], limits)
                )
            );
        }
    }

    [Fact]
    public void Concurrent_links_end_in_one_answer_in_any_order_and_with_any_process_killed()
    {
        var (steps, deaths, races) = (0L, 0L, 0L);
        for (var seed = 0; seed < Cases; seed++)
        {
            var dice = new Random(seed);
            var crowd = new Crowd(dice, claims: seed % 2 == 0);
            var protocol = new Protocol(dice, limits);
            protocol.Run(crowd);
            var expected = Crowd.Written(crowd.People(limits));
            Assert.True(expected == protocol.Written(), $"Seed {seed}: should be\n{expected}\nis\n{protocol.Written()}");
            (steps, deaths, races) = (steps + protocol.Steps, deaths + protocol.Deaths, races + protocol.Races);
        }

        // A model in which nothing ever collides would prove nothing.
        Assert.True(steps > 100 * Cases && deaths > Cases / 2 && races > Cases / 10, $"{steps} steps, {deaths} deaths, {races} races lost");
    }

    [Fact]
    public void Changed_limits_reach_all_customers_that_are_recalculated_and_changed_back_leave_all_as_they_were()
    {
        var moved = 0;
        for (var seed = 0; seed < Cases / 10; seed++)
        {
            var dice = new Random(seed);
            var crowd = new Crowd(dice, claims: seed % 2 == 0);
            var protocol = new Protocol(dice, limits);
            protocol.Run(crowd);
            foreach (
                var other in (SharingLimits[])
                    [
                        new(dice.Next(1, 4), dice.Next(1, 4), dice.Next(1, 6), dice.Next(1, 4), dice.Next(1, 4)),
                        limits,
                        new(1, 1, 1, 1, 1),
                        limits,
                    ]
            )
            {
                var before = protocol.Written();
                protocol.Limits = other;
                protocol.LookAfresh();
                var expected = Crowd.Written(crowd.People(other));
                Assert.True(expected == protocol.Written(), $"Seed {seed}, {other}: should be\n{expected}\nis\n{protocol.Written()}");
                if (before != expected)
                    moved++;
            }
        }

        Assert.InRange(moved, Cases / 20, int.MaxValue);
    }
}
