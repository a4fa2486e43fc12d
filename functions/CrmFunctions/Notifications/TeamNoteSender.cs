using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;

namespace CrmFunctions.Notifications;

/// <summary>
/// Tells the team what the suite's own rules find: changes to subscribers, warnings and reminders on every channel there is. Each channel
/// has its own row and its own fate; whether it is still true is asked again at each try.
/// </summary>
/// <remarks>Source: Notifications/NOTIFICATIONS.md.</remarks>
public sealed class TeamNoteSender(
    CustomerGatherer gatherer,
    MessageLedger ledger,
    MessageCloser closer,
    ITeamNoteComposer notes,
    MessageRenderer renderer,
    ChannelDispatcher dispatcher
)
{
    private const string NoChannel = "none";

    /// <summary>Tells on each channel, or writes why not.</summary>
    /// <exception cref="NotDeliveredException">
    /// A channel was given up after all its tries. The queue keeps the message, so that it can be told when what was wrong is mended.
    /// </exception>
    public async Task Tell(
        StoredCustomer customer,
        MessageRequest request,
        IEnumerable<IChannel> channels,
        CancellationToken cancellationToken
    )
    {
        var note = await notes.Compose(customer, await gatherer.Known(customer, cancellationToken), request, cancellationToken);
        var listening = channels
            .Where(channel =>
                (request.Channel is null || channel.Name == request.Channel)
                && channel.Medium switch
                {
                    Medium.Sms => false,
                    // A group chat is for duties, not for every change of a tier.
                    Medium.Robot => request.Rule != MessageRequest.TierChanged,
                    _ => true,
                }
            )
            .ToList();
        if (listening.Count == 0 && request.Channel is null)
        {
            var row = MessageLedger.Row(customer.Id, request, NoChannel);
            await closer.NotSent(
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
            if (!await Tell(customer, request, channel, note, cancellationToken))
                givenUp.Add(channel.Name);
        }

        if (givenUp.Count > 0)
            throw new NotDeliveredException(
                $"{request.Rule} {request.Period} of customer {customer.Id} was not delivered by {string.Join(", ", givenUp)}; the ledger says why."
            );
    }

    // False where it was given up.
    private async Task<bool> Tell(
        StoredCustomer customer,
        MessageRequest request,
        IChannel channel,
        (Touch Said, MessagePayload About)? note,
        CancellationToken cancellationToken
    )
    {
        // Before the row is looked for: between that and its reservation nothing is read, so that who tells the same under another handle
        // at this time is seen.
        var (message, refused) = note is var (said, about)
            ? await renderer.Of(said, about, channel, said.Audience.Email, cancellationToken)
            : default;
        var row = await closer.Settle(await ledger.Find(customer, request, channel.Name, cancellationToken), cancellationToken);
        switch (row.Status)
        {
            case MessageStatus.Sent or MessageStatus.Refused or MessageStatus.Suppressed:
            case MessageStatus.Uncertain when !channel.ResendIsSafe:
                return true;
            case MessageStatus.Sending when !channel.ResendIsSafe:
                // A row of a robot is closed with the message it is in.
                if (channel.Medium != Medium.Robot)
                    await closer.Died(row, cancellationToken);
                return true;
            default:
                break;
        }

        if (note is null)
        {
            await closer.NotSent(row, MessageStatus.Withdrawn, SendReasons.NoLongerTrue, cancellationToken);
            return true;
        }

        if (row.Words is null)
        {
            (row.Purpose, row.Template) = (note.Value.Said.Purpose, note.Value.Said.Template);
            if (message is null)
            {
                await closer.Refuse(row, request with { Channel = channel.Name }, refused!, cancellationToken);
                return true;
            }

            row.Keep(message);
        }

        await dispatcher.Send(
            row,
            renderer.Of(row),
            request with
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
