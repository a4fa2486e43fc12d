using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.Notifications.Permission;

namespace CrmFunctions.Notifications;

/// <summary>
/// Takes a touch along its channels until one has carried it, and writes for each what became of it. May run twice and may die anywhere:
/// the ledger's row is reserved before anything leaves.
/// </summary>
/// <remarks>Source: Notifications/NOTIFICATIONS.md.</remarks>
public sealed class TouchSender(
    MessageLedger ledger,
    MessageCloser closer,
    CustomerGatherer gatherer,
    MessageRenderer renderer,
    ChannelDispatcher dispatcher,
    SendPermissionCheck permissions
)
{
    // Stands for the whole touch on all channels.
    private const string Whole = "*";

    /// <summary>Says it, or writes why not.</summary>
    public async Task Deliver(
        StoredCustomer customer,
        MessageRequest request,
        IReadOnlyDictionary<string, IChannel> channels,
        CancellationToken cancellationToken
    )
    {
        var touch = request.Touch!;
        if ((await ledger.Find(customer, request, Whole, cancellationToken))[0].ETag != default)
            return;
        if (touch.While is { Count: > 0 } stages && customer.Decided is { } decided && !stages.Contains(decided.Stage.Code()))
        {
            await Withdraw(customer, request, channels.Keys, cancellationToken);
            return;
        }

        var profile = Profile.Of(await gatherer.Known(customer, cancellationToken));
        foreach (var name in touch.Channels.Distinct(StringComparer.Ordinal))
        {
            if (
                await Try(customer, request, profile, name, channels.GetValueOrDefault(name), cancellationToken)
                != DispatchResult.NextChannel
            )
                return;
        }
    }

    /// <summary>
    /// Takes a touch back. What waits is closed, and what is asked for later finds the row; what has come to its end stays as it is.
    /// </summary>
    public async Task Withdraw(
        StoredCustomer customer,
        MessageRequest request,
        IEnumerable<string> channels,
        CancellationToken cancellationToken
    )
    {
        var rows = new List<MessageRow>();
        foreach (var channel in channels)
            rows.Add(await closer.Settle(await ledger.Find(customer, request, channel, cancellationToken), cancellationToken));
        var begun = rows.Where(row => row.ETag != default).ToList();
        if (begun.Count > 0 && begun.TrueForAll(row => row.Status is not (MessageStatus.Deferred or MessageStatus.Sending)))
            return;

        await closer.NotSent(
            MessageLedger.Row(customer.Id, request, Whole),
            MessageStatus.Withdrawn,
            SendReasons.NoLongerTrue,
            cancellationToken
        );
        foreach (var row in begun.Where(row => row.Status is MessageStatus.Deferred))
            await closer.Withdraw(row, request, cancellationToken);
    }

    private async Task<DispatchResult> Try(
        StoredCustomer customer,
        MessageRequest request,
        Profile profile,
        string name,
        IChannel? channel,
        CancellationToken cancellationToken
    )
    {
        var touch = request.Touch!;
        var row = await closer.Settle(await ledger.Find(customer, request, name, cancellationToken), cancellationToken);
        (row.Purpose, row.Template) = (touch.Purpose, touch.Template);
        switch (row.Status)
        {
            case MessageStatus.Sent or MessageStatus.Uncertain:
                return DispatchResult.Done;
            case MessageStatus.Suppressed or MessageStatus.Refused or MessageStatus.Withdrawn or MessageStatus.Failed:
                return DispatchResult.NextChannel;
            case MessageStatus.Sending when channel is not { ResendIsSafe: true }:
                // A process died between taking and closing it, or is sending it now and will close it.
                await closer.Died(row, cancellationToken);
                return DispatchResult.Done;
            default:
                break;
        }

        if (channel is null)
            return await Suppress(row, request, SendReasons.NoChannel, cancellationToken);
        var address = renderer.AddressOf(touch, profile, channel);

        // What may be on its way already is not weighed again: it goes once more under its key, or its fate would never be known.
        if (row.Status != MessageStatus.Sending)
        {
            var verdict = await permissions.Of(customer, profile, touch, channel, address, row.PlaceKey(), cancellationToken);
            if (verdict is SendDecision.Suppressed no)
                return await Suppress(row, request, no.Reason, cancellationToken);
            if (verdict is SendDecision.Deferred later)
                return await closer.Defer(row, request, later.Until, later.Reason, cancellationToken);
        }

        if (row.Words is null)
        {
            var (message, refused) = await renderer.Of(
                touch,
                About(customer, request),
                channel,
                address is "" ? null : address,
                cancellationToken
            );
            if (message is null)
            {
                await permissions.Release(customer, touch, channel, row.PlaceKey(), cancellationToken);
                await closer.Refuse(row, request, refused!, cancellationToken);
                return DispatchResult.NextChannel;
            }

            row.Keep(message);
        }

        var step = await dispatcher.Send(row, renderer.Of(row), request, channel, permissions.ExpiryOf(touch), cancellationToken);

        // Nothing was delivered: what waits takes its place anew when it goes.
        if (
            step == DispatchResult.NextChannel
            && row.Reason?.StartsWith(SendReason.EmailRecipientRefused, StringComparison.Ordinal) == true
        )
        {
            await permissions.NoteBounce(channel, address, row.PlaceKey(), cancellationToken);
        }

        if (step != DispatchResult.Done)
            await permissions.Release(customer, touch, channel, row.PlaceKey(), cancellationToken);
        return step;
    }

    private async Task<DispatchResult> Suppress(MessageRow row, MessageRequest request, string reason, CancellationToken cancellationToken)
    {
        await closer.Suppress(row, request, reason, cancellationToken);
        return DispatchResult.NextChannel;
    }

    private static MessagePayload About(StoredCustomer customer, MessageRequest request) =>
        new(
            customer.Id.Key,
            request.Rule,
            request.Period,
            customer.Decided?.Tier,
            customer.Decided?.Stage.Code(),
            FromTier: null,
            FromStage: null,
            ""
        );
}
