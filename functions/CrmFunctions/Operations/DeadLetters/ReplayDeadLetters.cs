using System.Globalization;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations.DeadLetters;

/// <summary>Sends dead letters to their queue again, once their cause is mended.</summary>
public sealed class ReplayDeadLetters(DeadLetterQueues letters)
{
    [Function(nameof(ReplayDeadLetters))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.ReplayDeadLetters)] HttpRequest request,
        string queue,
        CancellationToken cancellationToken
    ) =>
        DeadLetterSelection.Read(queue, request, out var meant) is { } refused
            ? refused
            : TypedResults.Json(
                new DeadLettersDone(await letters.WorkOff(queue, meant.Includes, meant.Most, again: true, cancellationToken)),
                DeadLettersJson.Default.DeadLettersDone
            );
}

/// <summary>Takes dead letters away for good.</summary>
public sealed class DropDeadLetters(DeadLetterQueues letters)
{
    private const int MostLookedAt = 5000;

    [Function(nameof(DropDeadLetters))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.DropDeadLetters)] HttpRequest request,
        string queue,
        CancellationToken cancellationToken
    )
    {
        if (DeadLetterSelection.Read(queue, request, out var meant) is { } refused)
            return refused;
        if (meant is { Reason: null, Id: null })
            return new Problem(ProblemKind.InvalidQuery, "reason or id is missing: say which are to be dropped.").ToResult();

        // One is named by its id; of a reason there may be more by now than were looked at.
        var shown = (await letters.Peek(queue, 0, MostLookedAt, cancellationToken)).Where(meant.Includes).Take(meant.Most).ToList();
        var numbers = shown.Select(letter => letter.SequenceNumber).ToHashSet();
        if (meant.Id is null && numbers.Count > 0 && Shown(shown).Ask(request) is { } unconfirmed)
            return unconfirmed;
        var done = await letters.WorkOff(
            queue,
            letter => numbers.Contains(letter.SequenceNumber),
            numbers.Count,
            again: false,
            cancellationToken
        );
        return TypedResults.Json(new DeadLettersDone(done), DeadLettersJson.Default.DeadLettersDone);
    }

    private static Confirmation Shown(IReadOnlyList<ServiceBusReceivedMessage> letters) =>
        Confirmation.Of(
            letters.Select(letter => letter.SequenceNumber.ToString(CultureInfo.InvariantCulture)),
            letters.Select(letter => new Touched(letter.MessageId, null, letter.DeadLetterErrorDescription))
        );
}

/// <summary>Which dead letters a call is about.</summary>
/// <param name="Reason">Those of this reason only. Null: of any.</param>
/// <param name="Id">Those of this id only. Null: of any.</param>
/// <param name="Most">So many at the most.</param>
internal sealed record DeadLetterSelection(string? Reason, string? Id, int Most)
{
    private const int Usual = 100;
    private const int Largest = 500;

    public static IResult? Read(string queue, HttpRequest request, out DeadLetterSelection meant)
    {
        meant = new(Text(request.Query["reason"]), Text(request.Query["id"]), Usual);
        if (!DeadLetterQueues.Queues.Contains(queue))
            return ListDeadLetters.NoQueue(queue);
        if (Text(request.Query["most"]) is not { } text)
            return null;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) || most is < 1 or > Largest)
            return new Problem(ProblemKind.InvalidQuery, $"most must be a whole number from 1 to {Largest}.").ToResult();
        meant = meant with { Most = most };
        return null;
    }

    public bool Includes(ServiceBusReceivedMessage letter) =>
        (Reason is null || CountDeadLetters.Reason(letter) == Reason) && (Id is null || letter.MessageId == Id);

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;
}

/// <summary>What was done.</summary>
/// <param name="Done">Letters worked off. Fewer than asked for: no more were found.</param>
public sealed record DeadLettersDone(int Done);
