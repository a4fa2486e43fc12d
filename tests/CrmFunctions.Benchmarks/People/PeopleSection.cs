using CrmFunctions.Benchmarks.Results;
using CrmFunctions.Domain.Customers;
using CrmFunctions.TestKit;

namespace CrmFunctions.Benchmarks.People;

/// <summary>How well people are recognised where it is known who is who. The same on every machine.</summary>
internal static class PeopleSection
{
    public static Task<IReadOnlyList<Figure>> Run(Options options, CancellationToken cancellationToken)
    {
        CommandLine.Say("A town of 2,000 homes …");
        var town = new IdentityFixture();
        (string By, Recognition Recognition)[] ways =
        [
            ("the limits that ship", town.Recognise(SharingLimits.Default)),
            ("no limits", town.Recognise(IdentityFixture.Unlimited)),
            ("knowing what is one person's", town.RecogniseByWhatIsOnes()),
        ];
        IReadOnlyList<Figure> figures =
        [
            new("people", town.People, "people"),
            new("ids with events", town.Truth.Count, "ids"),
            .. ways.SelectMany(way =>
                (Figure[])
                    [
                        new($"{way.By}: precision", way.Recognition.Precision * 100, "%"),
                        new($"{way.By}: recall", way.Recognition.Recall * 100, "%"),
                    ]
            ),
        ];
        return Task.FromResult(figures);
    }
}
