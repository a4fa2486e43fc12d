using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Quality;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain.Documents;

public sealed class QualityExamples
{
    public static TheoryData<Row> Defects => RuleDocument.Theory("Quality/Quality.md", "Defects, by example");

    [Theory]
    [MemberData(nameof(Defects))]
    public void Defects_are_as_the_document_says(Row row)
    {
        var histories = row["customers"].Split(" // ").Select(events => events.Split("; ").Select(Event).ToList()).ToList();
        var handles = histories.Select(history => history.Select(e => Handle.Strongest(e.Customer, e.Source)!.Value).ToHashSet()).ToList();
        var customers = histories.Select((history, i) => new CustomerQuality($"{i + 1}", handles[i], QualityFacts.Of(history))).ToList();
        var rulings = row["rulings"]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select((word, i) => RulingOf(word, i, handles))
            .ToList();

        var defects = QualityReport.Of(customers, rulings, TimeSpan.FromDays(365), Make.Day(400));

        Assert.Equal(
            row["defects"],
            defects.Count == 0 ? "none" : string.Join(", ", defects.Select(Written).Order(StringComparer.Ordinal))
        );
        Assert.Equal(
            defects,
            QualityReport.Of(
                [.. customers.AsEnumerable().Reverse()],
                [.. rulings.AsEnumerable().Reverse()],
                TimeSpan.FromDays(365),
                Make.Day(400)
            )
        );
    }

    private static string Written((string Customer, Defect Defect) found) =>
        $"{found.Customer} {found.Defect.Kind.ToString().ToLowerInvariant()} {found.Defect.Reason} {found.Defect.Source} {(found.Defect.Since - Make.Day(0)).TotalDays}";

    private static CustomerEvent Event(string words, int number)
    {
        var (customer, source) = (new Identifiers(), "shop");
        foreach (var word in words.Split(' ').Skip(1))
        {
            if (word.StartsWith('@'))
                source = word[1..];
            else if (word.Split(':', 2) is not [var kind, var value])
                customer = customer with { Id = word };
            else
            {
                customer = kind switch
                {
                    "n" => customer with { Name = value },
                    "m" => customer with { Email = value },
                    "p" => customer with { Phone = value },
                    "z" => customer with { TimeZone = value },
                    _ => throw new FormatException(word),
                };
            }
        }

        var day = int.Parse(words.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        return Make.Event(id: $"e{number}", source: source, customer: customer, at: Make.Day(day));
    }

    // ≠ and = are about the first two customers unless numbers say which.
    private static Ruling RulingOf(string word, int number, List<HashSet<Handle>> handles)
    {
        var kind = word.Contains('≠', StringComparison.Ordinal) ? RulingKind.Different : RulingKind.Same;
        var (left, right) = word.Length == 3 ? (word[0] - '1', word[2] - '1') : (0, 1);
        var (one, other) = (handles[left].First(), handles[right].First());
        return new Ruling($"r{number}", kind, one < other ? one : other, one < other ? other : one, Make.Day(number));
    }
}
