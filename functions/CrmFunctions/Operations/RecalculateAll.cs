using CrmFunctions.Messaging;
using CrmFunctions.Reports;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations;

/// <summary>Has every customer decided again: after another standard came into force.</summary>
public sealed class RecalculateAll(BaseScan scan, Bus bus, Desk desk, Clocks clocks)
{
#pragma warning disable CS1591
    [Function(nameof(RecalculateAll))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = Flow.Routes.Recalculations)] HttpRequest request, CancellationToken cancellationToken)
#pragma warning restore CS1591
    {
        var customers = await scan.Read(cancellationToken);
        await bus.Send(
            Flow.Queues.Recalculations, [.. customers.Select(customer => RecalculationMessage.All(customer.Id, $"{desk.InForce.Revision}-{clocks.Machine.GetUtcNow().ToUnixTimeSeconds()}"))], cancellationToken);
        return TypedResults.Json(
            new RecalculateAllAnswer(customers.Count, desk.Standard.Name), OperationsJson.Default.RecalculateAllAnswer, statusCode: StatusCodes.Status202Accepted);
    }
}

/// <summary>Who is decided again.</summary>
public sealed record RecalculateAllAnswer(int Customers, string Standard);
