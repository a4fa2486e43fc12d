using CrmFunctions.Customers;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Service.Care;
using CrmFunctions.Http.Describing;
using CrmFunctions.Service.Owners;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Service.Plans;

/// <summary>差异化服务: shows what a customer gets, and who cares.</summary>
public sealed class GetCustomerPlan(CustomerReader reader, TieringEngine engine, Team team)
{
    [Operation(ApiTag.Service, "What a customer gets, and who cares（客户的服务方案）")]
    [Answers(200, "It.", typeof(CustomerPlanAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetCustomerPlan))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.CustomerPlan)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        if (await reader.Find(id, cancellationToken) is not { } customer)
            return CustomerReader.NotFound();
        var owner = customer.Service.Owner is { } own
            ? new CustomerOwnerAnswer(own, (await team.Find(own, cancellationToken))?.Name, customer.Service.IsByHand)
            : null;
        var plans = AnnouncedTier
            .Served(customer.Service.Standings, engine.InForce.Plans)
            .Select(served => new TierPlanAnswer(
                served.Plan.Scheme,
                served.Tier.Tier,
                served.Standing.Since,
                served.Tier.Visits?.ToString(),
                served.Tier.RespondWithin,
                served.Tier.VisitTime,
                served.Tier.Benefits,
                served.Tier.Services
            ));
        return TypedResults.Json(new CustomerPlanAnswer(customer.Id.Key, owner, [.. plans]), PlanJson.Default.CustomerPlanAnswer);
    }
}

/// <summary>服务边界: says whether a service is in a customer's plan.</summary>
public sealed class AskForService(CustomerReader reader, TieringEngine engine)
{
    [Operation(ApiTag.Service, "Whether a service is in the customer's plan（服务边界）")]
    [Language]
    [Answers(200, "Whether, and which tiers have it.", typeof(ServiceAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(AskForService))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.CustomerService)] HttpRequest request,
        string id,
        string service,
        CancellationToken cancellationToken
    )
    {
        if (await reader.Find(id, cancellationToken) is not { } customer)
            return CustomerReader.NotFound();
        var served = AnnouncedTier.Served(customer.Service.Standings, engine.InForce.Plans).ToList();
        var inPlan = served.Any(plan => plan.Tier.Services.Contains(service));
        var tiers = engine
            .InForce.Plans.SelectMany(plan =>
                plan.Tiers.Where(tier => tier.Services.Contains(service)).Select(tier => $"{plan.Scheme}/{tier.Tier}")
            )
            .ToList();
        return TypedResults.Json(
            new ServiceAnswer(
                customer.Id.Key,
                service,
                inPlan,
                inPlan
                    ? null
                    : Reason(
                        served.Select(plan => plan.Tier.Tier).FirstOrDefault() ?? customer.Decided!.Tier,
                        service,
                        tiers,
                        CustomerReader.LanguageOf(request)
                    ),
                tiers
            ),
            PlanJson.Default.ServiceAnswer
        );
    }

    private static string Reason(string tier, string service, List<string> tiers, string language) =>
        (Language.IsChinese(language), tiers.Count) switch
        {
            (true, 0) => $"没有任何等级的服务方案包含 {service}。",
            (true, _) => $"{tier} 等级的服务方案不包含 {service}；包含它的等级：{string.Join("、", tiers)}。",
            (false, 0) => $"No tier has {service} in its plan.",
            _ => $"{service} is not in the plan of tier {tier}; it is in that of {string.Join(", ", tiers)}.",
        };
}
