using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Quality;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain.People;

/// <summary>What is claimed changes nothing about those who are known: for generated shops and claims.</summary>
public sealed class ClaimLaws
{
    private const int Cases = 10_000;
    private static readonly SharingLimits limits = new(PhoneIds: 1, EmailIds: 2, Ids: 3, Contacts: 2, Claims: 4);

    [Fact]
    public void With_any_number_of_claimed_events_no_two_known_customers_become_one_and_none_becomes_two()
    {
        var (mixed, joining) = (0, 0);
        for (var seed = 0; seed < Cases; seed++)
        {
            var crowd = new Crowd(new Random(seed), most: 24, claims: true);
            var known = crowd.Events.Where(e => e.Vouches).ToList();
            var rulings = crowd.Rulings.Where(ruling => IsOf(known, ruling)).ToList();

            var before = Crowd.People(known, rulings, limits);
            var after = Crowd.People(crowd.Events, rulings, limits);

            Assert.Equal(Written(before, known), Written(after, known));
            mixed += before.Count > 1 && known.Count < crowd.Events.Count ? 1 : 0;
            joining += Crowd.People([.. crowd.Events.Select(Vouched)], rulings, limits).Count < after.Count ? 1 : 0;
        }

        // Crowds whom claims could not have joined would prove nothing.
        Assert.True(mixed > Cases / 2 && joining > Cases / 3, $"{mixed} with claims beside several people, {joining} whom they would join");
    }

    [Fact]
    public void A_claim_joins_no_two_who_are_known_also_where_a_steward_has_merged_leads()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var crowd = new Crowd(new Random(seed), most: 24, claims: true);
            var known = crowd.Events.Where(e => e.Vouches).ToList();

            // Each claim is merged with one known customer at the most, as a steward would.
            var anchors = known.Select(Filed).Distinct().ToList();
            var claims = crowd.Anchors.Where(handle => handle.IsClaim).ToList();
            if (anchors.Count == 0)
                continue;
            var rulings = claims.Select((claim, i) => Merge(i, anchors[i % anchors.Count], claim)).ToList();

