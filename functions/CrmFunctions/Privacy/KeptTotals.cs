using System.Diagnostics;
using System.Security.Cryptography;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Messaging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Privacy;

/// <summary>
/// Brings what erasures have set aside for totals back into the base, later and in random order: a row's time of writing, which nobody can
/// choose, would lead from what is kept of a person to the erasure.
/// </summary>
public sealed class KeptTotals(LogErasure erasure, Bus bus, Clocks clocks, IOptions<PrivacyOptions> options)
{
    // What comes back is spread over this part of the period.
    private const int Spread = 24;

    /// <summary>Asks that what was set aside come back at a random instant after the end of <see cref="PrivacyOptions.TotalsAfter"/>.</summary>
    /// <param name="aside">The name under which it was set aside.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task Ask(string aside, CancellationToken cancellationToken)
    {
        // Under no trace: it would lead from the request to what is kept.
        Activity.Current = null;
        var (now, period) = (clocks.Machine.GetUtcNow(), options.Value.TotalsAfter);
        DateTimeOffset? visibleAt =
            period > TimeSpan.Zero
                ? new DateTimeOffset(((now.UtcTicks / period.Ticks) + 1) * period.Ticks, TimeSpan.Zero)
                    + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)(period.TotalMilliseconds / Spread) + 1))
                : null;
        await bus.Send(
            Flow.Queues.Erasures,
            [Bus.Message($"totals:{Guid.NewGuid():N}", new Erasure(null, aside), visibleAt)],
            cancellationToken
        );
    }

    /// <summary>Asks for all that is set aside: where the broker's messages were lost, nothing else would.</summary>
    public async Task AskForAll(CancellationToken cancellationToken)
    {
        foreach (var aside in await erasure.Aside(cancellationToken))
            await Ask(aside, cancellationToken);
    }

    /// <summary>Files what was set aside under a name that leads to nobody, and has the customer of this name decided.</summary>
    public async Task Release(string aside, CancellationToken cancellationToken)
    {
        var nobody = Handle.Strongest(new Identifiers(UnionId: aside), "")!.Value;
        await erasure.Release(aside, nobody, cancellationToken);
        await bus.Send(Flow.Queues.Recalculations, [RecalculationMessage.NewsFor(nobody)], cancellationToken);
    }
}
