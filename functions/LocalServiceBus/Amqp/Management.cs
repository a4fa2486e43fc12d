using System.Collections;
using System.Globalization;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace LocalServiceBus;

/// <summary>The operations of an entity's management node, and the token node.</summary>
internal sealed class Management(Broker broker, Entity entity)
{
    // What one answer to a peek carries at most; the client asks again from there.
    private const int LargestPeek = 250;
    private const int LargestPeekBytes = 4 * Broker.LargestMessage;

    /// <summary>Takes any token: every caller that reaches the port may use the queues.</summary>
    public static Task<AmqpMessage> TakeToken(AmqpMessage request)
    {
        var response = AmqpMessage.Create(new AmqpValue());
        response.ApplicationProperties.Map["status-code"] = 202;
        response.ApplicationProperties.Map["status-description"] = "Accepted";
        return Task.FromResult(response);
    }

    /// <summary>Does what a request asks for.</summary>
    public async Task<AmqpMessage> Answer(AmqpMessage request)
    {
        var (status, description, body, condition) = (200, "OK", new AmqpMap(), (AmqpSymbol?)null);
        try
        {
            var operation = request.ApplicationProperties.Map["operation"] as string;
            await Do(operation, request.ValueBody?.Value as AmqpMap ?? new AmqpMap(), body).ConfigureAwait(false);
            if (operation == "com.microsoft:peek-message" && body.Count == 0)
                (status, description) = (204, "No content");
        }
        catch (Exception e) when (e is InvalidCastException or FormatException or OverflowException)
        {
            (status, description, condition) = (400, $"The request cannot be read: {e.Message}", "com.microsoft:argument-error");
        }
        catch (Exception e)
        {
            (condition, status) = Errors.Condition(e);
            description = e.Message;
        }

        var response = AmqpMessage.Create(new AmqpValue { Value = body });
        response.ApplicationProperties.Map["statusCode"] = status;
        response.ApplicationProperties.Map["statusDescription"] = description;
        if (condition is { } name)
            response.ApplicationProperties.Map["errorCondition"] = name;
        return response;
    }

    private static List<T> List<T>(AmqpMap request, string name) =>
        [.. ((IEnumerable)Required(request, name)).Cast<object>().Select(item => (T)item)];

    private static int Number(AmqpMap request, string name) => Convert.ToInt32(Required(request, name), CultureInfo.InvariantCulture);

    private static object Required(AmqpMap request, string name) =>
        request[new MapKey(name)] ?? throw new FormatException($"it has no '{name}'.");

    private static ArraySegment<byte> Encoded(StoredMessage message) => new([.. AmqpWire.Head(message), .. message.Content]);

    private Task Do(string? operation, AmqpMap request, AmqpMap body) =>
        operation switch
        {
            "com.microsoft:peek-message" => Peek(request, body),
            "com.microsoft:renew-lock" => Renew(request, body),
            "com.microsoft:schedule-message" => Schedule(request, body),
            "com.microsoft:cancel-scheduled-message" => broker.Cancel(entity, List<long>(request, "sequence-numbers")),
            "com.microsoft:receive-by-sequence-number" => ReceiveDeferred(request, body),
            "com.microsoft:update-disposition" => Settle(request),
            _ => throw new BrokerException(
                BrokerError.NotImplemented,
                $"The local Service Bus has no operation '{operation}'. It has queues without sessions, and neither topics nor rules nor transactions."
            ),
        };

    private async Task Peek(AmqpMap request, AmqpMap body)
    {
        var count = Math.Clamp(Number(request, "message-count"), 1, LargestPeek);
        var messages = await broker
            .Peek(entity, count, Convert.ToInt64(Required(request, "from-sequence-number"), CultureInfo.InvariantCulture))
            .ConfigureAwait(false);
        var bytes = 0L;
        var fitting = messages
            .TakeWhile((message, i) => (bytes += message.Content.Length) <= LargestPeekBytes || i == 0)
            .Select(message => new AmqpMap { [new MapKey("message")] = Encoded(message) })
            .ToList();
        if (fitting.Count > 0)
            body[new MapKey("messages")] = fitting;
    }

    private async Task Renew(AmqpMap request, AmqpMap body)
    {
        var ends = new List<DateTime>();
        foreach (var token in List<Guid>(request, "lock-tokens"))
            ends.Add((await broker.Renew(entity, token).ConfigureAwait(false)).UtcDateTime);
        body[new MapKey("expirations")] = ends.ToArray();
    }

    private async Task Schedule(AmqpMap request, AmqpMap body)
    {
        var messages = new List<Outgoing>();
        var size = 0L;
        foreach (var item in List<AmqpMap>(request, "messages"))
        {
            var message = (ArraySegment<byte>)Required(item, "message");
            size += message.Count;
            messages.AddRange(AmqpWire.Read([.. message], false, entity.Queue));
        }

        if (size > Broker.LargestMessage)
        {
            throw new BrokerException(
                BrokerError.MessageSizeExceeded,
                $"{size} bytes exceed the limit of {Broker.LargestMessage} bytes for messages scheduled together."
            );
        }

        body[new MapKey("sequence-numbers")] = (await broker.Send(entity, messages, "schedule").ConfigureAwait(false)).ToArray();
    }

    private async Task ReceiveDeferred(AmqpMap request, AmqpMap body)
    {
        var deletes = Number(request, "receiver-settle-mode") == 0;
        var messages = await broker.ReceiveDeferred(entity, List<long>(request, "sequence-numbers"), deletes).ConfigureAwait(false);
        body[new MapKey("messages")] = messages
            .Select(message => new AmqpMap { [new MapKey("message")] = Encoded(message), [new MapKey("lock-token")] = message.LockToken })
            .ToList();
    }

    private async Task Settle(AmqpMap request)
    {
        var status = (string)Required(request, "disposition-status");
        var changes = AmqpWire.Changes(request[new MapKey("properties-to-modify")] as AmqpMap);
        foreach (var token in List<Guid>(request, "lock-tokens"))
        {
            await (
                status switch
                {
                    "completed" => broker.Complete(entity, token),
                    "abandoned" => broker.Abandon(entity, token, changes),
                    "defered" => broker.Defer(entity, token, changes),
                    "suspended" => broker.DeadLetter(
                        entity,
                        token,
                        request[new MapKey("deadletter-reason")] as string,
                        request[new MapKey("deadletter-description")] as string,
                        changes
                    ),
                    _ => throw new FormatException($"'{status}' is no disposition."),
                }
            ).ConfigureAwait(false);
        }
    }
}
