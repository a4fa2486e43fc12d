using CrmFunctions.Customers;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Pacing;
using CrmFunctions.Recalculation;

namespace CrmFunctions.Notifications;

/// <summary>Tells the team what the suite's own rules find: changes to subscribers, warnings and reminders to everybody who is there to be told.</summary>
public sealed class Telling(Gathering gathering, Ledger ledger, Wording wording, RobotSlots robots, IEnumerable<IChannel> channels)
{
    private const string NoChannel = "none";

    /// <summary>Tells on each channel, or writes why not.</summary>
    public async Task Tell(StoredCustomer customer, Notification notification, CancellationToken cancellationToken)
    {
        var words = await wording.Of(customer, await gathering.Known(customer, cancellationToken), notification, cancellationToken);
        var listening = channels.Where(channel => channel.Medium switch
        {
            Medium.Sms => false,
            // A chat is for what somebody has to do, not for every change of a tier.
            Medium.Robot => notification.Rule != Notification.TierChanged,
            _ => true,
        }).ToList();
        if (listening.Count == 0)
        {
            var row = Ledger.Row(customer.Id, notification, NoChannel);
            await ledger.NotSent(row, words is null ? MessageStatus.Withdrawn : MessageStatus.Suppressed, words is null ? Reasons.NoLongerTrue : Reasons.NoChannel, cancellationToken);
            return;
        }

        foreach (var channel in listening) await Tell(customer, notification, channel, words, cancellationToken);
    }

    private async Task Tell(StoredCustomer customer, Notification notification, IChannel channel, Words? words, CancellationToken cancellationToken)
    {
        var row = Ledger.Row(customer.Id, notification, channel.Name);

        // Before people were joined it may have been begun under another handle. It is ended there, so that its key stays the same.
        var begun = await ledger.Find(channel is RobotChannel ? customer.Filed.Prepend(customer.Id).Distinct() : customer.Filed.Where(handle => handle != customer.Id), row.RowKey, cancellationToken);
        if (words is null)
        {
            await ledger.NotSent(begun ?? row, MessageStatus.Withdrawn, Reasons.NoLongerTrue, cancellationToken);
            return;
        }

        if (channel is RobotChannel robot)
        {
            // A robot's lines wait for their place; what waits already waits on, and what was said is said.
            if (begun is { Status: not (MessageStatus.Deferred or MessageStatus.Withdrawn) }) return;
            Ledger.Keep(begun ?? row, words);
            await robots.Join(begun ?? row, robot, cancellationToken);
            return;
        }

        if ((begun ?? await ledger.Claim(row, words, cancellationToken)) is { } found)
        {
            // Somebody died between taking and closing it: whether it went out is not known, and only a safe channel may repeat it.
            // What was withdrawn, and is true again, has not been sent yet.
            var unknown = found.Status is MessageStatus.Sending or MessageStatus.Uncertain;
            var repeat = found.Status is MessageStatus.Failed or MessageStatus.Withdrawn || (unknown && channel.ResendIsSafe);
            if (found.Status == MessageStatus.Sending && !repeat) await ledger.Close(found, MessageStatus.Uncertain, Reasons.Died, cancellationToken);
            if (!repeat || !await ledger.Take(found, words, cancellationToken)) return;
            row = found;
        }

        Seams.Passed(Seams.Claimed);
        var outcome = await channel.Send(wording.Message(row), cancellationToken);
        Seams.Passed(Seams.Sent);
        await Close(row, channel, outcome, cancellationToken);
    }

    private Task Close(MessageRow row, IChannel channel, SendOutcome outcome, CancellationToken cancellationToken) => outcome switch
    {
        SendOutcome.Sent => ledger.Close(row, MessageStatus.Sent, outcome.Detail, cancellationToken),
        SendOutcome.Refused refused => ledger.Close(row, MessageStatus.Refused, outcome.Because(refused.Reason), cancellationToken),
        SendOutcome.Uncertain uncertain when !channel.ResendIsSafe => ledger.Close(row, MessageStatus.Uncertain, outcome.Because(uncertain.Reason), cancellationToken),
        SendOutcome.Uncertain uncertain => TryLater(row, outcome.Because(uncertain.Reason), cancellationToken),
        SendOutcome.Failed failed => TryLater(row, outcome.Because(failed.Reason), cancellationToken),
        _ => throw new InvalidOperationException($"No rule closes a message with {outcome.GetType().Name}."),
    };

    private async Task TryLater(MessageRow row, string reason, CancellationToken cancellationToken)
    {
        await ledger.Close(row, MessageStatus.Failed, reason, cancellationToken);
        throw new NotDeliveredException($"Message {row.RowKey} of customer {row.PartitionKey} was not delivered: {reason}. The next delivery tries again.");
    }
}
