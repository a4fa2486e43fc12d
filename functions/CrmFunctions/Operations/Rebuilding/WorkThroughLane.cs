using System.Text.Json;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Messaging;
using CrmFunctions.Tiering.Recalculation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>Works through a part of a lane, writes how far it came, and asks for the next. May run twice, and may die anywhere.</summary>
public sealed class WorkThroughLane(RunStore runs, HandleStep handled, Bus bus, Clocks clocks, IOptions<RebuildOptions> options)
{
    private const int Part = 100;

    // Of very long histories fewer: the part must end within the function's time.
    private static readonly TimeSpan longEnough = TimeSpan.FromMinutes(1);

    [Function(nameof(WorkThroughLane))]
    public async Task Run(
        [ServiceBusTrigger(Flow.Queues.Rebuilds, Connection = Flow.ServiceBus)] ServiceBusReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var part = MessageBody.Read<LanePart>(received.Body.ToMemory());
        if (await runs.Read(part.Kind, cancellationToken) is not { } run || run.Id != part.Run)
            return;
        if (await runs.Read(run, part.Lane, cancellationToken) is not { FinishedAt: null } lane)
            return;
        if (lane.After == part.After)
        {
            if (part.After != LanePart.Second)
                await WorkThrough(run, lane, cancellationToken);
            else
                await LookAgain(run, lane, cancellationToken);
            CrashPoints.Passed(CrashPoints.LaneWorked);
            if (!await runs.Write(lane, cancellationToken))
                return;
        }

        // Also where a first try wrote how far it came and died before it asked.
        if (lane.FinishedAt is not null)
            return;
        var second = lane.After == LanePart.Second ? clocks.Machine.GetUtcNow() + options.Value.SecondLook : (DateTimeOffset?)null;
        await bus.Send(Flow.Queues.Rebuilds, [(part with { After = lane.After }).Message(visibleAt: second)], cancellationToken);
    }

    private async Task LookAgain(RebuildRunRow run, LaneRow lane, CancellationToken cancellationToken)
    {
        await handled.LookAgain(run, lane, cancellationToken);
        Finish(lane);
    }

    private async Task WorkThrough(RebuildRunRow run, LaneRow lane, CancellationToken cancellationToken)
    {
        var began = clocks.Machine.GetTimestamp();
        var done = 0;
        await foreach (var place in handled.After(lane.After, Lanes.Range(lane.Lane).To, cancellationToken))
        {
            if (done == Part || clocks.Machine.GetElapsedTime(began) > longEnough)
                return;
            await handled.Handle(run, lane, place, cancellationToken);
            lane.After = place.Handle.Key;
            done++;
        }

        if (lane.Suspects == "[]")
            Finish(lane);
        else
            lane.After = LanePart.Second;
    }

    // No handle stays in the row of a lane that is done.
    private void Finish(LaneRow lane) => (lane.FinishedAt, lane.After) = (clocks.Machine.GetUtcNow(), "");
}

/// <summary>What is done at each handle: by a rebuild it is written anew, by a verification it is compared.</summary>
public sealed class HandleStep(
    HandleScan scan,
    CustomerRecalculator recalculator,
    IndexCheck index,
    Verification verification,
    RunStore runs
)
{
    private const int MostSuspects = 500;

    /// <inheritdoc cref="HandleScan.After"/>
    public IAsyncEnumerable<HandleEntry> After(string after, string to, CancellationToken cancellationToken) =>
        scan.After(after, to, cancellationToken);

    /// <summary>Does it at one handle.</summary>
    public async Task Handle(RebuildRunRow run, LaneRow lane, HandleEntry place, CancellationToken cancellationToken)
    {
        if (run.PartitionKey == RunStore.Rebuild)
        {
            if (place.IsIndexed)
                lane.Removed += await index.Mend(place.Handle, cancellationToken);
            if (place.IsFiled)
                await recalculator.Recalculate(place.Handle, fired: null, RecalculationReason.Rebuild, cancellationToken);
            lane.Handles++;
        }
        else if (IsIn(place.Handle, run.Share))
        {
            lane.Handles++;
            var differences = await verification.Compare(place, cancellationToken);
            if (differences.Count == 0)
                return;
            var suspects = Suspects(lane);
            if (suspects.Count >= MostSuspects)
                await Differs(run, lane, place.Handle, differences, cancellationToken);
            else
                lane.Suspects = JsonSerializer.Serialize([.. suspects, place.Handle.Key], RebuildingJson.Default.StringArray);
        }
    }

    /// <summary>Looks again at those that differed: what was under way has arrived.</summary>
    public async Task LookAgain(RebuildRunRow run, LaneRow lane, CancellationToken cancellationToken)
    {
        foreach (var key in Suspects(lane))
        {
            var place = new HandleEntry(CrmFunctions.Domain.Identity.Handle.FromKey(key)!.Value, IsFiled: true, IsIndexed: true);
            var differences = await verification.Compare(place, cancellationToken);
            if (differences.Count > 0)
                await Differs(run, lane, place.Handle, differences, cancellationToken);
        }

        lane.Suspects = "[]";
    }

    private async Task Differs(
        RebuildRunRow run,
        LaneRow lane,
        Handle handle,
        IReadOnlyList<Difference> differences,
        CancellationToken cancellationToken
    )
    {
        lane.Differences++;
        await runs.Keep(run, handle, differences, cancellationToken);
    }

    private static List<string> Suspects(LaneRow lane) =>
        [.. JsonSerializer.Deserialize(lane.Suspects, RebuildingJson.Default.StringArray)!];

    // The last characters of a handle are those of a hash: a sample is the same handles each time.
    private static bool IsIn(Handle handle, double share)
    {
        const string alphabet = "abcdefghijklmnopqrstuvwxyz234567";
        var place =
            (alphabet.IndexOf(handle.Key[^1], StringComparison.Ordinal) * 32) + alphabet.IndexOf(handle.Key[^2], StringComparison.Ordinal);
        return place < share * 1024;
    }
}