            Assert.Equal(Written(Crowd.People(known, [], limits), known), Written(Crowd.People(crowd.Events, rulings, limits), known));
        }
    }

    [Fact]
    public void Messages_to_a_known_customer_go_where_they_went_whatever_is_claimed()
    {
        var claimed = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var crowd = new Crowd(new Random(seed), most: 24, claims: true);
            var known = crowd.Events.Where(e => e.Vouches).ToList();
            var before = Crowd.People(known, [], limits);
            foreach (var person in Crowd.People(crowd.Events, [], limits))
            {
                if (before.FirstOrDefault(one => one.Anchors.Overlaps(person.Anchors)) is not { } same)
                    continue;
                Assert.Equal(Contacts(known, same), Contacts(crowd.Events, person));
                claimed += EventsOf(crowd.Events, person).Any(e => !e.Vouches) ? 1 : 0;
            }
        }

        Assert.True(claimed > Cases / 2, $"{claimed} known customers with claims");
    }

    [Fact]
    public void A_claim_belongs_to_one_customer_and_leads_are_one_by_their_strongest_identifier_only()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var crowd = new Crowd(new Random(seed), most: 24, claims: true);
            var persons = Crowd.People(crowd.Events, [], limits with { Claims = 100 });

            Assert.Equal(crowd.Anchors.Order(), persons.SelectMany(person => person.Anchors).Order());
            foreach (var lead in persons.Where(person => EventsOf(crowd.Events, person).All(e => !e.Vouches)))
            {
                var strongest = EventsOf(crowd.Events, lead)
                    .Select(e => Handle.All(e.Customer, e.Source))
                    .Select(handles => handles.Where(handle => !IsShared(crowd, handle)).Cast<Handle?>().FirstOrDefault() ?? handles[0])
                    .Distinct();
                Assert.Single(strongest);
            }
        }
    }

    [Fact]
    public void An_address_that_was_claimed_is_where_a_lead_is_answered()
    {
        var claim = Make.Event(customer: new Identifiers(Email: "lead@example.com", Phone: "+491701234567", Claimed: true));

        var profile = Profile.Of([claim]);

        Assert.Equal(("lead@example.com", "+491701234567"), (profile.Email[0].Value, profile.Phone[0].Value));
    }

    [Fact]
    public void A_customer_who_is_known_without_a_number_has_none_from_a_claim()
    {
        var known = Make.Event(customer: new Identifiers(Id: "42", Email: "a@example.com"));
        var claim = Make.Event(
            at: Make.Day(1),
            source: "form",
            customer: new Identifiers(
                Email: "a@example.com",
                Phone: "+491701234567",
                Name: "Mallory",
                TimeZone: "Asia/Tokyo",
                Claimed: true
            )
        );

        var profile = Profile.Of([known, claim]);

        Assert.Equal((1, 0, 0, 0), (profile.Email.Length, profile.Phone.Length, profile.Name.Length, profile.TimeZone.Length));
        Assert.Equal("shop", profile.Email[0].Source);
    }

    [Fact]
    public void What_our_people_do_for_a_lead_makes_nobody_vouch_for_its_address()
    {
        var claim = Make.Event(customer: new Identifiers(Email: "lead@example.com", Claimed: true));
        var rated = Make.Event(
            source: "crm",
            at: Make.Day(1),
            customer: new Identifiers(Id: Handle.OfEmail("lead@example.com")!.Value.Key)
        );

        Assert.False(rated.Vouches);
        Assert.Equal("lead@example.com", Profile.Of([claim, rated]).Email[0].Value);
    }

    private static Handle Filed(CustomerEvent e) => Handle.Filed(e.Customer, e.Source)!.Value;

    private static CustomerEvent Vouched(CustomerEvent e) => e with { Customer = e.Customer with { Claimed = null } };

    private static bool IsOf(IReadOnlyList<CustomerEvent> events, Ruling ruling)
    {
        var handles = events.SelectMany(e => Handle.All(e.Customer, e.Source)).ToHashSet();
        return handles.Contains(ruling.One) && handles.Contains(ruling.Other);
    }

    private static bool IsShared(Crowd crowd, Handle handle) =>
        CrmFunctions.Domain.Customers.People.IsShared(handle, crowd.Links.Where(link => link.Named == handle), [], limits);

    private static Ruling Merge(int number, Handle one, Handle other) =>
        new($"r{number}", RulingKind.Same, one < other ? one : other, one < other ? other : one, Make.Day(0));

    // The persons as far as those handles go that known events carry.
    private static string Written(IReadOnlyList<Person> persons, IReadOnlyList<CustomerEvent> known)
    {
        var (anchors, handles) = (known.Select(Filed).ToHashSet(), known.SelectMany(e => Handle.All(e.Customer, e.Source)).ToHashSet());
        return string.Join(
            '\n',
            persons
                .Select(person =>
                    (Own: person.Anchors.Where(anchors.Contains), All: person.Anchors.Concat(person.Named).Where(handles.Contains))
                )
                .Where(person => person.Own.Any())
                .Select(person => $"{string.Join(' ', person.Own.Order())} / {string.Join(' ', person.All.Order())}")
                .Order(StringComparer.Ordinal)
        );
    }

    private static IReadOnlyList<CustomerEvent> EventsOf(IEnumerable<CustomerEvent> events, Person person) =>
        History.Distinct(events.Where(e => person.Anchors.Contains(Filed(e))));

    private static string Contacts(IEnumerable<CustomerEvent> events, Person person)
    {
        var profile = Profile.Of(EventsOf(events, person));
        return string.Join('\n', profile.Email.Concat(profile.Phone).Select(word => $"{word.Value} {word.Source}"));
    }
}
