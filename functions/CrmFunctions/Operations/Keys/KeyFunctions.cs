using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Access;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Service.Owners;
using CrmFunctions.Events;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Security;
using CrmFunctions.Security.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations.Keys;

/// <summary>Lists the keys of the API. None of them can be read again.</summary>
public sealed class ListKeys(ApiKeyStore keys)
{
    [Operation(ApiTag.Operations, "The keys of the API: roles, ends, last use（密钥列表）", "No key can be read again.")]
    [Answers(200, "By name.", typeof(KeysAnswer))]
    [Function(nameof(ListKeys))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Keys)] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Json(
            new KeysAnswer([
                .. (await keys.List(cancellationToken))
                    .OrderBy(row => row.Name, StringComparer.Ordinal)
                    .ThenBy(row => row.MadeAt)
                    .Select(KeyAnswer.Of),
            ]),
            KeysJson.Default.KeysAnswer
        );
}

/// <summary>Makes a key. It is answered this once.</summary>
public sealed class CreateKey(ApiKeyStore keys, KeyDirectory directory, Clocks clocks)
{
    private const int LongestName = 100;
    private const int LongestSource = 256;
    private const int MostSources = 20;
    private const string AnySource = "*";

    [Operation(ApiTag.Operations, "Make a key of the API（创建密钥）", "The answer has the key, this once; a hash of it is kept.")]
    [Takes("KeyBody")]
    [Answers(201, "Made.", typeof(KeyAnswer))]
    [Refuses(Refusal.BadRequest)]
    [Function(nameof(CreateKey))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Keys)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var (fields, problem) = await RequestFields.Read(request, cancellationToken);
        if (fields is null)
            return problem!.ToResult();
        var (name, role) = (fields.OptionalText("name", LongestName), fields.Text("role", 16));
        var sources = fields.OptionalTexts("sources", MostSources, LongestSource);
        var (owner, until) = (fields.OptionalText("owner", 40), fields.OptionalInstant("until"));
        if (role.Length > 0 && RoleNames.Parse(role) is null)
            fields.Refuse("role", $"must be one of {string.Join(", ", RoleNames.All)}");
        if (role == RoleNames.Ingest && sources.Count == 0)
            fields.Refuse("sources", $"is missing: the sources whose events it may send, or [\"{AnySource}\"] for any but the suite's own");
        if (role != RoleNames.Ingest && sources.Count > 0)
            fields.Refuse("sources", "goes with the role ingest only");
        if (sources.Contains(CustomerEvent.OwnSource))
            fields.Refuse("sources", IngestScope.OfTheSuite("sources").Message);
        if (role == RoleNames.Owner && owner is null)
            fields.Refuse("owner", "is missing: the id of the owner whose customers it may see; GET /api/owners lists them");
        if (owner is not null && role != RoleNames.Owner)
            fields.Refuse("owner", "goes with the role owner only");
        if (owner == Owner.Pool)
            fields.Refuse("owner", "is nobody's own");
        if (until <= clocks.Machine.GetUtcNow())
            fields.Refuse("until", "must be an instant to come");
        if (fields.Problem is { } refused)
            return refused.ToResult();

        var key = ApiKey.New();
        var row = new KeyRow
        {
            RowKey = ApiKey.Hash(key),
            Id = "k" + Guid.NewGuid().ToString("N")[..8],
            Name = name ?? string.Join(' ', [role, .. sources, .. owner is null ? Array.Empty<string>() : [owner]]),
            Role = role,
            Sources = sources.Count == 0 || sources.Contains(AnySource) ? null : JsonSerializer.Serialize(sources),
            Owner = owner,
            Until = until,
            MadeAt = clocks.Machine.GetUtcNow(),
            MadeBy = Caller.CurrentName,
        };
        await keys.Add(row, cancellationToken);
        directory.Forget();
        AuditTrail.Note(null, row.Words());
        return TypedResults.Json(
            KeyAnswer.Of(row) with
            {
                Key = key,
            },
            KeysJson.Default.KeyAnswer,
            statusCode: StatusCodes.Status201Created
        );
    }
}

