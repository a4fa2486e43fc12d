using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Messaging;

namespace CrmFunctions.Privacy;

/// <summary>Takes a person out of the log and of who is who. Every step may be done twice, in this order.</summary>
/// <remarks>Source: PRIVACY.md, which says why in this order.</remarks>
public sealed class PersonEraser(HandleIndex handles, EventLog log, LogErasure erasure, SharedHandles shared, Bus bus)
{
    /// <summary>Carries out a plan.</summary>
    /// <returns>What was found, by place.</returns>
    public async Task<Dictionary<string, int>> CarryOut(ErasurePlan plan, bool isLate, CancellationToken cancellationToken)
    {
        var (anchors, found) = (plan.AnchorHandles, new Dictionary<string, int> { ["events"] = 0 });
        if (!isLate)
        {
            foreach (var handle in anchors.Concat(plan.OwnHandles))
                await erasure.PutTombstone(handle, plan.Through, cancellationToken);
            found["customers"] = await Forget(plan, cancellationToken);
        }

        foreach (var claim in anchors.Where(anchor => isLate && anchor.IsClaim))
            await PutTombstone(claim, cancellationToken);

        foreach (var anchor in anchors)
            found["events"] += await erasure.SetAside(anchor, plan.Nobody, plan.Salt, cancellationToken);

        // Exactly, it would be the number of events of one customer among those that are kept.
        found["events"] = LogErasure.Padded(found["events"]);
        return found;
    }

    // What came late in a combination of identifiers that never came before: it is erased as far as they are.
    private async Task PutTombstone(Handle claim, CancellationToken cancellationToken)
    {
        DateTimeOffset? through = null;
        foreach (var link in (await log.Read(claim, since: null, cancellationToken)).Events.SelectMany(Link.Of).Distinct())
        {
            var erased = await log.ErasedThrough(link.Named, cancellationToken);
            through = through > erased ? through : erased ?? through;
        }

        if (through is { } until)
            await erasure.PutTombstone(claim, until, cancellationToken);
    }

    private async Task<int> Forget(ErasurePlan plan, CancellationToken cancellationToken)
    {
        var (anchors, rows) = (plan.AnchorHandles, 0);
        var concerned = new HashSet<Handle>();
        foreach (var handle in anchors.Concat(plan.OtherHandles))
        {
            var place = await handles.Look(handle, cancellationToken);
            var rulings = place.Rulings.Concat(
                anchors.Contains(handle) ? (await log.Read(handle, since: null, cancellationToken)).Rulings : []
            );
            foreach (var ruling in rulings.Where(ruling => anchors.Contains(ruling.One) || anchors.Contains(ruling.Other)).ToList())
            {
                concerned.UnionWith([ruling.One, ruling.Other]);
                foreach (var at in (Handle[])[ruling.One, ruling.Other])
                    await handles.Unindex(ruling, at, cancellationToken);
                await erasure.Remove(ruling, cancellationToken);
            }

            rows += await handles.Erase(handle, anchors, cancellationToken);

            // A handle that was shared may be one person's now: those who have it look who they are.
            await shared.Strike(handle, cancellationToken);
            concerned.UnionWith(place.Links.Select(link => link.Anchor));
        }

        await bus.Send(
            Flow.Queues.Recalculations,
            [.. concerned.Except(anchors).Select(handle => RecalculationMessage.NewsFor(handle))],
            cancellationToken
        );
        return rows;
    }
}

/// <summary>What must stay the same while an erasure is under way, also where it is carried on after a death.</summary>
/// <param name="Anchors">Keys of the handles under which the person's events are filed.</param>
/// <param name="Own">Keys of further handles of the person.</param>
/// <param name="Shared">Keys of handles that the person's events name and others' do, too.</param>
/// <param name="Nobody">The name under which the history is kept. It is random, and nothing leads from it to the person.</param>
/// <param name="Salt">Hides order numbers and the like. It is random, and forgotten at the end.</param>
/// <param name="Through">Everything up to this instant is erased. UTC.</param>
public sealed record ErasurePlan(string[] Anchors, string[] Own, string[] Shared, string Nobody, string Salt, DateTimeOffset Through)
{
    /// <summary>The handles under which the person's events are filed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlySet<Handle> AnchorHandles => Anchors.Select(key => Handle.FromKey(key)!.Value).ToHashSet();

    /// <summary>Further handles of the person, and of nobody else.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IEnumerable<Handle> OwnHandles => Own.Select(key => Handle.FromKey(key)!.Value);

    /// <summary>All others that they name.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IEnumerable<Handle> OtherHandles => Own.Concat(Shared).Select(key => Handle.FromKey(key)!.Value);
}
