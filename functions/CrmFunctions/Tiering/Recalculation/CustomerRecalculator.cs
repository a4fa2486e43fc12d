using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Domain.Service.Care;
using CrmFunctions.Service;
using CrmFunctions.Service.Owners;
using CrmFunctions.Standards;

namespace CrmFunctions.Tiering.Recalculation;

/// <summary>
/// Recalculates a customer: gathers the events, decides, plans the service, saves all in one transaction, and then sends what is in the
/// outbox. Idempotent: it may run twice, and the process may die at any point.
/// </summary>
/// <remarks>FLOW.md says in which order things are written, and why.</remarks>
public sealed class CustomerRecalculator(
    CustomerStore customers,
    IdentityJoiner joiner,
    TieringEngine engine,
    ServicePlanner planner,
    Fulfilment fulfilment
)
{
    /// <summary>Attempts until an optimistic write must have won.</summary>
    private const int Attempts = 8;

    /// <summary>Snapshots with rows of their own are written anew when this many events have come on top.</summary>
    private const int SnapshotLag = 256;

    /// <summary>Recalculates the customer that a handle belongs to; again where another process has changed it meanwhile.</summary>
    /// <param name="handle">One of the customer's handles.</param>
    /// <param name="fired">The review row that asked for it. UTC. Null: none did.</param>
    /// <param name="reason">What is read from the log and what from the state: a rebuild trusts the log alone.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="InvalidOperationException">Other processes were faster eight times.</exception>
    public async Task Recalculate(Handle handle, DateTimeOffset? fired, RecalculationReason reason, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var outcome = await Try(handle, fired, reason, cancellationToken);
            if (outcome == Outcome.Done)
                return;

            // A rebuild that was not saved is still to be done.
            if (reason != RecalculationReason.Rebuild || outcome == Outcome.LookAgain)
                reason = RecalculationReason.News;
        }

        throw new InvalidOperationException(
            $"Customer {handle} was changed by others {Attempts} times while it was decided; the next delivery tries again."
        );
    }

    private async Task<Outcome> Try(Handle handle, DateTimeOffset? fired, RecalculationReason reason, CancellationToken cancellationToken)
    {
        if (await joiner.GatherAndJoin(handle, reason, cancellationToken) is not { } gathered)
            return Outcome.Lost;
        var history = History.Distinct(gathered.Events);
        if (history.Count == 0)
            return reason != RecalculationReason.Rebuild || await customers.Forget(gathered.Customer, cancellationToken)
                ? Outcome.Done
                : Outcome.Lost;
        await fulfilment.Note(gathered.Before, history, cancellationToken);

        if (await Save(gathered, history, fired, cancellationToken) is not { } saved)
            return Outcome.Lost;
        CrashPoints.Passed(CrashPoints.Saved);

        if (Fulfilment.HasToTell(saved.Customer, saved.Care) && !await Send(saved.Customer, saved.Care, cancellationToken))
            return Outcome.LookAgain;

        // Which handles are one person was written from what was read before; another process may have read more since. After such a write
        // the customer is looked at once more.
        var isWritten = gathered.Moves.Any() || gathered.Before?.IsSamePerson(saved.Customer) != true;
        if (isWritten && gathered.IsAmongOthers)
            return Outcome.LookAgain;
        return gathered.IsNew && !await joiner.IsAlone(gathered, cancellationToken) ? Outcome.LookAgain : Outcome.Done;
    }

    // Null where another process has changed a row of the transaction.
    private async Task<(StoredCustomer Customer, CareDecision Care)?> Save(
        GatheredCustomer gathered,
        IReadOnlyList<CustomerEvent> history,
        DateTimeOffset? fired,
        CancellationToken cancellationToken
    )
    {
        var customer = gathered.Customer;
        var all = engine.Decide(history);
        var changes = ChangesOf(customer.Decided, all).ToList();
        var served = await planner.Serve(customer, history, all, changes, cancellationToken);

        // The review's row is written first: one too many fires early and changes nothing; without one, silence would never be noticed.
        var waits = customer.ReviewWaits == fired ? null : customer.ReviewWaits;
        waits = await fulfilment.EnsureReview(customer.Id, waits, Earlier(all.NextReview, served.Care.Next), cancellationToken);
        CrashPoints.Passed(CrashPoints.DueWritten);

        var next = customer with
        {
            Decided = Decided.Of(all, History.Digest(history), QualityColumn.Write(QualityFacts.Of(history))),
            DecidedAt = all.Primary.At,
            ReviewWaits = waits,
            Owed = Fulfilment.Known(customer.Owed, served.Care),
            Outbox = fulfilment.Announces
                ? customer.Outbox.AddRange(changes.Where(change => change.FromTier is not null))
                : customer.Outbox,
            Service = served.State,
        };
        var isSaved =
            IsSame(gathered.Before, next)
            || await customers.Save(next, changes, served.Rows, Keep(next, gathered, history), cancellationToken);
        return isSaved ? (next, served.Care) : null;
    }

    // After the state is saved, so that a receiver of a message finds it true. If the process dies here, the message is delivered again,
    // and what is still in the outbox is sent again. False where the customer is to be looked at once more.
    private async Task<bool> Send(StoredCustomer customer, CareDecision care, CancellationToken cancellationToken)
    {
        await fulfilment.Tell(customer, care, cancellationToken);
        CrashPoints.Passed(CrashPoints.Announced);

        // Removed from the outbox as it is now. Where another process was faster, its recalculation sends again, and the ledger drops it.
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

    private static Snapshot? Keep(StoredCustomer customer, GatheredCustomer gathered, IReadOnlyList<CustomerEvent> history)
    {
        var joined = gathered.Around.Self is not null;
        var behind = history.Count - customer.Snapshot.Events.Count;
        var isGood = customer.Snapshot.Rows > 0 && !joined && behind < SnapshotLag && customer.Snapshot.Covers(customer);
        return isGood ? null : new Snapshot(history, gathered.Through, 0, [.. customer.Filed.Select(handle => handle.Key)]);
    }

    private enum Outcome
    {
        Done,

        /// <summary>Another process changed a row meanwhile.</summary>
        Lost,

        /// <summary>Which handles are one person was written, or the owner had no room: one look more.</summary>
        LookAgain,
    }
}
