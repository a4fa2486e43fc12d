using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Events;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Standards;
using CrmFunctions.Standards.Plans;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Service.Plans;

/// <summary>Lists the plans in force.</summary>
public sealed class GetPlans(TieringEngine engine)
{
    [Operation(ApiTag.Service, "The plans in force（现行服务方案）")]
    [Answers(200, "They.", typeof(PlansAnswer))]
    [Function(nameof(GetPlans))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Plans)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        await engine.Follow(cancellationToken);
        var plans = engine
            .InForce.Plans.Select(plan => new PlanItem(plan.Scheme, plan.Version, [.. plan.Tiers.Select(tier => tier.Tier)]))
            .ToList();
        return TypedResults.Json(new PlansAnswer(plans), PlanJson.Default.PlansAnswer);
    }
}

/// <summary>Shows the plan of a scheme as it was written.</summary>
public sealed class GetPlan(PlanStore store, TieringEngine engine)
{
    [Operation(ApiTag.Service, "The plan in force in a scheme, as it was written（某体系的服务方案）")]
    [Answers(200, "It.", typeof(PlanAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetPlan))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Plan)] HttpRequest request,
        string scheme,
        CancellationToken cancellationToken
    )
    {
        await engine.Follow(cancellationToken);
        if (
            engine.InForce.Plans.FirstOrDefault(plan => plan.Scheme == scheme) is not { } plan
            || await store.Find(scheme, plan.Version, cancellationToken) is not { } row
        )
            return None();
        using var json = JsonDocument.Parse(row.Json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        return TypedResults.Json(
            new PlanAnswer(scheme, plan.Version, row.FirstUsed, json.RootElement.Clone()),
            PlanJson.Default.PlanAnswer
        );
    }

    internal static IResult None() =>
        new Problem(ProblemKind.NotFound, "No plan is in force in this scheme; /api/plans lists them.").ToResult();
}

/// <summary>What became of a plan sent.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Version">The version it has.</param>
/// <param name="Status">inForce, checked, or withdrawn.</param>
/// <param name="Revision">Since which it is so.</param>
/// <param name="Warnings">What works and should be looked at again.</param>
public sealed record PlanPut(
    string Scheme,
    string Version,
    [property: AllowedValues("inForce", "checked", "withdrawn")] string Status,
    int? Revision,
    IReadOnlyList<FieldProblem> Warnings
);

/// <summary>The plans in force.</summary>
public sealed record PlansAnswer(IReadOnlyList<PlanItem> Plans);

/// <summary>A plan in force.</summary>
public sealed record PlanItem(string Scheme, string Version, IReadOnlyList<string> Tiers);

/// <summary>A plan as it was written.</summary>
public sealed record PlanAnswer(string Scheme, string Version, DateTimeOffset FirstUsed, JsonElement Plan);

/// <summary>What a customer gets.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Owner">Who cares. Null: nobody in particular.</param>
/// <param name="Plans">By scheme.</param>
public sealed record CustomerPlanAnswer(string CustomerId, CustomerOwnerAnswer? Owner, IReadOnlyList<TierPlanAnswer> Plans);

/// <summary>Who cares for a customer.</summary>
public sealed record CustomerOwnerAnswer(string Id, string? Name, bool ByHand);

/// <summary>What a tier gets.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Tier">The tier.</param>
/// <param name="Since">Since when the customer is in it. UTC.</param>
/// <param name="Visits">How often the owner visits.</param>
/// <param name="RespondWithin">Business time within which a complaint, a reply, a sign of life or a warning is answered.</param>
/// <param name="VisitTime">What one visit takes.</param>
/// <param name="Benefits">What the customer has.</param>
/// <param name="Services">What the customer may ask for.</param>
public sealed record TierPlanAnswer(
    string Scheme,
    string Tier,
    DateTimeOffset Since,
    string? Visits,
    [property: Example("PT4H")] [property: JsonConverter(typeof(IsoDuration))] TimeSpan? RespondWithin,
    [property: Example("PT30M")] [property: JsonConverter(typeof(IsoDuration))] TimeSpan? VisitTime,
    IReadOnlyList<string> Benefits,
    IReadOnlyList<string> Services
);

/// <summary>Whether a service is in the plan.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Service">The service asked for.</param>
/// <param name="InPlan">It is.</param>
/// <param name="Reason">In words, where it is not.</param>
/// <param name="Tiers">The tiers that have it, as scheme/tier.</param>
public sealed record ServiceAnswer(string CustomerId, string Service, bool InPlan, string? Reason, IReadOnlyList<string> Tiers);

/// <summary>JSON of the answers about plans.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PlanPut))]
[JsonSerializable(typeof(PlansAnswer))]
[JsonSerializable(typeof(PlanAnswer))]
[JsonSerializable(typeof(CustomerPlanAnswer))]
[JsonSerializable(typeof(ServiceAnswer))]
internal sealed partial class PlanJson : JsonSerializerContext;
