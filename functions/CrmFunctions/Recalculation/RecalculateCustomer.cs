using System.Text.Json;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications;
using CrmFunctions.Reviews;
using CrmFunctions.Standards;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Recalculation;

/// <summary>Decides a customer again: loads, decides, saves, tells. May run twice, and may die anywhere.</summary>
public sealed class RecalculateCustomer(CustomerStore customers, Gathering gathering, Desk desk, DueIndex due, Announcements announcements)
{
    private const int Races = 8;

    /// <summary>Snapshots with rows of their own are written anew when this many events have come on top.</summary>
    private const int SnapshotLag = 256;

#pragma warning disable CS1591
    [Function(nameof(RecalculateCustomer))]
    public async Task Run(
        [ServiceBusTrigger(Flow.Queues.Recalculations, Connection = Flow.ServiceBus)] ServiceBusReceivedMessage received, CancellationToken cancellationToken)
#pragma warning restore CS1591
    {
        var message = JsonSerializer.Deserialize(received.Body.ToMemory().Span, MessagingJson.Default.RecalculationMessage)
            ?? throw new FormatException("The message is null.");
        var handle = Handle.FromKey(message.Handle) ?? throw new FormatException($"'{message.Handle}' is no handle.");
        for (var race = 0; race < Races; race++)
        {
            if (await Decide(handle, message.Due, cancellationToken)) return;
        }

        throw new InvalidOperationException($"Customer {handle} was changed by others {Races} times while it was decided; the next delivery tries again.");
    }

    /// <returns>False where somebody else changed the customer meanwhile.</returns>
    private async Task<bool> Decide(Handle handle, DateTimeOffset? fired, CancellationToken cancellationToken)
    {
        var stored = await customers.Open(handle, cancellationToken);
        if (fired is null) stored = stored.Knowing(handle.Key, filed: true);

        // A review has nothing new to read: what the last decision knew is all there is, unless somebody joined another customer and died.
        var gathered = fired is not null && stored.Decided is not null && stored.Snapshot.Covers(stored)
            ? new Gathered(stored, [.. await gathering.Known(stored, cancellationToken)], [], stored.Snapshot.Through)
            : await gathering.Gather(stored, cancellationToken);

        foreach (var joined in gathered.Joined)
        {
            // What it had to tell and may not have told goes with its state.
            await announcements.Send(joined, cancellationToken);
            if (!await customers.Move(joined, gathered.Customer.Id, cancellationToken)) return false;
            Seams.Passed(Seams.Joined);
        }

        var customer = gathered.Customer;
        var history = History.Distinct(gathered.Events);
        if (history.Count == 0) return true;
        var (facts, decision) = desk.Decide(history);
        var decided = Decided.Of(decision, facts, History.Digest(history));

        // The row of the review comes first: one too many fires early and does no harm, one missing would be a silence nobody ends.
        var waits = customer.ReviewWaits == fired ? null : customer.ReviewWaits;
        waits = await due.EnsureReview(customer.Id, waits, decision.NextReview, cancellationToken);
        Seams.Passed(Seams.DueWritten);

        var change = ChangeOf(customer.Decided, decision);
        var next = customer with
        {
            Decided = decided,
            ReviewWaits = waits,
            Owed = [.. customer.Owed.Where(name => decision.Obligations.Any(obligation => obligation.Name == name))],
            Outbox = announcements.Wanted && change is { FromTier: not null } ? customer.Outbox.Add(change) : customer.Outbox,
        };
        if (!IsSame(stored, next) && !await customers.Save(next, change, Keep(next, gathered, history), cancellationToken)) return false;
        Seams.Passed(Seams.Saved);

        if (next.Outbox.Length > 0 || next.Owed.Length < decision.Obligations.Length) await Tell(next, decision.Obligations, cancellationToken);
        return true;
    }

    // After the state is saved: whoever acts on a message or on a row of the index finds it true. Who dies here is delivered again, sees
    // what is not struck off, and does it again.
    private async Task Tell(StoredCustomer customer, IReadOnlyList<Obligation> obligations, CancellationToken cancellationToken)
    {
        await announcements.Send(customer, cancellationToken);
        await due.Owe(customer.Id, obligations.Where(obligation => !customer.Owed.Contains(obligation.Name)), cancellationToken);
        Seams.Passed(Seams.Announced);

        // Struck off from what is there now; where somebody else was faster, the next recalculation sends again, and the ledger drops it.
        if (await customers.Find(customer.Id, cancellationToken) is { } now && now.Decided == customer.Decided
            && now.Outbox.SequenceEqual(customer.Outbox) && now.Owed.SequenceEqual(customer.Owed))
        {
            await customers.Save(now with { Outbox = [], Owed = [.. obligations.Select(obligation => obligation.Name)] }, change: null, keep: null, cancellationToken);
        }
    }

    private static TierChange? ChangeOf(Decided? before, Decision decision) =>
        before?.Tier == decision.Tier.Name && before.Stage == decision.Stage
            ? null
            : new TierChange(decision.At, before?.Tier, decision.Tier.Name, before?.Stage.Code(), decision.Stage.Code());

    private static bool IsSame(StoredCustomer stored, StoredCustomer next) =>
        stored.Read is not null && stored.Id == next.Id && stored.Decided == next.Decided && stored.ReviewWaits == next.ReviewWaits
        && stored.Owed.SequenceEqual(next.Owed) && stored.Outbox.SequenceEqual(next.Outbox) && stored.Handles.SequenceEqual(next.Handles);

    private static Snapshot? Keep(StoredCustomer customer, Gathered gathered, IReadOnlyList<Domain.Events.CustomerEvent> history)
    {
        var joined = gathered.Joined.Count > 0;
        var behind = history.Count - customer.Snapshot.Events.Count;
        var isGood = customer.Snapshot.Rows > 0 && !joined && behind < SnapshotLag && customer.Snapshot.Covers(customer);
        return isGood ? null : new Snapshot(history, gathered.Through, 0, [.. customer.Filed.Select(handle => handle.Key)]);
    }
}
