using CrmFunctions.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Profiles;

/// <summary>Answers why a customer is in a tier: now, or as of an instant by the standard in force.</summary>
public sealed class GetReceipt(CustomerReader reader, TieringEngine engine, Clocks clocks)
{
    [Operation(
        ApiTag.Customers,
        "Why a customer is in a tier（分层依据）",
        "The terms add up exactly to the score; each names the events behind it."
    )]
    [Query(
        "asOf",
        "As of this instant, by the standard in force; now if left out.",
        typeof(DateTimeOffset),
        Example = "2026-03-02T00:00:00Z"
    )]
    [Query("scheme", "The scheme; the primary one if left out.", Example = "value")]
    [Language]
    [Answers(200, "The receipt.", typeof(ReceiptAnswer))]
    [Refuses(Refusal.BadQuery, Refusal.NotFound)]
    [Function(nameof(GetReceipt))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Receipt)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        var asOf = clocks.Now;
        if (request.Query["asOf"] is [{ Length: > 0 } text, ..])
        {
            if (Instants.Parse(text) is not { } instant || instant < EventReader.Earliest)
            {
                return new Problem(ProblemKind.InvalidQuery, "asOf is an instant from 1970 on, such as 2026-03-31T00:00:00Z.").ToResult();
            }

            asOf = instant;
        }

        var schemes = engine.InForce.Schemes;
        var scheme = request.Query["scheme"] is [{ Length: > 0 } asked, ..] ? asked : schemes[0].Standard.Scheme;
        if (engine.InForce.Find(scheme) is null)
        {
            return new Problem(
                ProblemKind.NotFound,
                $"There is no scheme of this name; there are {string.Join(", ", schemes.Select(each => each.Standard.Scheme))}."
            ).ToResult();
        }

        if (await reader.Find(id, cancellationToken) is not { } customer)
            return CustomerReader.NotFound();
        var all = engine.Decide(await reader.Events(customer, cancellationToken), asOf);
        var answer = ReceiptAnswer.Of(customer.Id.Key, all.Of(scheme) ?? all.Primary, CustomerReader.LanguageOf(request));
        return TypedResults.Json(answer, CustomersJson.Default.ReceiptAnswer);
    }
}
