using CrmFunctions.Customers;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Standards;

/// <summary>Where decisions are made: what is in force, kept in memory, and the business clock.</summary>
public sealed class TieringEngine(Standard seeded, Clocks clocks, StandardStore store)
{
    private volatile ActiveStandards current = new(0, default, [new ActiveScheme(seeded, Calibration.None)], []);

    /// <summary>All that is in force here.</summary>
    public ActiveStandards InForce => current;

    /// <summary>The primary standard in force.</summary>
    public Standard Standard => current.Schemes[0].Standard;

    /// <summary>The calibration it uses.</summary>
    public Calibration Calibration => current.Schemes[0].Calibration;

    /// <summary>What people call a tier; the first scheme that has it says. A tier that no scheme has any more keeps its name.</summary>
    public string LabelOf(string tier, string language) =>
        current.Schemes.SelectMany(scheme => scheme.Standard.Tiers).FirstOrDefault(known => known.Name == tier)?.LabelIn(language) ?? tier;

    /// <summary>The instant at which is decided. UTC.</summary>
    public DateTimeOffset Now => clocks.Now;

    /// <summary>Decides now.</summary>
    /// <param name="history">The customer's events, each once.</param>
    public DecisionSet Decide(IReadOnlyList<CustomerEvent> history) => Decide(history, clocks.Now);

    /// <summary>Decides as of an instant, by the standards in force.</summary>
    /// <param name="history">The customer's events, each once.</param>
    /// <param name="asOf">UTC. Later events count for nothing.</param>
    public DecisionSet Decide(IReadOnlyList<CustomerEvent> history, DateTimeOffset asOf)
    {
        var facts = Facts.From(history, asOf);
        return new DecisionSet(
            facts,
            [.. current.Schemes.Select(scheme => Decisions.Decide(facts, scheme.Standard, scheme.Calibration, asOf))]
        );
    }

    /// <summary>Looks at what is in force and takes it over: one read where nothing has changed.</summary>
    public async Task Follow(CancellationToken cancellationToken)
    {
        if (await store.ReadRow(cancellationToken) is not { } row || row.Revision <= current.Revision)
            return;
        var next = await store.Load(row, current, cancellationToken);
        if (next.Revision > current.Revision)
            current = next;
    }
}
