using System.Globalization;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations;

/// <summary>Answers what all instances have counted of what is billed, within a month.</summary>
public sealed class GetOperations(UsageStore tallies, Clocks clocks)
{
    [Operation(
        ApiTag.Operations,
        "What was counted of what is billed within a month, over all instances（计费用量）",
        "Also what the bill of `crm cost` is made of."
    )]
    [Query("month", "Such as 2026-10; the present one where it is missing.", Pattern = @"^\d{4}-\d{2}$")]
    [Answers(200, "Counts by line.", typeof(UsageSummary))]
    [Refuses(Refusal.BadQuery)]
    [Function(nameof(GetOperations))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Operations)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var month = DateOnly.FromDateTime(clocks.Machine.GetUtcNow().UtcDateTime);
        if (
            (string?)request.Query["month"] is { Length: > 0 } text
            && !DateOnly.TryParseExact($"{text}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out month)
        )
        {
            return new Problem(ProblemKind.InvalidQuery, "month is a month such as 2026-10.").ToResult();
        }

        return TypedResults.Json(await tallies.Read(month, cancellationToken), UsageJson.Default.UsageSummary);
    }
}
