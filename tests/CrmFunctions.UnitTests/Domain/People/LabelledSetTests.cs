using System.Globalization;
using CrmFunctions.Domain.Customers;
using CrmFunctions.TestKit;
using CrmFunctions.UnitTests.Domain.Documents;

namespace CrmFunctions.UnitTests.Domain.People;

/// <summary>How well people are told apart and recognised, where it is known who they are.</summary>
public sealed class LabelledSetTests
{
    private static readonly IdentityFixture town = new();

    public static TheoryData<Row> Figures => RuleDocument.Theory("Customers/People.md", "How well people are recognised");

    [Theory]
    [MemberData(nameof(Figures))]
    public void Precision_and_recall_on_the_labelled_set_are_as_the_document_says(Row row)
    {
        var recognition = row["by"] switch
        {
            "the limits above" => town.Recognise(SharingLimits.Default),
            "no limits" => town.Recognise(IdentityFixture.Unlimited),
            "knowing which identifiers are one person's" => town.RecogniseByWhatIsOnes(),
            "phones as freely as addresses" => town.Recognise(SharingLimits.Default with { PhoneIds = SharingLimits.Default.EmailIds }),
            "addresses as strictly as phones" => town.Recognise(SharingLimits.Default with { EmailIds = SharingLimits.Default.PhoneIds }),
            var other => throw new FormatException(other),
        };

        Assert.Equal((row["precision"], row["recall"]), (Percent(recognition.Precision), Percent(recognition.Recall)));
    }

    private static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
