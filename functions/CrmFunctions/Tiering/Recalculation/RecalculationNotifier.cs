using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Messaging;
using CrmFunctions.Privacy;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Tiering.Recalculation;

/// <summary>Tells others what was found while it was found out who a customer is.</summary>
public sealed class RecalculationNotifier(
    Bus bus,
    SharedHandles shared,
    PrivacyRequests privacy,
    Clocks clocks,
    IOptions<JoiningOptions> options
)
{
    /// <summary>
    /// Tells all whom it concerns; shared handles come onto the list once all were told, so that who dies between tells them again.
    /// </summary>
    public async Task Tell(GatheredCustomer gathered, CancellationToken cancellationToken)
    {
        await Send(gathered.Around.Concerned, visibleAt: null, cancellationToken);
        foreach (var place in gathered.Around.ToBeListed)
            await shared.List(place, cancellationToken);
        foreach (var handle in gathered.Late)
            await privacy.EraseLate(handle, cancellationToken);
    }

    /// <summary>Requests a recalculation of handles for when the process that writes them now has ended, or died.</summary>
    public Task TellLater(IEnumerable<Handle> handles, CancellationToken cancellationToken) =>
        Send(handles, clocks.Machine.GetUtcNow() + options.Value.LookAfter, cancellationToken);

    private Task Send(IEnumerable<Handle> handles, DateTimeOffset? visibleAt, CancellationToken cancellationToken) =>
        bus.Send(
            Flow.Queues.Recalculations,
            [.. handles.Distinct().Select(handle => RecalculationMessage.NewsFor(handle, visibleAt))],
            cancellationToken
        );
}
