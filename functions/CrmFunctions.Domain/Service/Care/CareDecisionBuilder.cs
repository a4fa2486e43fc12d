using System.Collections.Immutable;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service.Plans;

namespace CrmFunctions.Domain.Service.Care;

/// <summary>Gathers what rules find owed at an instant, and when it will be otherwise.</summary>
internal sealed class CareDecisionBuilder(DateTimeOffset now)
{
    private static readonly ImmutableSortedDictionary<string, string> nothing = ImmutableSortedDictionary.Create<string, string>(
        StringComparer.Ordinal
    );

    private readonly SortedDictionary<string, Obligation> owed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CareMessageRequest> said = new(StringComparer.Ordinal);
    private DateTimeOffset? next;

    public DateTimeOffset Now => now;

    /// <summary>An obligation that holds from an instant until another. The first rule that names it has it.</summary>
    /// <returns>Whether it is owed now, and was not before.</returns>
    public bool Owe(ObligationKind kind, string period, DateTimeOffset from, DateTimeOffset? until)
    {
        if (until <= from)
            return false;
        Wake(from);
        Wake(until);
        if (from > now || until <= now)
            return false;
        var obligation = new Obligation(kind, period, from);
        return owed.TryAdd(obligation.Name, obligation);
    }

    /// <summary>An obligation to say something.</summary>
    public void Say(
        ObligationKind kind,
        string period,
        DateTimeOffset from,
        DateTimeOffset? until,
        CareMessage message,
        params ReadOnlySpan<(string Name, string Value)> given
    )
    {
        if (!Owe(kind, period, from, until))
            return;
        var variables = nothing;
        foreach (var (name, value) in given)
            variables = variables.SetItem(name, value);
        said[$"{kind.Code()}:{period}"] = new CareMessageRequest(message, variables, until);
    }

    /// <summary>Takes in what a decision owes.</summary>
    public void Take(Obligation obligation) => owed.TryAdd(obligation.Name, obligation);

    /// <summary>Something may differ from an instant on.</summary>
    public void Wake(DateTimeOffset? at)
    {
        if (at > now && !(at >= next))
            next = at;
    }

    public IReadOnlyCollection<Obligation> Owed => owed.Values;

    public CareDecision Close(ImmutableArray<Duty> duties) =>
        new([.. owed.Values], duties, said.ToImmutableDictionary(StringComparer.Ordinal), Foresight(next));

    // As with decisions: what happens within a second is seen when it has passed.
    private static DateTimeOffset? Foresight(DateTimeOffset? at) =>
        at is not { } instant ? null
        : instant.UtcTicks % TimeSpan.TicksPerSecond == 0 ? instant.ToUniversalTime()
        : new DateTimeOffset(((instant.UtcTicks / TimeSpan.TicksPerSecond) + 1) * TimeSpan.TicksPerSecond, TimeSpan.Zero);
}
