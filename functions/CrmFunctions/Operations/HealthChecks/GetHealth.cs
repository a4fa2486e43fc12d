using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Standards;
using CrmFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>Answers whether the suite is ready, and no more, to callers without a key.</summary>
public sealed class GetHealth(HealthReader health)
{
    [Operation(ApiTag.Operations, "Whether the suite is ready（健康检查）", "What it consists of and has cost stands in health/details.")]
    [Answers(200, "Ready.", typeof(HealthShort))]
    [Answers(503, "Not ready.", typeof(HealthShort))]
    [Function(nameof(GetHealth))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Health)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var look = await health.Read(cancellationToken);
        var ready = look.Tagged(HealthTags.Ready).All(part => part.Good);
        return new HealthShort(ready ? "ready" : "unavailable", look.At, []).ToResult(ready);
    }
}

/// <summary>Answers all that is known of the suite's health, and what this process has cost since it started.</summary>
public sealed class GetHealthDetails(HealthReader health, OperationCount operations, TieringEngine engine, Clocks clocks)
{
    [Operation(ApiTag.Operations, "What is ready, what stands still, and what the suite has cost since it started（健康详情）")]
    [Answers(200, "All parts, good or not.", typeof(HealthAnswer))]
    [Function(nameof(GetHealthDetails))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.HealthDetails)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var look = await health.Read(cancellationToken);
        var why = look.Tagged(HealthTags.Ready).FirstOrDefault(part => !part.Good);
        var parts = look.Tagged(HealthTags.Fresh);
        return TypedResults.Json(
            new HealthAnswer(
                why is null ? "ready" : "unavailable",
                why is null ? null : $"{why.Name}: {why.Says}",
                parts.All(part => part.Good),
                clocks.Now,
                engine.Standard.Name,
                engine.Calibration.Version,
                [.. look.Alarms, .. Unkeyed()],
                look.At,
                parts,
                Counted()
            ),
            HealthJson.Default.HealthAnswer
        );
    }

    // No part of freshness: nothing stands still, and the base goes on until it is moved.
    private static IEnumerable<string> Unkeyed() =>
        HandleKeys.InForce.Count > 0
            ? []
            :
            [
                "handles: they are plain hashes; from the tables alone an erased person's number is found by trying all. Move them to a secret (Handles__Key).",
            ];

    private CountedAnswer Counted()
    {
        var (tables, broker, events) = (operations.Tables, operations.Broker, operations.Events);
        decimal? PerEvent(long count) => events == 0 ? null : Math.Round((decimal)count / events, 2);
        return new CountedAnswer(tables, broker, events, PerEvent(tables), PerEvent(broker));
    }
}

/// <summary>Answers that the process is up; looks at nothing else. Always 200.</summary>
public sealed class GetLive(Clocks clocks)
{
    [Operation(ApiTag.Operations, "Whether the process is up（存活）", "Looks at nothing else.")]
    [Answers(200, "It is up.", typeof(HealthShort))]
    [Function(nameof(GetLive))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Live)] HttpRequest request) =>
        new HealthShort("live", clocks.Machine.GetUtcNow(), []).ToResult(good: true);
}

/// <summary>
/// Answers whether requests can be served: 200, or 503 where storage or broker cannot be reached. For load balancers.
/// </summary>
public sealed class GetReady(HealthReader health)
{
    [Operation(ApiTag.Operations, "Whether requests can be served（就绪）", "For load balancers: storage and broker.")]
    [Answers(200, "Ready.", typeof(HealthShort))]
    [Answers(503, "Storage or broker cannot be reached; names which, and since when.", typeof(HealthShort))]
    [Function(nameof(GetReady))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Ready)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var look = await health.Read(cancellationToken);
        var parts = look.Tagged(HealthTags.Ready);
        var ready = parts.All(part => part.Good);
        return new HealthShort(ready ? "ready" : "unavailable", look.At, HealthState.Of(parts)).ToResult(ready);
    }
}

