using Azure.Messaging.ServiceBus;
using CrmFunctions.Messaging;
using CrmFunctions.Telemetry;

namespace CrmFunctions.Operations.DeadLetters;

/// <summary>The dead-letter queues beside the queues of the flow.</summary>
/// <remarks>DEADLETTERS.md says how replaying sends nothing twice.</remarks>
public sealed class DeadLetterQueues(ServiceBusClient client, Bus bus, OperationCount operations)
{
    // Letters of other reasons are held meanwhile, lest they come again at once.
    private const int Held = 1000;
    private const int Batch = 50;
    private const int PeekedAtOnce = 250;
    private static readonly TimeSpan wait = TimeSpan.FromSeconds(1);

    /// <summary>The queues of the flow.</summary>
    public static IReadOnlyList<string> Queues { get; } = [.. Flow.Queues.All.Order(StringComparer.Ordinal)];

    /// <summary>Letters from a number on, in order, without taking them.</summary>
    public Task<IReadOnlyList<ServiceBusReceivedMessage>> Peek(string queue, long from, int most, CancellationToken cancellationToken) =>
        Find(queue, from, static _ => true, most, cancellationToken);

    /// <summary>Of the letters from a number on the first that are meant, in order, without taking them.</summary>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> Find(
        string queue,
        long from,
        Func<ServiceBusReceivedMessage, bool> meant,
        int most,
        CancellationToken cancellationToken
    )
    {
        await using var receiver = Receiver(queue);
        var found = new List<ServiceBusReceivedMessage>();
        while (found.Count < most)
        {
            var next = await receiver.PeekMessagesAsync(Math.Min(most - found.Count, PeekedAtOnce), from, cancellationToken);
            operations.CountBroker("peek", 1);
            if (next.Count == 0)
                break;
            found.AddRange(next.Where(meant));
            from = next[^1].SequenceNumber + 1;
        }

        return found;
    }

    /// <summary>Takes away those that are meant, and sends them to their queue again where that is asked for.</summary>
    /// <returns>How many it was.</returns>
    public async Task<int> WorkOff(
        string queue,
        Func<ServiceBusReceivedMessage, bool> meant,
        int most,
        bool again,
        CancellationToken cancellationToken
    )
    {
        await using var receiver = Receiver(queue);
        var (done, others) = (0, new List<ServiceBusReceivedMessage>());
        try
        {
            while (done < most && others.Count < Held)
            {
                var letters = await receiver.ReceiveMessagesAsync(Math.Min(Batch, most - done), wait, cancellationToken);
                operations.CountBroker("receive", Math.Max(1, letters.Count));
                if (letters.Count == 0)
                    break;
                others.AddRange(letters.Where(letter => !meant(letter)));
                foreach (var letter in letters.Where(meant))
                {
                    if (again)
                        await bus.Send(queue, [Again(letter)], cancellationToken);
                    await receiver.CompleteMessageAsync(letter, cancellationToken);
                    operations.CountBroker("complete", 1);
                    done++;
                }
            }
        }
        finally
        {
            foreach (var letter in others)
                await receiver.AbandonMessageAsync(letter, cancellationToken: CancellationToken.None);
        }

        return done;
    }

    // The number is the broker's own for this letter: the same letter is the same message, however often it is sent.
    private static ServiceBusMessage Again(ServiceBusReceivedMessage letter) =>
        new(letter) { MessageId = $"{letter.MessageId[..Math.Min(letter.MessageId.Length, 100)]}~{letter.SequenceNumber}" };

    private ServiceBusReceiver Receiver(string queue) =>
        client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
}
