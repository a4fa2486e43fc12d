using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace LocalServiceBus;

/// <summary>The link of one sender: what it sends is accepted once it is stored.</summary>
internal static class Producer
{
    // Bounds what a sender may have on the way: at most 50 MB.
    private const uint Credit = 200;

    public static AmqpLink Attach(AmqpSession session, AmqpLinkSettings settings, Broker broker, Entity entity)
    {
        settings.MaxMessageSize = Broker.LargestMessage;
        settings.TotalLinkCredit = Credit;
        var link = new ReceivingAmqpLink(session, settings);
        // The library would close the link over one byte too many. A message that is a little too large is refused by itself instead.
        link.Opened += (_, _) => settings.MaxMessageSize = 4 * Broker.LargestMessage;
        link.RegisterMessageListener(message => _ = Store(link, message, broker, entity));
        return link;
    }

    private static async Task Store(ReceivingAmqpLink link, AmqpMessage message, Broker broker, Entity entity)
    {
        try
        {
            DeliveryState answer = AmqpConstants.AcceptedOutcome;
            try
            {
                if (message.TxnId.Array is not null)
                    throw new BrokerException(BrokerError.NotImplemented, "The local Service Bus has no transactions.");
                await broker
                    .Send(
                        entity,
                        AmqpWire.Read(message.RawByteBuffers.Joined(), message.MessageFormat == AmqpWire.BatchFormat, entity.Queue)
                    )
                    .ConfigureAwait(false);
            }
            catch (Exception e)
            {
                answer = new Rejected { Error = Errors.Of(e) };
            }

            // A closed connection is not told; its sender sends again.
            if (!link.IsClosing())
                link.DisposeMessage(message, answer, true, false);
            message.Dispose();
        }
        catch (Exception e)
        {
            link.SafeClose(e);
        }
    }
}
