using System.Globalization;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Messaging;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Privacy;

/// <summary>Carries out a request to erase. May run twice, and may die anywhere.</summary>
public sealed class EraseCustomer(
    PrivacyStore store,
    PrivacyRequests requests,
    PersonFinder finder,
    RulingStatus rulings,
    PersonEraser eraser,
    KeptTotals totals,
    IEnumerable<IPersonalData> places,
    Clocks clocks
)
{
    [Function(nameof(EraseCustomer))]
    public async Task Run(
        [ServiceBusTrigger(Flow.Queues.Erasures, Connection = Flow.ServiceBus)] ServiceBusReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var message = MessageBody.Read<Erasure>(received.Body.ToMemory());
        if (message.Aside is { } aside)
        {
            await totals.Release(aside, cancellationToken);
            return;
        }

        var row =
            await store.Read(message.Request!, cancellationToken)
            ?? throw new InvalidOperationException($"Request {message.Request} is not there.");
        if (!await requests.IsDue(row, cancellationToken))
            return;

        // The plan is made once, while the person can still be found, and followed to its end. Delivered twice at once, both follow the
        // plan that was written first: under two names the totals would count twice.
        if (row.UnderWay is null)
        {
            var customers = row.Kind == PrivacyRequest.Erase ? await FindAll(row, cancellationToken) : [];
            if (!await MayBegin(row, customers, cancellationToken))
                return;
            var made = await Plan(PrivacyRequest.Of(row), customers, cancellationToken);
            row.UnderWay = JsonSerializer.Serialize(made, PrivacyJson.Default.ErasurePlan);
            if (!await store.Replace(row, cancellationToken))
            {
                await Run(received, cancellationToken);
                return;
            }
        }

        await CarryOut(row, cancellationToken);
    }

    // Who cannot be found yet would not be erased, and who is two people by a ruling that is not in force yet would be both: later. Who has
    // more identifiers than were shown waits for a steward.
    private async Task<bool> MayBegin(PrivacyRow row, IReadOnlyList<StoredCustomer> customers, CancellationToken cancellationToken)
    {
        if (
            row.Kind == PrivacyRequest.Erase
            && (await IsAnyBeingDecided(row, cancellationToken) || await IsAnyRulingPending(customers, cancellationToken))
        )
        {
            await requests.CarryOutLater(row.RowKey, cancellationToken);
            return false;
        }

        return !await requests.HasGrown(row, customers, cancellationToken);
    }

    private async Task CarryOut(PrivacyRow row, CancellationToken cancellationToken)
    {
        var plan = JsonSerializer.Deserialize(row.UnderWay!, PrivacyJson.Default.ErasurePlan)!;
        CrashPoints.Passed(CrashPoints.ErasurePlanned);

        // Other places first: what they are searched for is in the log.
        var found = new Dictionary<string, int>();
        var person = await finder.Identify([.. plan.AnchorHandles], [.. plan.OwnHandles], cancellationToken);
        if (row.Kind != PrivacyRequest.Late)
        {
            foreach (var place in places)
                found[place.Place] = await place.Forget(person, cancellationToken);
        }

        foreach (var (place, count) in await eraser.CarryOut(plan, row.Kind == PrivacyRequest.Late, cancellationToken))
            found[place] = count;
        await totals.Ask(plan.Nobody, cancellationToken);
        await requests.Forget(person.Handles, cancellationToken);
        CrashPoints.Passed(CrashPoints.Erased);

        row.Status = PrivacyRequest.Done;
        row.DoneAt = clocks.Now;
        row.Found = JsonSerializer.Serialize(found, PrivacyJson.Default.DictionaryStringInt32);
        row.UnderWay = null;
        row.Handles = "[]";

        // Where it has changed, another delivery was done before, or what came late has opened it again and is asked for.
        await store.Replace(row, cancellationToken);
    }

    private async Task<bool> IsAnyBeingDecided(PrivacyRow row, CancellationToken cancellationToken)
    {
        foreach (var key in PrivacyRequest.Of(row).Handles)
        {
            if (await finder.IsBeingDecided(Handle.FromKey(key)!.Value, cancellationToken))
                return true;
        }

        return false;
    }

    private Task<IReadOnlyList<StoredCustomer>> FindAll(PrivacyRow row, CancellationToken cancellationToken) =>
        finder.Find(PrivacyRequest.Of(row).Handles.Select(key => Handle.FromKey(key)!.Value), cancellationToken);

    private async Task<bool> IsAnyRulingPending(IEnumerable<StoredCustomer> customers, CancellationToken cancellationToken)
    {
        foreach (var customer in customers)
        {
            if (await rulings.IsPending(customer, cancellationToken))
                return true;
        }

        return false;
    }

    private async Task<ErasurePlan> Plan(
        PrivacyRequest request,
        IReadOnlyList<StoredCustomer> customers,
        CancellationToken cancellationToken
    )
    {
        var asked = request.Handles.Select(key => Handle.FromKey(key)!.Value).ToList();
        var anchors = customers
            .SelectMany(customer => customer.Filed)
            .Concat(request.Kind == PrivacyRequest.Late ? asked : [])
            .Distinct()
            .ToList();
        var last = await finder.LastEvent(anchors, cancellationToken);
        var own = new List<Handle>();
        foreach (var customer in customers)
            own.AddRange(await finder.Own(customer, cancellationToken));
        return new ErasurePlan(
            [.. anchors.Select(handle => handle.Key)],
            [.. own.Select(handle => handle.Key).Concat(await Unheard(asked, customers, cancellationToken)).Distinct()],
            [.. customers.SelectMany(customer => customer.Shared.Concat(customer.Claimed)).Select(handle => handle.Key).Distinct()],
            Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture),
            Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture),
            last > clocks.Now ? NextHour(last.Value) : clocks.Now
        );
    }

    // An instant of the person's own would stay in the tombstone.
    private static DateTimeOffset NextHour(DateTimeOffset at) =>
        new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour) + TimeSpan.TicksPerHour, TimeSpan.Zero);

    // Handles that were asked about and are in no event: of a person who is in quarantine only, or in what comes late.
    private async Task<IEnumerable<string>> Unheard(
        IEnumerable<Handle> asked,
        IReadOnlyList<StoredCustomer> customers,
        CancellationToken cancellationToken
    )
    {
        var unheard = new List<string>();
        foreach (
            var handle in asked.Where(handle =>
                !customers.Any(customer =>
                    customer.Handles.ContainsKey(handle.Key) || customer.Shared.Contains(handle) || customer.Claimed.Contains(handle)
                )
            )
        )
        {
            if (await finder.IsUnheard(handle, cancellationToken))
                unheard.Add(handle.Key);
        }

        return unheard;
    }
}
