using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations.DeadLetters;

/// <summary>Counts the dead letters of every queue, by reason.</summary>
public sealed class CountDeadLetters(DeadLetterQueues letters)
{
    private const int Most = 1000;

    [Operation(ApiTag.Operations, "Count the dead letters of every queue, by reason（死信统计）")]
    [Answers(200, "Every queue.", typeof(DeadLetterCounts))]
    [Function(nameof(CountDeadLetters))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.DeadLetters)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var queues = new List<DeadLetterCount>();
        foreach (var queue in DeadLetterQueues.Queues)
        {
            var there = await letters.Peek(queue, 0, Most, cancellationToken);
            queues.Add(
                new(
                    queue,
                    there.Count,
                    there.Count == Most,
                    there.Count == 0 ? null : there.Min(letter => letter.EnqueuedTime),
                    there.GroupBy(Reason).ToDictionary(group => group.Key, group => group.Count())
                )
            );
        }

        return TypedResults.Json(new DeadLetterCounts(queues), DeadLettersJson.Default.DeadLetterCounts);
    }

    internal static string Reason(ServiceBusReceivedMessage letter) => letter.DeadLetterReason ?? "unknown";
}

/// <summary>Shows the dead letters of a queue.</summary>
public sealed class ListDeadLetters(DeadLetterQueues letters)
{
    private const int Page = 100;

    [Operation(ApiTag.Operations, "Show the dead letters of a queue（查看死信）")]
    [NextPage]
    [Answers(200, "A page of them.", typeof(DeadLetterPage))]
    [Refuses(Refusal.BadQuery, Refusal.NotFound)]
    [Function(nameof(ListDeadLetters))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.DeadLettersOf)] HttpRequest request,
        string queue,
        CancellationToken cancellationToken
    )
    {
        if (!DeadLetterQueues.Queues.Contains(queue))
            return NoQueue(queue);
        var from = 0L;
        if (
            request.Query.TryGetValue("next", out var next)
            && !long.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out from)
        )
            return new Problem(ProblemKind.InvalidQuery, "next is the one of the page before.").ToResult();
        var there = await letters.Peek(queue, from, Page, cancellationToken);
        return TypedResults.Json(
            new DeadLetterPage(
                [.. there.Select(DeadLetter.Of)],
                there.Count < Page ? null : (there[^1].SequenceNumber + 1).ToString(CultureInfo.InvariantCulture)
            ),
            DeadLettersJson.Default.DeadLetterPage
        );
    }

    internal static IResult NoQueue(string queue) =>
        new Problem(ProblemKind.NotFound, $"{queue} is no queue; there are {string.Join(", ", DeadLetterQueues.Queues)}.").ToResult();
}

/// <summary>What lies in the dead-letter queues.</summary>
public sealed record DeadLetterCounts(IReadOnlyList<DeadLetterCount> Queues);

/// <summary>What lies in one of them.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Letters">How many, up to 1,000.</param>
/// <param name="More">There are more than were counted.</param>
/// <param name="Oldest">When the oldest was first sent. Null: there is none.</param>
/// <param name="Reasons">How many for each reason.</param>
public sealed record DeadLetterCount(
    string Queue,
    [property: Range(0, int.MaxValue)] int Letters,
    bool More,
    DateTimeOffset? Oldest,
    IReadOnlyDictionary<string, int> Reasons
);

/// <summary>A page of dead letters.</summary>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Items, string? Next);

/// <summary>A dead letter.</summary>
/// <param name="Number">The broker's own for it.</param>
/// <param name="Id">The message's id.</param>
/// <param name="Reason">Why it is dead, for programs.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="Deliveries">How often it was tried.</param>
/// <param name="Body">Its body: ids, no names.</param>
public sealed record DeadLetter(long Number, string Id, string Reason, string? Detail, DateTimeOffset SentAt, int Deliveries, string Body)
{
    internal static DeadLetter Of(ServiceBusReceivedMessage letter) =>
        new(
            letter.SequenceNumber,
            letter.MessageId,
            CountDeadLetters.Reason(letter),
            letter.DeadLetterErrorDescription,
            letter.EnqueuedTime,
            letter.DeliveryCount,
            letter.Body.ToString()
        );
}

/// <summary>JSON of the dead letters' answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DeadLetterCounts))]
[JsonSerializable(typeof(DeadLetterPage))]
[JsonSerializable(typeof(DeadLettersDone))]
internal sealed partial class DeadLettersJson : JsonSerializerContext;