/// <summary>
/// Answers whether anything stands still: 200, or 503 where a person must look. For alerts, never for load balancers that direct
/// requests.
/// </summary>
public sealed class GetFresh(HealthReader health)
{
    [Operation(
        ApiTag.Operations,
        "Whether anything stands still（时效）",
        "For alerts, not for load balancers: the oldest event that waits, every timer, dead letters, calibrations."
    )]
    [Query("part", "This part only.", Values = ["storage", "broker", "backlog", "timers", "dead-letters", "calibration"])]
    [Answers(200, "Nothing stands still.", typeof(HealthShort))]
    [Answers(503, "A person must look; names at what part, and since when; health/details says what it is.", typeof(HealthShort))]
    [Refuses(Refusal.BadQuery)]
    [Function(nameof(GetFresh))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Fresh)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var asked = (string?)request.Query["part"];
        if (asked is not null && !HealthPartNames.All.Contains(asked))
            return new Problem(ProblemKind.InvalidQuery, $"part is one of {string.Join(", ", HealthPartNames.All)}.").ToResult();
        var look = await health.Read(cancellationToken);
        var parts = look.Tagged(HealthTags.Fresh).Where(part => asked is null || part.Name == asked).ToList();
        var fresh = parts.All(part => part.Good);
        return new HealthShort(fresh ? "fresh" : "stale", look.At, HealthState.Of(parts)).ToResult(fresh);
    }
}

/// <summary>All that is known.</summary>
/// <param name="Status">ready or unavailable.</param>
/// <param name="Why">Why it is unavailable.</param>
/// <param name="Fresh">Nothing stands still.</param>
/// <param name="Clock">The business clock. UTC.</param>
/// <param name="Standard">The primary standard in force.</param>
/// <param name="Calibration">Version of the calibration in use; none where there is none.</param>
/// <param name="Alarms">What a person must look at, a sentence each.</param>
/// <param name="At">When it was looked at. UTC, by the machine's clock.</param>
/// <param name="Parts">All parts.</param>
/// <param name="Operations">What this process has done.</param>
public sealed record HealthAnswer(
    [property: AllowedValues("ready", "unavailable")] string Status,
    string? Why,
    bool Fresh,
    DateTimeOffset Clock,
    string Standard,
    string Calibration,
    IReadOnlyList<string> Alarms,
    DateTimeOffset At,
    IReadOnlyList<HealthPart> Parts,
    CountedAnswer Operations
);

/// <summary>Live, ready or fresh, and by which parts.</summary>
/// <param name="Status">live; ready or unavailable; fresh or stale.</param>
/// <param name="At">When it was looked at. UTC, by the machine's clock; answers are given again for some seconds.</param>
/// <param name="Parts">The parts that were asked for, without what they count.</param>
public sealed record HealthShort(
    [property: AllowedValues("live", "ready", "unavailable", "fresh", "stale")] string Status,
    DateTimeOffset At,
    IReadOnlyList<HealthState> Parts
)
{
    /// <summary>200 where it is good, else 503.</summary>
    internal IResult ToResult(bool good) =>
        TypedResults.Json(
            this,
            HealthJson.Default.HealthShort,
            statusCode: good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
        );
}

/// <summary>Whether a part is good, for callers without a key: no counts, no names of queues and timers.</summary>
/// <param name="Name">Which part.</param>
/// <param name="Good">Nobody needs to look at it.</param>
/// <param name="Since">From when on it is bad. UTC, by the machine's clock.</param>
public sealed record HealthState(
    [property: ValuesOf(typeof(HealthPartNames), nameof(HealthPartNames.All))] string Name,
    bool Good,
    DateTimeOffset? Since
)
{
    internal static IReadOnlyList<HealthState> Of(IEnumerable<HealthPart> parts) =>
        [.. parts.Select(part => new HealthState(part.Name, part.Good, part.Since))];
}

/// <summary>What this process has done since it started.</summary>
/// <param name="Tables">Table transactions.</param>
/// <param name="ServiceBus">Broker operations.</param>
/// <param name="Events">Events new to the log.</param>
/// <param name="TablesPerEvent">Null where there was no event.</param>
/// <param name="ServiceBusPerEvent">Null where there was no event.</param>
public sealed record CountedAnswer(long Tables, long ServiceBus, long Events, decimal? TablesPerEvent, decimal? ServiceBusPerEvent);

/// <summary>JSON of the answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(HealthShort))]
internal sealed partial class HealthJson : JsonSerializerContext;
