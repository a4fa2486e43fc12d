using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Permission;

namespace CrmFunctions.Notifications.Touches;

/// <summary>
/// Takes a touch along its channels until one has carried it, and writes for each what became of it. May run twice and may die anywhere:
/// the ledger's row is reserved before anything leaves.
/// </summary>
/// <remarks>Source: Notifications/NOTIFICATIONS.md.</remarks>
public sealed class TouchSender(
    MessageLedger ledger,
    CustomerGatherer gatherer,
    TouchRenderer words,
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
        Notification notification,
        IReadOnlyDictionary<string, IChannel> channels,
        CancellationToken cancellationToken
    )
    {
        var touch = notification.Touch!;
        if (await ledger.Find(customer, notification, Whole, cancellationToken) is { ETag: var found } && found != default)
            return;
        if (touch.While is { Count: > 0 } stages && customer.Decided is { } decided && !stages.Contains(decided.Stage.Code()))
        {
            await Withdraw(customer, notification, channels.Keys, cancellationToken);
            return;
        }

        var profile = Profile.Of(await gatherer.Known(customer, cancellationToken));
        foreach (var name in touch.Channels.Distinct(StringComparer.Ordinal))
        {
            if (
                await Try(customer, notification, profile, name, channels.GetValueOrDefault(name), cancellationToken)
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
        Notification notification,
        IEnumerable<string> channels,
        CancellationToken cancellationToken
    )
    {
        var rows = new List<MessageRow>();
        foreach (var channel in channels)
            rows.Add(await ledger.Find(customer, notification, channel, cancellationToken));
        var begun = rows.Where(row => row.ETag != default).ToList();
        if (begun.Count > 0 && begun.TrueForAll(row => row.Status is not (MessageStatus.Deferred or MessageStatus.Sending)))
            return;

        await ledger.NotSent(
            MessageLedger.Row(customer.Id, notification, Whole),
            MessageStatus.Withdrawn,
            SendReasons.NoLongerTrue,
            cancellationToken
        );
        foreach (var row in begun.Where(row => row.Status is MessageStatus.Deferred))
            await ledger.Record(row, MessageStatus.Withdrawn, SendReasons.NoLongerTrue, until: null, cancellationToken);
    }

    private async Task<DispatchResult> Try(
        StoredCustomer customer,
        Notification notification,
        Profile profile,
        string name,
        IChannel? channel,
        CancellationToken cancellationToken
    )
    {
        var touch = notification.Touch!;
        var row = await ledger.Find(customer, notification, name, cancellationToken);
        (row.Purpose, row.Template) = (touch.Purpose, touch.Template);
        switch (row.Status)
        {
            case MessageStatus.Sent or MessageStatus.Uncertain:
                return DispatchResult.Done;
            case MessageStatus.Suppressed or MessageStatus.Refused or MessageStatus.Withdrawn or MessageStatus.Failed:
                return DispatchResult.NextChannel;
            case MessageStatus.Sending when channel is not { ResendIsSafe: true }:
                // A process died between taking and closing it, or is sending it now and will close it.
                await ledger.Record(row, MessageStatus.Uncertain, SendReasons.Died, until: null, cancellationToken);
                return DispatchResult.Done;
            default:
                break;
        }

        if (channel is null)
            return await NotSent(row, SendReasons.NoChannel, cancellationToken);
        var address = words.AddressOf(touch, profile, channel);

        // What may be on its way already is not weighed again: it goes once more under its key, or its fate would never be known.
        if (row.Status != MessageStatus.Sending)
        {
            var verdict = await permissions.Of(customer, profile, touch, channel, address, row.PlaceKey(), cancellationToken);
            if (verdict is SendDecision.Suppressed no)
                return await NotSent(row, no.Reason, cancellationToken);
            if (verdict is SendDecision.Deferred later)
                return await dispatcher.Defer(row, notification, later.Until, later.Reason, cancellationToken);
        }

        var (said, refused) = row.Words is not null
            ? (null, null)
            : await renderer.Of(words.Of(customer, notification, channel, address ?? ""), channel, cancellationToken);
        if (refused is not null)
        {
            await permissions.Release(customer, touch, channel, row.PlaceKey(), cancellationToken);
            await ledger.Record(row, MessageStatus.Refused, refused, until: null, cancellationToken);
            return DispatchResult.NextChannel;
        }

        if (said is not null)
            MessageLedger.Keep(row, said);
        var step = await dispatcher.Send(row, notification, channel, permissions.ExpiryOf(touch), cancellationToken);

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

    private async Task<DispatchResult> NotSent(MessageRow row, string reason, CancellationToken cancellationToken)
    {
        await ledger.Record(row, MessageStatus.Suppressed, reason, until: null, cancellationToken);
        return DispatchResult.NextChannel;
    }
}
