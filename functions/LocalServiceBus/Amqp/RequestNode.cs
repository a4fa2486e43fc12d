using System.Collections.Concurrent;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace LocalServiceBus;

/// <summary>A node that answers requests: of one connection, <c>$cbs</c> or the <c>$management</c> of an entity.</summary>
/// <param name="answer">Makes the answer to a request.</param>
internal sealed class RequestNode(Func<AmqpMessage, Task<AmqpMessage>> answer)
{
    private const uint Credit = 50;

    private readonly ConcurrentDictionary<string, SendingAmqpLink> replies = new();
    private long lastTag;

    public AmqpLink Attach(AmqpSession session, AmqpLinkSettings settings)
    {
        if (settings.Role == true)
        {
            settings.MaxMessageSize = 4 * Broker.LargestMessage;
            settings.TotalLinkCredit = Credit;
            var requests = new ReceivingAmqpLink(session, settings);
            requests.RegisterMessageListener(message => _ = Answer(requests, message));
            return requests;
        }

        var link = new SendingAmqpLink(session, settings);
        // The .NET client asks for answers by this link's target address, Node's by its name.
        string?[] names = [(settings.Target as Target)?.Address?.ToString(), settings.LinkName];
        foreach (var name in names.OfType<string>())
            replies[name] = link;
        link.SafeAddClosed(
            (_, _) =>
            {
                foreach (var name in names.OfType<string>())
                    replies.TryRemove(new(name, link));
            }
        );
        return link;
    }

    private async Task Answer(ReceivingAmqpLink requests, AmqpMessage request)
    {
        try
        {
            var response = await answer(request).ConfigureAwait(false);
            response.Properties.CorrelationId = request.Properties.MessageId;
            if (request.Properties.ReplyTo?.ToString() is { } name && replies.TryGetValue(name, out var link))
                link.SendMessageNoWait(response, BitConverter.GetBytes(Interlocked.Increment(ref lastTag)), AmqpConstants.NullBinary);
            if (!requests.IsClosing())
                requests.AcceptMessage(request, true, false);
            request.Dispose();
        }
        catch (Exception e)
        {
            requests.SafeClose(e);
        }
    }
}
