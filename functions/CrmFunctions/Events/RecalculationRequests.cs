using CrmFunctions.Domain.Identity;
using CrmFunctions.Messaging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Events;

/// <summary>Asks for recalculations so that a burst is one, and no event that got its answer is without one.</summary>
/// <remarks>Source: FLOW.md, "Debounce without loss".</remarks>
public sealed class RecalculationRequests(Bus bus, Clocks clocks, IOptions<DebounceOptions> options)
{
    /// <summary>Asks for the handles' recalculation in the present window.</summary>
    /// <returns>The window asked for.</returns>
    public async Task<DebounceWindow> Ask(IReadOnlyList<Handle> handles, CancellationToken cancellationToken)
    {
        var now = clocks.Machine.GetUtcNow();
        var window = DebounceWindow.At(now, options.Value);
        await bus.Send(
            Flow.Queues.Recalculations,
            [.. handles.Select(handle => RecalculationMessage.Debounced(handle, window, now))],
            cancellationToken
        );
        return window;
    }

    /// <summary>Asks once more where the message asked for may have been seen before what was written since.</summary>
    public async Task AskAgainIfLate(IReadOnlyList<Handle> handles, DebounceWindow asked, CancellationToken cancellationToken)
    {
        if (asked.MayHavePassed(clocks.Machine.GetUtcNow(), options.Value))
            await Ask(handles, cancellationToken);
    }
}
