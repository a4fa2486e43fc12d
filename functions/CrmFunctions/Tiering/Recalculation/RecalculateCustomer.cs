using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Domain.Service.Care;
using CrmFunctions.Events;
using CrmFunctions.Messaging;
using CrmFunctions.Service;
using CrmFunctions.Service.Owners;
using CrmFunctions.Standards;
using CrmFunctions.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Tiering.Recalculation;

/// <summary>Decides a customer again: loads, decides, saves, tells. May run twice, and may die anywhere.</summary>
public sealed class RecalculateCustomer(
    CustomerStore customers,
    IdentityJoiner joiner,
    TieringEngine engine,
    ServicePlanner planner,
    Fulfilment fulfilment
)
{
    private const int Races = 8;

    /// <summary>Snapshots with rows of their own are written anew when this many events have come on top.</summary>
    private const int SnapshotLag = 256;

    [Function(nameof(RecalculateCustomer))]
    public async Task Run(
        [ServiceBusTrigger(Flow.Queues.Recalculations, Connection = Flow.ServiceBus)] ServiceBusReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var message = MessageBody.Read<RecalculationMessage>(received.Body.ToMemory());
        var handle = Handle.FromKey(message.Handle) ?? throw new FormatException($"'{message.Handle}' is no handle.");

        // Delivered again: somebody died who may have written who is who and not have looked at it afterwards.
        var occasion =
            message.Afresh || received.DeliveryCount > 1 ? RecalculationReason.News
            : message.Due is null ? RecalculationReason.Events
            : RecalculationReason.Review;
        await Decide(handle, message.Due, occasion, cancellationToken);
        FlowMeter.Recalculated(
            message.Due is null
                ? message.Asked is null
                    ? "news"
                    : "events"
                : "review",
            message.Asked
        );
    }

    /// <summary>Decides the customer that a handle belongs to, until nobody else has changed it meanwhile.</summary>
    /// <exception cref="InvalidOperationException">Others were faster again and again.</exception>
    public async Task Decide(Handle handle, DateTimeOffset? fired, RecalculationReason occasion, CancellationToken cancellationToken)
    {
        for (var race = 0; race < Races; race++)
        {
            var outcome = await Try(handle, fired, occasion, cancellationToken);
            if (outcome == Outcome.Done)
                return;

            // What a rebuild has not saved is still to be rebuilt.
            if (occasion != RecalculationReason.Rebuild || outcome == Outcome.LookAgain)
                occasion = RecalculationReason.News;
        }

        throw new InvalidOperationException(
            $"Customer {handle} was changed by others {Races} times while it was decided; the next delivery tries again."
        );
    }

    private async Task<Outcome> Try(Handle handle, DateTimeOffset? fired, RecalculationReason occasion, CancellationToken cancellationToken)
    {
        if (await joiner.Gather(handle, occasion, cancellationToken) is not { } gathered)
            return Outcome.Lost;
        var customer = gathered.Customer;
        var history = History.Distinct(gathered.Events);
        if (history.Count == 0)
            return occasion != RecalculationReason.Rebuild || await customers.Forget(customer, cancellationToken)
                ? Outcome.Done
                : Outcome.Lost;
        var all = engine.Decide(history);
        var decided = Decided.Of(all, History.Digest(history), QualityColumn.Write(QualityFacts.Of(history)));

        await fulfilment.Note(gathered.Before, history, cancellationToken);

        var changes = ChangesOf(customer.Decided, all).ToList();
        var served = await planner.Serve(customer, history, all, changes, cancellationToken);

        // The row of the review comes first: one too many fires early and does no harm, one missing would be a silence nobody ends.
        var waits = customer.ReviewWaits == fired ? null : customer.ReviewWaits;
        waits = await fulfilment.EnsureReview(customer.Id, waits, Earlier(all.NextReview, served.Care.Next), cancellationToken);
        CrashPoints.Passed(CrashPoints.DueWritten);

        var next = customer with
        {
            Decided = decided,
            DecidedAt = all.Primary.At,
            ReviewWaits = waits,
            Owed = Fulfilment.Known(customer.Owed, served.Care),
            Outbox = fulfilment.Announces
                ? customer.Outbox.AddRange(changes.Where(change => change.FromTier is not null))
                : customer.Outbox,
            Service = served.State,
        };
        if (
            !IsSame(gathered.Before, next)
            && !await customers.Save(next, changes, served.Rows, Keep(next, gathered, history), cancellationToken)
        )
            return Outcome.Lost;
        CrashPoints.Passed(CrashPoints.Saved);

        if (Fulfilment.HasToTell(next, served.Care) && !await Tell(next, served.Care, cancellationToken))
            return Outcome.LookAgain;

        // Who is who was written from what was seen before; somebody may have seen more since. Whoever writes looks once more after it.
        var isWritten = gathered.Moves.Any() || gathered.Before?.IsSamePerson(next) != true;
        if (isWritten && gathered.IsAmongOthers)
            return Outcome.LookAgain;
        if (gathered.IsNew && !await joiner.IsAlone(gathered, cancellationToken))
            return Outcome.LookAgain;
        return Outcome.Done;
    }

    // After the state is saved: whoever acts on a message or on a row of the index finds it true. Who dies here is delivered again, sees
    // what is not struck off, and does it again.
    private async Task<bool> Tell(StoredCustomer customer, CareDecision care, CancellationToken cancellationToken)
    {
        await fulfilment.Tell(customer, care, cancellationToken);
        CrashPoints.Passed(CrashPoints.Announced);

        // Struck off from what is there now; where somebody else was faster, the next recalculation sends again, and the ledger drops it.
        if (
            await customers.Follow(customer.Id, cancellationToken) is not { } now
            || now.Decided != customer.Decided
            || !now.Outbox.SequenceEqual(customer.Outbox)
            || !now.Owed.SequenceEqual(customer.Owed)
            || now.Service != customer.Service
        )
        {
            return true;
        }

        var settled = await fulfilment.Settle(now, cancellationToken);
        var owned =
            now.Service.Owner == settled.Owner
                ? []
                : new[] { OwnerChange.Of(now.Id, engine.Now, now.Service.Owner, settled.Owner, by: null, "full") };
        await customers.Save(
            now with
            {
                Outbox = [],
                Owed = [.. care.Obligations.Select(obligation => obligation.Name)],
                Service = settled,
            },
            changes: [],
            owned,
            keep: null,
            cancellationToken
        );
        return settled.Owner == now.Service.Owner && settled.IsSettled;
    }

    private static IEnumerable<TierChange> ChangesOf(Decided? before, DecisionSet all)
    {
        var (primary, stage) = (all.Primary, all.Primary.Stage.Code());
        if (before?.Tier != primary.Tier.Name || before.Stage != primary.Stage)
        {
            yield return new TierChange(primary.At, before?.Tier, primary.Tier.Name, before?.Stage.Code(), stage);
        }

        foreach (var other in all.Decisions.Skip(1))
        {
            var tier = before?.ReadOthers().FirstOrDefault(known => known.Scheme == other.By.Scheme)?.Tier;
            if (tier != other.Tier.Name)
                yield return new TierChange(other.At, tier, other.Tier.Name, before?.Stage.Code(), stage, other.By.Scheme);
        }
    }

    private static bool IsSame(StoredCustomer? before, StoredCustomer next) =>
        before is not null
        && before.IsSamePerson(next)
        && before.Decided == next.Decided
        && before.ReviewWaits == next.ReviewWaits
        && before.Owed.SequenceEqual(next.Owed)
        && before.Outbox.SequenceEqual(next.Outbox)
        && before.Service == next.Service;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private static Snapshot? Keep(StoredCustomer customer, GatheredCustomer gathered, IReadOnlyList<Domain.Events.CustomerEvent> history)
    {
        var joined = gathered.Around.Self is not null;
        var behind = history.Count - customer.Snapshot.Events.Count;
        var isGood = customer.Snapshot.Rows > 0 && !joined && behind < SnapshotLag && customer.Snapshot.Covers(customer);
        return isGood ? null : new Snapshot(history, gathered.Through, 0, [.. customer.Filed.Select(handle => handle.Key)]);
    }

    private enum Outcome
    {
        Done,

        /// <summary>Somebody else changed a row meanwhile.</summary>
        Lost,

        /// <summary>It was written who is who.</summary>
        LookAgain,
    }
}
