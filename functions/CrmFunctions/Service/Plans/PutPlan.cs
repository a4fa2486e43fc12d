using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Service.Plans;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Notifications.Templates;
using CrmFunctions.Security.Keys;
using CrmFunctions.Standards;
using CrmFunctions.Standards.Plans;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Service.Plans;

/// <summary>Takes a plan, checks it and puts it into force; everybody is decided again.</summary>
public sealed class PutPlan(PlanStore store, ChangeStandards change, TieringEngine engine, TemplateStore templates, Clocks clocks)
{
    // The most characters of one column.
    private const int MostCharacters = 32_000;

    [Operation(
        ApiTag.Service,
        "Put a plan into force（发布服务方案）",
        "It is checked field by field; then all customers are decided again. Duties of a tier's plan before close with their reason."
    )]
    [Query("dryRun", "true: check only, change nothing.", typeof(bool), Default = false)]
    [Takes("Plan")]
    [Answers(200, "It is in force, or was checked.", typeof(PlanPut))]
    [Refuses(Refusal.BadPlan)]
    [Function(nameof(PutPlan))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Flow.Routes.Plan)] HttpRequest request,
        string scheme,
        CancellationToken cancellationToken
    )
    {
        var (json, refused) = await request.ReadText("plan", MostCharacters, cancellationToken);
        if (refused is not null)
            return refused.ToResult();
        if (PlanReader.Read(json, out var problems, out var ignored) is not { } plan)
        {
            return new Problem(
                ProblemKind.InvalidPlan,
                "The plan cannot work; errors says which field, what is wrong and what would be right.",
                problems
            ).ToResult();
        }

        if (plan.Scheme != scheme)
            return new Problem(
                ProblemKind.InvalidPlan,
                "Send the scheme that stands in the address.",
                [new("scheme", $"is {plan.Scheme} and the address says {scheme}; they must be the same")]
            ).ToResult();
        await engine.Follow(cancellationToken);
        if (engine.InForce.Find(scheme) is not { } tiered)
        {
            return new Problem(
                ProblemKind.InvalidPlan,
                "Put the standard of the scheme first.",
                [new("scheme", $"must be one in force: {string.Join(", ", engine.InForce.Schemes.Select(each => each.Standard.Scheme))}")]
            ).ToResult();
        }

        var warnings = new List<FieldProblem>(ignored);
        foreach (var (i, tier) in plan.Tiers.Index().Where(each => tiered.Standard.Tiers.All(known => known.Name != each.Item.Tier)))
        {
            warnings.Add(
                new FieldProblem(
                    $"tiers[{i}].tier",
                    $"is {tier.Tier}, which is no tier of {tiered.Standard.Name}: {string.Join(", ", tiered.Standard.Tiers.Select(known => known.Name))}"
                )
            );
        }

        foreach (var template in plan.Templates)
        {
            if (await templates.Find(template, cancellationToken) is null)
                warnings.Add(
                    new FieldProblem(
                        "template",
                        $"{template} is on record nowhere yet; its messages are refused until PUT /api/templates/{template}"
                    )
                );
        }

        if (request.Query["dryRun"].ToString() is "true")
            return Answer(plan, "checked", null, warnings);
        await store.Record(plan, json, clocks.Now, cancellationToken);
        AuditTrail.Note(InForce(engine, scheme)?.Version, plan.Version);
        return Answer(plan, "inForce", await change.PutPlan(scheme, plan.Version, cancellationToken), warnings);
    }

    internal static Plan? InForce(TieringEngine engine, string scheme) =>
        engine.InForce.Plans.FirstOrDefault(plan => plan.Scheme == scheme);

    private static JsonHttpResult<PlanPut> Answer(Plan plan, string status, int? revision, List<FieldProblem> warnings) =>
        TypedResults.Json(new PlanPut(plan.Scheme, plan.Version, status, revision, warnings), PlanJson.Default.PlanPut);
}

/// <summary>Takes a plan out of force: its duties close, and nothing more is said by it.</summary>
public sealed class DeletePlan(ChangeStandards change, TieringEngine engine)
{
    [Operation(ApiTag.Service, "Take a plan out of force（停用服务方案）")]
    [Answers(200, "It was.", typeof(PlanPut))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(DeletePlan))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Flow.Routes.Plan)] HttpRequest request,
        string scheme,
        CancellationToken cancellationToken
    )
    {
        await engine.Follow(cancellationToken);
        if (PutPlan.InForce(engine, scheme) is not { } plan)
            return GetPlan.None();
        var revision = await change.PutPlan(scheme, version: null, cancellationToken);
        AuditTrail.Note(plan.Version, null);
        return TypedResults.Json(new PlanPut(scheme, plan.Version, "withdrawn", revision, []), PlanJson.Default.PlanPut);
    }
}
