using CrmFunctions.Events;
using CrmFunctions.Http;
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
