using System.Text.Json.Nodes;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Http.Describing;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Tiering;

/// <summary>人工干预: sets the tier of a scheme by hand, with who, why and perhaps until when. It beats the engine until it lapses.</summary>
public sealed class PinTier(ManualEventWriter own, TieringEngine engine, Clocks clocks)
{
    [Operation(
        ApiTag.Customers,
        "Set the tier by hand（人工指定等级）",
        "Beats the engine until it lapses or is taken back; the engine goes on beneath it. In the log like every event."
    )]
    [Takes("PinBody")]
    [Answers(202, "It is in the log; within seconds it counts.", typeof(ManualEventAnswer))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound)]
    [Function(nameof(PinTier))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Flow.Routes.Pin)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    ) => own.File(request, id, EventTypes.TierPinned, Check, cancellationToken);

    private FieldProblem? Check(JsonObject pin)
    {
        pin["scheme"] ??= engine.Standard.Scheme;
        var schemes = engine.InForce.Schemes.Select(scheme => scheme.Standard).ToList();
        if (schemes.Find(standard => standard.Scheme == Text(pin["scheme"])) is not { } scheme)
        {
            return new FieldProblem("scheme", $"must be one in force: {string.Join(", ", schemes.Select(standard => standard.Scheme))}");
        }

        if (pin["tier"] is { } tier && scheme.Tiers.All(known => known.Name != Text(tier)))
        {
            return new FieldProblem(
                "tier",
                $"must be one of scheme {scheme.Scheme}: {string.Join(", ", scheme.Tiers.Select(known => known.Name))}"
            );
        }

        return pin["expires"] is { } expires && Instants.Parse(Text(expires) ?? "") <= clocks.Now
            ? new FieldProblem("expires", "lies in the past; send when the pin is to lapse, or leave it out")
            : null;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}

/// <summary>Gives the tier of a scheme back to the engine.</summary>
public sealed class UnpinTier(ManualEventWriter own, TieringEngine engine)
{
    [Operation(ApiTag.Customers, "Give the tier back to the engine（取消人工指定）")]
    [Query("scheme", "The scheme; the primary one if left out.", Example = "value")]
    [Query("reason", "Why.", Example = "contract ended")]
    [Answers(202, "It is in the log; within seconds it counts.", typeof(ManualEventAnswer))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound)]
    [Function(nameof(UnpinTier))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Flow.Routes.Pin)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    ) => own.File(request, id, EventTypes.TierUnpinned, Check, cancellationToken);

    private FieldProblem? Check(JsonObject pin)
    {
        pin["scheme"] ??= engine.Standard.Scheme;
        return null;
    }
}

/// <summary>Rates a customer's potential by hand, with who, why and perhaps until when.</summary>
public sealed class RateCustomer(ManualEventWriter own)
{
    [Operation(ApiTag.Customers, "Rate a customer's potential（潜力评分）", "The last rating that has not expired counts.")]
    [Takes("RatingBody")]
    [Answers(202, "It is in the log; within seconds it counts.", typeof(ManualEventAnswer))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound)]
    [Function(nameof(RateCustomer))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Ratings)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    ) => own.File(request, id, EventTypes.PotentialRated, static _ => null, cancellationToken);
}
