using System.Collections.Concurrent;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace LocalServiceBus;

/// <summary>The link of one receiver: hands messages over as it has credit, and settles them as it is told.</summary>
/// <remarks>
/// While the broker is asked for messages, flows are held back: so credit does not change between taking a message and sending
/// it. A flow ends a receive that waits, and so is held back for no longer than the broker needs for one transaction.
/// </remarks>
internal sealed class ConsumerLink : AmqpLink
{
    // Bounds what one transaction takes and what is in memory at once.
    private const uint LargestTake = 100;

    private readonly Broker broker;
    private readonly Entity entity;
    private readonly bool deletes;
    private readonly Lock gate = new();
    private readonly Queue<Flow> flows = new();
    private readonly ConcurrentDictionary<Handover, bool> unwritten = new();
    private Reception? reception;
    private bool pumping;
    private bool ended;
    private bool handedSinceGrant;
    private uint sent;
    private uint usedUp;

    public ConsumerLink(AmqpSession session, AmqpLinkSettings settings, Broker broker, Entity entity)
        : base(session, settings)
    {
        (this.broker, this.entity) = (broker, entity);
        deletes = settings.SettleType == SettleMode.SettleOnSend;
        SafeAddClosed((_, _) => End());
    }

    /// <inheritdoc/>
    public override bool CreateDelivery(Transfer transfer, out Delivery delivery) =>
        throw new AmqpException(AmqpErrorCode.NotAllowed, "A receiver does not send.");

    /// <inheritdoc/>
    protected override void OnReceiveFlow(Flow flow)
    {
        Reception? waiting;
        lock (gate)
        {
            flows.Enqueue(flow);
            waiting = reception;
            if (pumping && waiting is null)
                return;
            if (!pumping)
                (pumping, waiting) = (true, null);
        }

        if (waiting is null)
            _ = Pump();
        else
            broker.End(waiting);
    }

    /// <inheritdoc/>
    protected override void OnProcessTransfer(Delivery delivery, Transfer transfer, Frame rawFrame) =>
        throw new AmqpException(AmqpErrorCode.NotAllowed, "A receiver does not send.");

    /// <inheritdoc/>
    protected override void OnCreditAvailable(int session, uint link, bool drain, ArraySegment<byte> txnId)
    {
        // The pump looks at the credit after each flow.
    }

    /// <inheritdoc/>
    protected override void OnDisposeDeliveryInternal(Delivery delivery)
    {
        if (!deletes && delivery is Handover handover)
            _ = Settle(handover);
    }

    private async Task Pump()
    {
        try
        {
            while (Next() is { } flow)
            {
                var drains = flow.Drain == true;
                Grant(flow);
                while (LinkCredit > 0 && await HandOver(drains).ConfigureAwait(false))
                {
                    // There may be more.
                }

                if (drains)
                    UseUp();
            }
        }
        catch (Exception e)
        {
            SafeClose(Errors.Refusal(e));
        }
    }

    private Flow? Next()
    {
        lock (gate)
        {
            if (ended || !flows.TryDequeue(out var flow))
            {
                pumping = false;
                return null;
            }

            return flow;
        }
    }

    /// <returns>False: there was none before a flow came, or none at all in a drain.</returns>
    private async Task<bool> HandOver(bool drains)
    {
        var asked = broker.Receive(entity, (int)Math.Min(LinkCredit, LargestTake), deletes);
        bool end;
        lock (gate)
        {
            reception = asked;
            end = drains || ended || flows.Count > 0;
        }

        if (end)
            broker.End(asked);
        var messages = await asked.Messages.ConfigureAwait(false);
        lock (gate)
            reception = null;

        foreach (var message in messages)
        {
            var handover = new Handover(message, written => unwritten.TryRemove(written, out _));
            unwritten[handover] = true;
            if (TrySendDelivery(handover))
                sent++;
            else
                await TakeBack(handover).ConfigureAwait(false);
        }

        handedSinceGrant |= messages.Count > 0;
        if (!ended)
            return messages.Count > 0;
        TakeBackUnwritten();
        return false;
    }

    private void Grant(Flow flow)
    {
        var echo = flow.Echo == true && flow.Drain != true;
        (flow.Drain, flow.Echo) = (false, false);
        flow.DeliveryCount -= usedUp;
        if (LinkCredit == 0)
            handedSinceGrant = false;
        base.OnReceiveFlow(flow);
        if (echo)
            Tell(drained: false);
    }

    // The library's own answer to a drain does not say that it is one, and Node's client waits for that.
    private void UseUp()
    {
        if (LinkCredit > 0 && !handedSinceGrant)
            BrokerOperations.Count("receive.empty", entity, 1);
        usedUp += LinkCredit;
        LinkCredit = 0;
        Tell(drained: true);
    }

    // The library counts deliveries; credit that was used up counts like them.
    private void Tell(bool drained)
    {
        if (IsClosing())
            return;
        Session.SendFlow(
            new Flow
            {
                Handle = LocalHandle,
                DeliveryCount = sent + usedUp,
                LinkCredit = LinkCredit,
                Available = 0,
                Drain = drained,
            }
        );
    }

    private async Task Settle(Handover handover)
    {
        try
        {
            DeliveryState answer = AmqpConstants.AcceptedOutcome;
            try
            {
                await Settle(handover.State, handover.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                answer = new Rejected { Error = Errors.Of(e) };
            }

            if (!handover.Settled && !IsClosing())
                DisposeDelivery(handover, true, answer);
        }
        catch (Exception e)
        {
            SafeClose(e);
        }
    }

    private Task Settle(DeliveryState? state, Guid token) =>
        state switch
        {
            Accepted => broker.Complete(entity, token),
            Rejected rejected => DeadLetter(token, AmqpWire.Changes(rejected.Error?.Info)),
            Modified { UndeliverableHere: true } modified => broker.Defer(entity, token, AmqpWire.Changes(modified.MessageAnnotations)),
            Modified modified => broker.Abandon(entity, token, AmqpWire.Changes(modified.MessageAnnotations)),
            Released or null => broker.Release(entity, token),
            _ => throw new BrokerException(BrokerError.NotImplemented, "The local Service Bus has no transactions, and no such outcome."),
        };

    // Reason and description come among the properties.
    private Task DeadLetter(Guid token, PropertyChanges changes) =>
        broker.DeadLetter(
            entity,
            token,
            changes.Take("DeadLetterReason") as string,
            changes.Take("DeadLetterErrorDescription") as string,
            changes
        );

    private void End()
    {
        Reception? waiting;
        lock (gate)
        {
            ended = true;
            waiting = reception;
        }

        if (waiting is not null)
            broker.End(waiting);
        TakeBackUnwritten();
    }

    // Not a byte of the last frame left: the receiver cannot have the message.
    private void TakeBackUnwritten()
    {
        foreach (var handover in unwritten.Keys)
            _ = TakeBack(handover);
    }

    private async Task TakeBack(Handover handover)
    {
        if (!unwritten.TryRemove(handover, out _) || handover.Message is not { } message)
            return;
        try
        {
            if (deletes)
                await broker.Restore(entity, message).ConfigureAwait(false);
            else
                await broker.Release(entity, message.LockToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BrokerException or ObjectDisposedException)
        {
            // Its lock ends by itself.
        }
    }
}