/// <summary>Revokes a key: it opens nothing from now on.</summary>
public sealed class RevokeKey(ApiKeyStore keys, KeyDirectory directory, Clocks clocks)
{
    [Operation(ApiTag.Operations, "Revoke a key of the API（吊销密钥）", "Within Keys__Refresh it opens nothing on any instance.")]
    [Answers(200, "It is revoked.", typeof(KeyAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(RevokeKey))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Flow.Routes.Key)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            if ((await keys.List(cancellationToken)).FirstOrDefault(row => row.Id == id) is not { } row)
                return new Problem(ProblemKind.NotFound, "No key has this id; /api/keys lists them.").ToResult();
            if (row.RevokedAt is null)
            {
                (row.RevokedAt, row.RevokedBy) = (clocks.Machine.GetUtcNow(), Caller.CurrentName);
                if (!await keys.Replace(row, cancellationToken))
                    continue;
            }

            directory.Forget();
            AuditTrail.Note(row.Words(), null);
            return TypedResults.Json(KeyAnswer.Of(row), KeysJson.Default.KeyAnswer);
        }
    }
}

/// <summary>Lists who changed what in a month, the newest first.</summary>
public sealed class ListAudit(AuditTrail audit)
{
    [Operation(ApiTag.Operations, "Who changed what in a month, the newest first（审计记录）")]
    [Query("month", "Such as 2026-11; the present one where it is missing.", Pattern = @"^\d{4}-\d{2}$")]
    [NextPage]
    [Answers(200, "A page of it.", typeof(AuditAnswer))]
    [Refuses(Refusal.BadQuery)]
    [Function(nameof(ListAudit))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Audit)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var month = request.Query["month"].ToString() is { Length: > 0 } asked ? asked : null;
        if (month is not null && !DateOnly.TryParseExact(month, "yyyy-MM", out _))
            return new Problem(ProblemKind.InvalidQuery, "month is a month such as 2026-11.").ToResult();
        var (rows, next) = await audit.List(month, request.Query["next"], cancellationToken);
        return rows is null
            ? new Problem(ProblemKind.InvalidQuery, "next is the one of the page before.").ToResult()
            : TypedResults.Json(new AuditAnswer([.. rows.Select(AuditItem.Of)], next), KeysJson.Default.AuditAnswer);
    }
}

/// <summary>The keys.</summary>
public sealed record KeysAnswer(IReadOnlyList<KeyAnswer> Keys);

/// <summary>A key of the API.</summary>
/// <param name="Id">Names it; says nothing of it.</param>
/// <param name="Name">Who or what has it.</param>
/// <param name="Role">What it opens.</param>
/// <param name="Sources">Of ingest: the sources whose events it may send. Missing: any but the suite's own.</param>
/// <param name="Owner">Of owner: whose customers it may see.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="MadeBy">By whom.</param>
/// <param name="Until">From then on it opens nothing. Null: without end.</param>
/// <param name="RevokedAt">When it was revoked. Null: it was not.</param>
/// <param name="RevokedBy">By whom.</param>
/// <param name="LastUsedAt">When it was last seen, to a quarter of an hour. Null: never.</param>
/// <param name="Key">The key itself, when it was just made; null ever after.</param>
public sealed record KeyAnswer(
    string Id,
    string Name,
    [property: ValuesOf(typeof(RoleNames), nameof(RoleNames.All))] string Role,
    IReadOnlyList<string>? Sources,
    string? Owner,
    DateTimeOffset MadeAt,
    string MadeBy,
    DateTimeOffset? Until,
    DateTimeOffset? RevokedAt,
    string? RevokedBy,
    DateTimeOffset? LastUsedAt,
    string? Key = null
)
{
    internal static KeyAnswer Of(KeyRow row) =>
        new(
            row.Id,
            row.Name,
            row.Role,
            row.SourceList(),
            row.Owner,
            row.MadeAt,
            row.MadeBy,
            row.Until,
            row.RevokedAt,
            row.RevokedBy,
            row.LastUsedAt
        );
}

/// <summary>A page of what was changed.</summary>
public sealed record AuditAnswer(IReadOnlyList<AuditItem> Items, string? Next);

/// <summary>One thing that somebody changed.</summary>
/// <param name="At">When.</param>
/// <param name="By">The key's or the person's name.</param>
/// <param name="Role">The role that opened it.</param>
/// <param name="What">The function.</param>
/// <param name="Target">The path.</param>
/// <param name="Status">What was answered.</param>
/// <param name="Reason">Why, as far as it was said.</param>
/// <param name="Before">What stood before, as far as it is kept.</param>
/// <param name="After">What stands since.</param>
public sealed record AuditItem(
    DateTimeOffset At,
    string By,
    string Role,
    string What,
    string Target,
    int Status,
    string? Reason,
    string? Before,
    string? After
)
{
    internal static AuditItem Of(AuditRow row) =>
        new(row.At, row.By, row.Role, row.What, row.Target, row.Status, row.Reason, row.Before, row.After);
}

/// <summary>JSON of the answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(KeysAnswer))]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(AuditAnswer))]
internal sealed partial class KeysJson : JsonSerializerContext;
