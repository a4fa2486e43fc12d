using CrmFunctions.EndToEndTests.Flow;
using CrmFunctions.EndToEndTests.Importing;
using CrmFunctions.EndToEndTests.Kills;
using CrmFunctions.EndToEndTests.Reconciliation;
using CrmFunctions.EndToEndTests.Service.Quarter;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("CrmFunctions.EndToEndTests.LongestFirst", "CrmFunctions.EndToEndTests")]

namespace CrmFunctions.EndToEndTests;

/// <summary>Starts the classes that take minutes before all others, so that at the end no processor waits for the last of them.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] longest =
    [
        typeof(KilledAnywhere),
        typeof(StubShopTests),
        typeof(ReferenceDataTests),
        typeof(QuarterTests),
        typeof(ReplayTests),
        typeof(KilledInTheMiddle),
        typeof(KilledWhileServing),
        typeof(KilledWhileSending),
    ];

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection =>
            Array.FindIndex(longest, type => collection.DisplayName.EndsWith(type.FullName!, StringComparison.Ordinal))
                is >= 0
                    and var place
                ? place
                : longest.Length
        );
}
