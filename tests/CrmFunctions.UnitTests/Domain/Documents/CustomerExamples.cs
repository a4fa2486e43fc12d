using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain.Documents;

public sealed class CustomerExamples
{
    private const string Facts = "Customers/Facts.md";

    public static TheoryData<Row> Orders => RuleDocument.Theory(Facts, "Orders, by example");

    public static TheoryData<Row> Times => RuleDocument.Theory(Facts, "Times, by example");

    public static TheoryData<Row> Stages => RuleDocument.Theory("Lifecycle/Lifecycle.md", "Examples");

    public static TheoryData<Row> Owed => RuleDocument.Theory("Tiering/Obligations.md", "Examples");

    [Theory]
    [MemberData(nameof(Orders))]
    public void Orders_count_as_the_document_says(Row row)
    {
        var facts = FactsOf(row, "seen at");
        var orders = facts.Orders.Select(order => $"{order.Id.Split('/')[1]} {order.Net} from {Story.Written(order.At)}");
        Assert.Equal(row["orders that count"], facts.Orders.Length == 0 ? "none" : string.Join(", ", orders));
    }

    [Theory]
    [MemberData(nameof(Times))]
    public void Times_are_as_the_document_says(Row row)
    {
        var facts = FactsOf(row, "seen at");
        Assert.Equal(
            (row["first seen"], row["last intent"], row["last contact"], row["changes at"]),
            (
                Story.Written(facts.FirstSeen),
                Story.Written(facts.LastIntent),
                Story.Written(facts.LastContact),
                Story.Written(facts.ChangesAt)
            )
        );
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public void Stages_are_as_the_document_says(Row row) =>
        Assert.Equal(row["stage"], TimesOf(row).At(Story.When(row["at"]), row["highest tier"] == "yes").Code());

    [Theory]
    [MemberData(nameof(Owed))]
    public void Obligations_are_as_the_document_says(Row row)
    {
        var (facts, standard, now) = (FactsOf(row, "at"), Make.Standard(), Story.When(row["at"]));
        var tier = standard.Tiers.Single(tier => tier.Name == row["tier"]);
        var times = TimesOf(row);
        var owed = Obligations
            .At(facts, tier, times.At(now, tier == standard.Tiers[0]), times, now)
            .Select(obligation => $"{obligation.Name} since {Story.Written(obligation.Since)}");
        Assert.Equal(row["owed"], owed.DefaultIfEmpty("nothing").Aggregate((one, other) => $"{one}, {other}"));
    }

    private static StageTimes TimesOf(Row row) =>
        Make.Standard().Lifecycle.Times(FactsOf(row, "at"), Calibration.None.OutlookOf(FactsOf(row, "at"), Make.Standard()));

    private static Facts FactsOf(Row row, string at) =>
        CrmFunctions.Domain.Customers.Facts.From(Story.Read(row["what happened"]), Story.When(row[at]));
}
