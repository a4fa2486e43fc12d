using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations.DeadLetters;

/// <summary>Sends dead letters to their queue again, once their cause is mended.</summary>
public sealed class ReplayDeadLetters(DeadLetterQueues letters)
{
    [Operation(
        ApiTag.Operations,
        "Send dead letters to their queue again（重放死信）",
        "Once their cause is mended. Each is sent under one id of its own, so that sending it twice has one effect."
    )]
    [QueriesOf(typeof(DeadLetterSelection))]
    [Answers(200, "How many.", typeof(DeadLettersDone))]
    [Refuses(Refusal.BadQuery, Refusal.NotFound)]
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
    [Operation(
        ApiTag.Operations,
        "Take dead letters away for good（丢弃死信）",
        "What they asked for is not done. A reason or an id must be said; those of a reason must be confirmed."
    )]
    [QueriesOf(typeof(DeadLetterSelection))]
    [Confirm]
    [Answers(200, "How many.", typeof(DeadLettersDone))]
    [Refuses(Refusal.BadQuery, Refusal.NotFound, Refusal.Changing, Refusal.Unconfirmed)]
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

        if (meant.Id is not null)
            return await Drop(queue, meant.Includes, meant.Most, cancellationToken);

        // Of a reason there may be more by now than were looked at: those that were confirmed go, and no others.
        var shown = await letters.Find(queue, 0, meant.Includes, meant.Most, cancellationToken);
        if (shown.Count > 0 && Shown(shown).Ask(request) is { } unconfirmed)
            return unconfirmed;
        var numbers = shown.Select(letter => letter.SequenceNumber).ToHashSet();
        return await Drop(queue, letter => numbers.Contains(letter.SequenceNumber), numbers.Count, cancellationToken);
    }

    private async Task<IResult> Drop(
        string queue,
        Func<ServiceBusReceivedMessage, bool> meant,
        int most,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Json(
            new DeadLettersDone(await letters.WorkOff(queue, meant, most, again: false, cancellationToken)),
            DeadLettersJson.Default.DeadLettersDone
        );

    private static Confirmation Shown(IReadOnlyList<ServiceBusReceivedMessage> letters) =>
        Confirmation.Of(
            letters.Select(letter => letter.SequenceNumber.ToString(CultureInfo.InvariantCulture)),
            [.. letters.Select(letter => new Touched(letter.MessageId, null, letter.DeadLetterErrorDescription))]
        );
}

/// <summary>Which dead letters a call is about.</summary>
/// <param name="Reason">Those of this reason only. Null: of any.</param>
/// <param name="Id">Those of this id only. Null: of any.</param>
/// <param name="Most">So many at the most.</param>
[Query("reason", "Those of this reason only.")]
[Query("id", "The one of this id only.")]
[Query("most", "So many at the most.", typeof(int), Least = 1, Most = 500, Default = 100)]
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
public sealed record DeadLettersDone([property: Range(0, int.MaxValue)] int Done);
