using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Events;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Events;

/// <summary>Takes one event or a batch. What got its 2xx is in the log and will be acted on.</summary>
public sealed class ReceiveEvents(EventLog log, Clocks clocks, IOptions<IntakeOptions> options)
{
    [Operation(
        ApiTag.Intake,
        "Take one event or a batch（接收事件）",
        "What is answered with 202 is in the log and will be acted on. The same event again is a duplicate and changes nothing; another event under the same source and id is kept in quarantine. Of a batch the good events are taken, and each bad one is named by index and field."
    )]
    [Header("ce-id", "Binary mode: the event's id.", Example = "1001-paid")]
    [Header("ce-source", "Binary mode: the source.", Example = "shop-eu")]
    [Header("ce-type", "Binary mode: the type.", Example = "order.paid")]
    [Header("ce-specversion", "Binary mode: 1.0.", Example = "1.0")]
    [Header("ce-time", "Binary mode: the time.", Example = "2026-02-01T09:30:00Z")]
    [Takes(
        "Event",
        "application/json",
        "application/cloudevents+json",
        Description = "One event or a list of at most 500, in UTF-8 and uncompressed, at most 1 MiB and 32 levels deep. A list of no events is a batch of which nothing was taken: 202 with zeros. In binary mode (headers ce-id, ce-source, ce-type, ce-specversion, ce-time; percent-encoded) the body is the event's data."
    )]
    [Takes("EventBatch", "application/json", "application/cloudevents-batch+json")]
    [Answers(202, "Taken; each event is answered for.", typeof(EventsAnswer))]
    [Refuses(Refusal.BadBody)]
    [Function(nameof(ReceiveEvents))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Events)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var (bytes, unreadable) = await request.ReadBody(options.Value.BodyBytes, cancellationToken);
        if (unreadable is not null)
            return unreadable.ToResult();
        var (body, problem) = EventBody.Parse(request.Headers, request.ContentType, bytes);
        if (body is null)
            return problem!.ToResult();
        using (body)
        {
            var items = body.Items;
            if (items.Count > options.Value.BatchEvents)
            {
                return new Problem(
                    ProblemKind.TooLarge,
                    $"The batch has {items.Count} events; at most {options.Value.BatchEvents} are taken."
                ).ToResult();
            }

            var read = items.Select((item, index) => Read(body, item, index)).ToList();
            FlowMeter.Refused(LogEntry.OfApi, read.Count(item => item.Entry is null));
            if (read.Count > 0 && read.All(item => item.Entry is null))
                return Refused(body.IsBatch, read).ToResult();

            var entries = read.Select(item => item.Entry).OfType<LogEntry>().ToList();
            var filings = await log.File(entries, cancellationToken);
            return TypedResults.Json(Answer(read, filings), IntakeJson.Default.EventsAnswer, statusCode: StatusCodes.Status202Accepted);
        }
    }

    private ReadItem Read(EventBody body, JsonElement item, int index)
    {
        if (body.DuplicateIn(item) is { } duplicate)
            return new ReadItem(index, null, null, [duplicate]);
        var entry = LogEntry.Read(item, clocks.Now, out var problems);
        return entry is not null && IngestScope.Problem(entry.Event) is { } beyond
            ? new ReadItem(index, null, IdOf(item), [beyond])
            : new ReadItem(index, entry, IdOf(item), problems);
    }

    private static string? IdOf(JsonElement item)
    {
        try
        {
            return
                item.ValueKind == JsonValueKind.Object
                && item.TryGetProperty("id", out var id)
                && id.ValueKind == JsonValueKind.String
                && id.GetString() is { Length: <= 256 } text
                ? text
                : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, in the id or in a member's name.
            return null;
        }
    }

    private static Problem Refused(bool batch, List<ReadItem> read) =>
        batch
            ? new Problem(
                ProblemKind.InvalidBatch,
                "Each event has a problem; send them again when mended.",
                [.. read.SelectMany(Named).Take(1000)]
            )
            : new Problem(ProblemKind.InvalidEvent, "Send it again when mended; nothing of it was taken.", read[0].Problems);

    private static IEnumerable<FieldProblem> Named(ReadItem item) =>
        item.Problems.Select(problem =>
            problem with
            {
                Field = problem.Field.Length == 0 ? $"[{item.Index}]" : $"[{item.Index}].{problem.Field}",
            }
        );

    private static EventsAnswer Answer(List<ReadItem> read, FilingResult[] filings)
    {
        var next = 0;
        var events = read.Select(item =>
                item.Entry is { } entry
                    ? new EventAnswer(item.Index, entry.Event.Id, filings[next++].Code(), entry.Filed.Key, null)
                    : new EventAnswer(item.Index, item.Id, "refused", null, [.. Named(item)])
            )
            .ToList();
        return new EventsAnswer(
            filings.Count(filing => filing == FilingResult.Accepted),
            filings.Count(filing => filing == FilingResult.Duplicate),
            filings.Count(filing => filing == FilingResult.Quarantined),
            read.Count - filings.Length,
            events
        );
    }

    private sealed record ReadItem(int Index, LogEntry? Entry, string? Id, IReadOnlyList<FieldProblem> Problems);
}

/// <summary>The answer to events.</summary>
/// <param name="Accepted">New, and in the log.</param>
/// <param name="Duplicates">In the log already.</param>
/// <param name="Quarantined">Kept aside: the id names another event.</param>
/// <param name="Refused">Not taken; each says why.</param>
/// <param name="Events">One for each event sent, in order.</param>
public sealed record EventsAnswer(int Accepted, int Duplicates, int Quarantined, int Refused, IReadOnlyList<EventAnswer> Events);

/// <summary>What became of one event.</summary>
/// <param name="CustomerId">26 characters out of a-z and 2-7; never personal data.</param>
public sealed record EventAnswer(
    int Index,
    string? Id,
    [property: AllowedValues("accepted", "duplicate", "quarantined", "refused")] string Status,
    [property: Example("aq7f3k2m5n6p4r2s7t3u5v6w2x")] string? CustomerId,
    IReadOnlyList<FieldProblem>? Errors
);

/// <summary>JSON of intake's answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(EventsAnswer))]
[JsonSerializable(typeof(RulingData))]
internal sealed partial class IntakeJson : JsonSerializerContext;
