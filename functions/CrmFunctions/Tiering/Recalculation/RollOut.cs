using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers;
using CrmFunctions.Events;
using CrmFunctions.Messaging;
using CrmFunctions.Standards;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Tiering.Recalculation;

/// <summary>Has everybody decided again, some thousand customers at a time, each part asked for by the one before.</summary>
public sealed class RollOut(StandardStore standards, CustomerStore store, Bus bus, TieringEngine engine)
{
    private const int Part = 5000;

    [Function(nameof(RollOut))]
    public async Task Run(
        [ServiceBusTrigger(Flow.Queues.Rollouts, Connection = Flow.ServiceBus)] ServiceBusReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var message = MessageBody.Read<RolloutStep>(received.Body.ToMemory());
        await engine.Follow(cancellationToken);

        // A later change has its own; one that was never written has none.
        if (engine.InForce.Revision != message.Revision)
            return;
        var customers = await store.NextIds(message.After, Part, cancellationToken);
        await bus.Send(
            Flow.Queues.Recalculations,
            [.. customers.Select(id => RecalculationMessage.All(id, $"r{message.Revision}"))],
            cancellationToken
        );
        CrashPoints.Passed(CrashPoints.RolloutAsked);
        var next = new RolloutStep(message.Revision, customers is [.., var last] ? last : message.After, message.Asked + customers.Count);
        var finished = customers.Count < Part;
        await standards.PutRollout(
            new RolloutRow
            {
                Revision = next.Revision,
                After = next.After,
                Asked = next.Asked,
                Finished = finished,
            },
            cancellationToken
        );
        if (!finished)
            await bus.Send(Flow.Queues.Rollouts, [Bus.Message($"rollout:{next.Revision}:{next.After}", next)], cancellationToken);
    }
}
