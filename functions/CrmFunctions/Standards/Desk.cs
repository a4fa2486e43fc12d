using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Standards;

/// <summary>Where decisions are made: the standard in force, its calibration and the business clock.</summary>
public sealed class Desk(Standard standard, Calibration calibration, Clocks clocks)
{
    /// <summary>The standard in force.</summary>
    public Standard Standard => standard;

    /// <summary>Decides now.</summary>
    /// <param name="history">The customer's events, each once.</param>
    public (Facts Facts, Decision Decision) Decide(IReadOnlyList<CustomerEvent> history) => Decide(history, clocks.Now);

    /// <summary>Decides as of an instant, by the standard in force.</summary>
    /// <param name="history">The customer's events, each once.</param>
    /// <param name="asOf">UTC. Later events count for nothing.</param>
    public (Facts Facts, Decision Decision) Decide(IReadOnlyList<CustomerEvent> history, DateTimeOffset asOf)
    {
        var facts = Facts.From(history, asOf);
        return (facts, Decisions.Decide(facts, standard, calibration, asOf));
    }
}
