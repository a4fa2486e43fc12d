using CrmFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Intake;

/// <summary>Lists what is in quarantine, with its reasons.</summary>
public sealed class ListQuarantine(QuarantineStore quarantine)
{
#pragma warning disable CS1591
    [Function(nameof(ListQuarantine))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Admin, "get", Route = Flow.Routes.Quarantine)] HttpRequest request, CancellationToken cancellationToken)
#pragma warning restore CS1591
    {
        var (rows, next) = await quarantine.List(request.Query["next"], cancellationToken);
        if (rows is null) return new Problem(ProblemKind.InvalidQuery, "next is the one of the page before.").ToResult();
        var items = rows.Select(row => new QuarantineItem($"{row.PartitionKey}.{row.RowKey}", row.Source, row.Id, row.Type, row.ReceivedAt, row.Reason, row.Detail, row.Data));
        return TypedResults.Json(new QuarantineAnswer([.. items], next), IntakeJson.Default.QuarantineAnswer);
    }
}

/// <summary>A page of the quarantine.</summary>
public sealed record QuarantineAnswer(IReadOnlyList<QuarantineItem> Items, string? Next);

/// <summary>Something kept aside.</summary>
public sealed record QuarantineItem(
    string Id, string Source, string EventId, string Type, DateTimeOffset ReceivedAt, string Reason, string Detail, string Data);
