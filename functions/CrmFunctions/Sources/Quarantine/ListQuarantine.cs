using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using CrmFunctions.Events.Quarantine;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Quarantine;

/// <summary>Lists what is kept aside, with its reasons and without its bodies.</summary>
public sealed class ListQuarantine(QuarantineStore quarantine)
{
    [Operation(ApiTag.Webhooks, "What was kept aside, with its reasons（隔离区）")]
    [Query("source", "Only what is kept of this source.")]
    [Query("reason", "Only what is kept for this reason.")]
    [NextPage]
    [Answers(200, "A page of it.", typeof(QuarantineAnswer))]
    [Refuses(Refusal.BadQuery)]
    [Function(nameof(ListQuarantine))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Quarantine)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var (source, reason) = ((string?)request.Query["source"], (string?)request.Query["reason"]);
        if (source?.Length > 256 || reason?.Length > 64)
            return new Problem(ProblemKind.InvalidQuery, "source and reason are those of an item.").ToResult();
        var (rows, next) = await quarantine.List(source, reason, request.Query["next"], cancellationToken);
        return rows is null
            ? new Problem(ProblemKind.InvalidQuery, "next is the one of the page before.").ToResult()
            : TypedResults.Json(
                new QuarantineAnswer([.. rows.Select(row => QuarantineItem.Of(row))], next),
                QuarantineJson.Default.QuarantineAnswer
            );
    }
}

/// <summary>A page of the quarantine.</summary>
public sealed record QuarantineAnswer(IReadOnlyList<QuarantineItem> Items, string? Next);

/// <summary>Something kept aside.</summary>
/// <param name="Id">To ask for it by.</param>
/// <param name="Source">Whose it is.</param>
/// <param name="Provider">How it came; events: our own API or a file.</param>
/// <param name="Type">Type of the event, or topic of the delivery.</param>
/// <param name="EventId">Id of the event. Null: it is a delivery.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Until">From then on it is deleted.</param>
/// <param name="Reason">Why, for programs.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="Bytes">Of the body.</param>
/// <param name="Body">The body as text. Null: not asked for, or it is no text.</param>
/// <param name="BodyBase64">The body where it is no text.</param>
public sealed record QuarantineItem(
    string Id,
    string Source,
    string Provider,
    string Type,
    string? EventId,
    DateTimeOffset ReceivedAt,
    DateTimeOffset Until,
    [property: AllowedValues(
        "unreadable",
        "unknown-topic",
        "names-nobody",
        "order-unknown",
        "invalid",
        "unsigned",
        "other-topic",
        "needs-a-person",
        "fault",
        "bad-signature",
        "id-reused"
    )]
        string Reason,
    string Detail,
    int Bytes,
    string? Body,
    string? BodyBase64
)
{
    /// <summary>The item of a row.</summary>
    public static QuarantineItem Of(QuarantineRow row, ReadOnlySpan<byte> body = default, bool withBody = false)
    {
        var isText = Utf8.IsValid(body);
        return new QuarantineItem(
            row.Id,
            row.Source,
            row.Provider,
            row.Type,
            row.EventId,
            row.ReceivedAt,
            row.Until,
            row.Reason,
            row.Detail,
            row.Bytes,
            withBody && isText ? Encoding.UTF8.GetString(body) : null,
            withBody && !isText ? Convert.ToBase64String(body) : null
        );
    }
}

/// <summary>What came of a release.</summary>
/// <param name="Released">Things that are in quarantine no more.</param>
/// <param name="Accepted">Events new to the log.</param>
/// <param name="Duplicates">Events that the log had.</param>
/// <param name="Left">Things that still cannot be taken, with their reasons as of now.</param>
/// <param name="Next">Asked with it, the release goes on. Null: all was looked at.</param>
public sealed record ReleaseAnswer(int Released, int Accepted, int Duplicates, IReadOnlyList<QuarantineItem> Left, string? Next);

/// <summary>JSON of the quarantine's answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(QuarantineAnswer))]
[JsonSerializable(typeof(ReleaseAnswer))]
internal sealed partial class QuarantineJson : JsonSerializerContext;
