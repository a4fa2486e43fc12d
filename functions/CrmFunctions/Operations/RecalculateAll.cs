using CrmFunctions.Events;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Messaging;
using CrmFunctions.Reports;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations;

/// <summary>
/// Has every customer decided again; with <c>?people=true</c> it is found out anew who everybody is, too: after the limits of sharing have
/// changed.
/// </summary>
public sealed class RecalculateAll(CustomerScan scan, Bus bus, TieringEngine engine, Clocks clocks)
{
    [Operation(
        ApiTag.Operations,
        "Have every customer decided again（重算全部客户）",
        "After another standard came into force; with people=true after the settings Sharing__… have changed, too. Once for each customer."
    )]
    [Query("people", "true: who is one person is found out anew, by the limits of sharing in force.", typeof(bool), Default = false)]
    [Answers(202, "Asked for.", typeof(RecalculateAllAnswer))]
    [Refuses(Refusal.BadQuery)]
    [Function(nameof(RecalculateAll))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Recalculations)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Query["people"].ToString() is var people && people is not ("" or "true" or "false"))
            return new Problem(ProblemKind.InvalidQuery, "people is true or false.").ToResult();
        var customers = await scan.Read(cancellationToken);
        var occasion = $"{engine.InForce.Revision}-{clocks.Machine.GetUtcNow().ToUnixTimeSeconds()}-{people}";
        await bus.Send(
            Flow.Queues.Recalculations,
            [.. customers.Select(customer => RecalculationMessage.All(customer.Id, occasion, afresh: people == "true"))],
            cancellationToken
        );
        return TypedResults.Json(
            new RecalculateAllAnswer(customers.Count, engine.Standard.Name),
            OperationsJson.Default.RecalculateAllAnswer,
            statusCode: StatusCodes.Status202Accepted
        );
    }
}

/// <summary>Who is decided again.</summary>
public sealed record RecalculateAllAnswer(int Customers, string Standard);
