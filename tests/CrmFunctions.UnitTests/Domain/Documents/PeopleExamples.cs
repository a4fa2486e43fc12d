using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain.Documents;

public sealed class PeopleExamples
{
    private const string People = "Customers/People.md";

    public static TheoryData<Row> Numbers => RuleDocument.Theory(People, "Phone numbers, by example");

    public static TheoryData<Row> Persons => RuleDocument.Theory(People, "Who is who, by example");

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Phone_numbers_are_as_the_document_says(Row row)
    {
        var normal = Phones.Normalise(row["sent"], row["region"].Length == 0 ? null : row["region"]);

        Assert.Equal(row["is"], normal ?? "none");
        if (normal is not null)
            Assert.Equal(normal, Phones.Normalise(normal, row["region"]));
    }

    [Fact]
    public void A_region_changes_nothing_about_a_number_that_says_its_country()
    {
        foreach (var region in Phones.Regions)
        {
            foreach (var number in (string[])["+8613800138000", "+491701234567", "+12125552368", "+85221234567", "+447700900123"])
            {
                Assert.Equal(number, Phones.Normalise(number, region));

                // In some regions 001 comes before a country code: there, 00 and a code that begins with 1 cannot be told from it.
                if (number[1] != '1')
                    Assert.Equal(number, Phones.Normalise("00" + number[1..], region));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Persons))]
    public void Who_is_who_is_as_the_document_says(Row row)
    {
        var names = new Dictionary<Handle, string>();
        var events = row["events"].Split("; ").Select((identifiers, i) => Event(identifiers, i, names)).ToList();
        var rulings = row["rulings"]
            .Split("; ", StringSplitOptions.RemoveEmptyEntries)
            .Select((words, i) => RulingOf(words.Split(' '), i, names))
            .ToList();
        var persons = Crowd.People(events, rulings, SharingLimits.Default);

        var written = persons.Select(person =>
            string.Join(' ', person.Anchors.Concat(person.Named).Select(handle => names[handle]).Order(StringComparer.Ordinal))
        );
        Assert.Equal(Normal(row["people"]), Normal(string.Join(", ", written)));
    }

    private static string Normal(string people) => string.Join(", ", people.Split(", ").Order(StringComparer.Ordinal));

    private static CustomerEvent Event(string identifiers, int number, Dictionary<Handle, string> names)
    {
        var (customer, source) = (new Identifiers(), "shop");
        foreach (var identifier in identifiers.Split(' '))
        {
            if (identifier == "?")
            {
                customer = customer with { Claimed = true };
                continue;
            }

            var (kind, value) = identifier.Split(':') is [var before, var after] ? (before, after) : ("id", identifier.Split('@')[0]);
            if (identifier.Split('@') is [_, var other])
                source = other;
            customer = kind switch
            {
                "id" => customer with { Id = value },
                "u" => customer with { UnionId = value },
                "m" => customer with { Email = $"{value}@example.com" },
                "p" => customer with { Phone = $"+49170123456{(int)value[0]}" },
                _ => throw new FormatException(identifier),
            };
        }

        // Handles come by strength, and so do names: an id has no prefix, and the others' are in the order of this text.
        var byStrength = identifiers
            .Split(' ')
            .Where(name => name != "?")
            .OrderBy(name => name.Contains(':', StringComparison.Ordinal) ? "u:m:p:".IndexOf(name[..2], StringComparison.Ordinal) : -1);
        foreach (var (handle, name) in Handle.All(customer, source).Zip(byStrength))
            names[handle] = name;
        if (Handle.Filed(customer, source) is { IsClaim: true } claim)
            names[claim] = $"c:{string.Join('+', byStrength)}";
        return Make.Event(id: $"e{number}", source: source, customer: customer);
    }

    private static Ruling RulingOf(string[] words, int number, Dictionary<Handle, string> names)
    {
        Handle Of(string name) => names.First(pair => pair.Value == name).Key;
        var (one, other) = (Of(words[0]), Of(words.Length == 3 ? words[2] : words[0]));
        return new Ruling(
            $"r{number}",
            Enum.Parse<RulingKind>(words[1], ignoreCase: true),
            one < other ? one : other,
            one < other ? other : one,
            Make.Day(number)
        );
    }
}
