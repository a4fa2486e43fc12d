using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Notifications.Channels;

namespace CrmFunctions.Notifications;

/// <summary>
/// Tells the team what the suite's own rules find: changes to subscribers, warnings and reminders on every channel there is. Each channel
/// has its own row and its own fate; whether it is still true is asked again at each try.
/// </summary>
/// <remarks>Source: Notifications/NOTIFICATIONS.md.</remarks>
public sealed class TeamNoteSender(
    CustomerGatherer gatherer,
    MessageLedger ledger,
    ITeamNoteComposer notes,
    MessageRenderer renderer,
    ChannelDispatcher dispatcher,
    IEnumerable<IChannel> channels
)
{
    private const string NoChannel = "none";

    /// <summary>Tells on each channel, or writes why not.</summary>
    /// <exception cref="NotDeliveredException">
    /// A channel was given up after all its tries. The queue keeps the message, so that it can be told when what was wrong is mended.
    /// </exception>
    public async Task Tell(StoredCustomer customer, Notification notification, CancellationToken cancellationToken)
    {
        var note = await notes.Compose(customer, await gatherer.Known(customer, cancellationToken), notification, cancellationToken);
        var listening = channels
            .Where(channel =>
                (notification.Channel is null || channel.Name == notification.Channel)
                && channel.Medium switch
                {
                    Medium.Sms => false,
                    // A group chat is for duties, not for every change of a tier.
                    Medium.Robot => notification.Rule != Notification.TierChanged,
                    _ => true,
                }
            )
            .ToList();
        if (listening.Count == 0 && notification.Channel is null)
        {
            var row = MessageLedger.Row(customer.Id, notification, NoChannel);
            await ledger.NotSent(
                row,
                note is null ? MessageStatus.Withdrawn : MessageStatus.Suppressed,
                note is null ? SendReasons.NoLongerTrue : SendReasons.NoChannel,
                cancellationToken
            );
            return;
        }

        var givenUp = new List<string>();
        foreach (var channel in listening)
        {
            if (!await Tell(customer, notification, channel, note, cancellationToken))
                givenUp.Add(channel.Name);
        }

        if (givenUp.Count > 0)
            throw new NotDeliveredException(
                $"{notification.Rule} {notification.Period} of customer {customer.Id} was not delivered by {string.Join(", ", givenUp)}; the ledger says why."
            );
    }

    // False where it was given up.
    private async Task<bool> Tell(
        StoredCustomer customer,
        Notification notification,
        IChannel channel,
        MessageDraft? note,
        CancellationToken cancellationToken
    )
    {
        // Before the row is looked for: between that and its reservation nothing is read, so that who tells the same under another handle
        // at this time is seen.
        var (words, refused) = note is null ? (null, null) : await renderer.Of(note, channel, cancellationToken);
        var row = await ledger.Find(customer, notification, channel.Name, cancellationToken);
        switch (row.Status)
        {
            case MessageStatus.Sent or MessageStatus.Refused or MessageStatus.Suppressed:
            case MessageStatus.Uncertain when !channel.ResendIsSafe:
                return true;
            case MessageStatus.Sending when !channel.ResendIsSafe:
                // A row of a robot is closed with the message it is in.
                if (channel.Medium != Medium.Robot)
                    await ledger.Record(row, MessageStatus.Uncertain, SendReasons.Died, until: null, cancellationToken);
                return true;
            default:
                break;
        }

        if (note is null)
        {
            await ledger.NotSent(row, MessageStatus.Withdrawn, SendReasons.NoLongerTrue, cancellationToken);
            return true;
        }

        if (row.Words is null)
        {
            (row.Purpose, row.Template) = (note.Purpose, note.Template);
            if (words is null)
            {
                await ledger.Record(row, MessageStatus.Refused, refused, until: null, cancellationToken);
                return true;
            }

            MessageLedger.Keep(row, words);
        }

        await dispatcher.Send(
            row,
            notification with
            {
                Channel = channel.Name,
            },
            channel,
            expires: DateTimeOffset.MaxValue,
            cancellationToken
        );
        return row.Status != MessageStatus.Failed;
    }
}
