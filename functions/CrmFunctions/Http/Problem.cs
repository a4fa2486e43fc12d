using System.Text.Json.Serialization;
using CrmFunctions.Domain.Events;
using CrmFunctions.Telemetry;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Http;

/// <summary>What the caller did wrong (RFC 9457): a stable code, and one sentence that says what would be right.</summary>
/// <param name="Kind">The kind, from the one declared set.</param>
/// <param name="Detail">One sentence.</param>
/// <param name="Errors">The fields, where it is about fields.</param>
public sealed record Problem(ProblemKind Kind, string Detail, IReadOnlyList<FieldProblem>? Errors = null)
{
    /// <summary>What would be touched, where it must be confirmed first.</summary>
    public Confirmation? Confirmation { get; init; }

    /// <summary>The answer, and one refusal counted.</summary>
    public IResult ToResult()
    {
        FlowMeter.Refused(Kind.Code);
        return TypedResults.Json(
            new ProblemBody($"urn:crm:{Kind.Code}", Kind.Title, Kind.Status, Detail, Errors, Confirmation?.Confirm, Confirmation?.Touches),
            HttpJson.Default.ProblemBody,
            "application/problem+json",
            Kind.Status
        );
    }
}

/// <summary>A kind of refusal.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">For people.</param>
public sealed record ProblemKind(string Code, int Status, string Title)
{
    public static readonly ProblemKind MediaType = new("media-type", 415, "The content type is not one that is taken here");
    public static readonly ProblemKind Encoding = new("content-encoding", 415, "The body is compressed");
    public static readonly ProblemKind TooLarge = new("too-large", 413, "The body is too large");
    public static readonly ProblemKind Empty = new("empty-body", 400, "The body is empty");
    public static readonly ProblemKind NotJson = new("not-json", 400, "The body is no JSON that can be taken");
    public static readonly ProblemKind InvalidEvent = new("invalid-event", 400, "The event cannot be taken");
    public static readonly ProblemKind InvalidBatch = new("invalid-batch", 400, "No event of the batch can be taken");
    public static readonly ProblemKind InvalidImport = new("invalid-import", 400, "The file cannot be imported");
    public static readonly ProblemKind BadSignature = new("bad-signature", 401, "The delivery is not from its source");
    public static readonly ProblemKind Unauthorized = new("unauthorized", 401, "There is no key that opens this");
    public static readonly ProblemKind Forbidden = new("forbidden", 403, "The role does not reach this far");
    public static readonly ProblemKind Slow = new("slow-body", 408, "The body was too long under way");
    public static readonly ProblemKind TooMany = new("too-many", 429, "There were too many deliveries");
    public static readonly ProblemKind InvalidSource = new("invalid-source", 400, "The source cannot be saved");
    public static readonly ProblemKind InvalidStandard = new("invalid-standard", 400, "The standard cannot work");
    public static readonly ProblemKind InvalidQuery = new("invalid-query", 400, "The query cannot be answered");
    public static readonly ProblemKind InvalidRequest = new("invalid-request", 400, "The request cannot be carried out");
    public static readonly ProblemKind InvalidPlan = new("invalid-plan", 400, "The plan cannot work");
    public static readonly ProblemKind RulingPending = new("ruling-pending", 409, "A decision about this customer is not in force yet");
    public static readonly ProblemKind Unconfirmed = new("unconfirmed", 428, "It was not confirmed whom this touches");
    public static readonly ProblemKind Changed = new("changed", 409, "Whom this touches has changed since it was shown");
    public static readonly ProblemKind Conflict = new("conflict", 409, "It is otherwise already");
    public static readonly ProblemKind NotFound = new("not-found", 404, "There is none");
    public static readonly ProblemKind Unavailable = new("unavailable", 503, "The suite cannot answer right now");
}

/// <summary>The body of a refusal.</summary>
/// <param name="Detail">What would be right.</param>
/// <param name="Confirm">The revision to send as <c>?confirm=</c>, where a call must be confirmed.</param>
/// <param name="Touches">What such a call would touch: the first 100.</param>
public sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string Detail,
    IReadOnlyList<FieldProblem>? Errors,
    string? Confirm,
    IReadOnlyList<Touched>? Touches
);

/// <summary>JSON of what all answers share.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class HttpJson : JsonSerializerContext;
