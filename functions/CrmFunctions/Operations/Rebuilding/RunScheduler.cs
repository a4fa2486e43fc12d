using Azure.Messaging.ServiceBus;
using CrmFunctions.Messaging;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>A part of a lane that is to be worked through.</summary>
/// <param name="Kind">Of the run.</param>
/// <param name="Run">Its id.</param>
/// <param name="Lane">The lane.</param>
/// <param name="After">The key that the part before ended with.</param>
public sealed record LanePart(string Kind, string Run, int Lane, string After)
{
    /// <summary>After all keys: the second look at those that differed.</summary>
    public const string Second = "~";

    /// <summary>The message of a part.</summary>
    /// <param name="occasion">Empty, or what tells it from one that was sent before and may be lost.</param>
    /// <param name="visibleAt">When it is seen. Null: at once.</param>
    public ServiceBusMessage Message(string occasion = "", DateTimeOffset? visibleAt = null) =>
        Bus.Message($"{Kind}:{Run}:{Lane}:{After}{occasion}", this, visibleAt);
}

/// <summary>Begins runs, and goes on with those that stand still.</summary>
public sealed class RunScheduler(RunStore runs, Bus bus, Clocks clocks)
{
    /// <summary>Goes on with the run that has not ended, or begins one.</summary>
    public async Task<RebuildRunRow> BeginOrGoOn(string kind, double share, CancellationToken cancellationToken)
    {
        var run = await runs.Read(kind, cancellationToken);
        var open = run is null ? [] : await Open(run, cancellationToken);
        var now = clocks.Machine.GetUtcNow();
        if (run is null || open.Count == 0)
        {
            run = await runs.Begin(kind, share, now, cancellationToken);
            open = await Open(run, cancellationToken);
        }

        // A lane that is asked for twice is worked through once: a part that another has passed asks for nothing.
        await bus.Send(
            Flow.Queues.Rebuilds,
            [.. open.Select(lane => new LanePart(kind, run.Id, lane.Lane, lane.After).Message($":{now.UtcTicks}"))],
            cancellationToken
        );
        return run;
    }

    private async Task<IReadOnlyList<LaneRow>> Open(RebuildRunRow run, CancellationToken cancellationToken) =>
        [.. (await runs.LanesOf(run, cancellationToken)).Where(lane => lane.FinishedAt is null)];
}
