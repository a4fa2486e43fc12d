using System.Globalization;
using CrmFunctions.Customers;
using CrmFunctions.Events;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Profiles;

/// <summary>Lists a customer's events, newest first.</summary>
public sealed class GetTimeline(CustomerReader reader, EventLog log)
{
    private const int MostItems = 1000;

    [Operation(ApiTag.Customers, "A customer's events, newest first（客户时间线）")]
    [Query("take", "Events of a page.", typeof(int), Least = 1, Most = 1000, Default = 100)]
    [NextPage]
    [Answers(200, "A page of events.", typeof(TimelineAnswer))]
    [Refuses(Refusal.BadQuery, Refusal.NotFound)]
    [Function(nameof(GetTimeline))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Timeline)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        if (
            Number(request.Query["take"], 100) is not (>= 1 and <= MostItems and var take)
            || Number(request.Query["next"], 0) is not (>= 0 and var skip)
        )
        {
            return new Problem(
                ProblemKind.InvalidQuery,
                $"take is a number from 1 to {MostItems}; next is the one of the page before."
            ).ToResult();
        }

        if (await reader.Find(id, cancellationToken) is not { } customer)
            return CustomerReader.NotFound();
        var rows = (await log.ReadRows(customer.Filed, cancellationToken)).Where(row => row.IsEvent).ToList();
        var page = rows.OrderByDescending(row => row.OccurredAt)
            .ThenByDescending(row => row.ReceivedAt)
            .ThenBy(row => row.RowKey, StringComparer.Ordinal)
            .Skip(skip)
            .Take(take)
            .Select(row => new TimelineEvent(row.Source, row.Id, row.Type, row.OccurredAt, row.ReceivedAt, row.ToData()));
        var next = (long)skip + take < rows.Count ? (skip + take).ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Json(new TimelineAnswer(customer.Id.Key, rows.Count, [.. page], next), CustomersJson.Default.TimelineAnswer);
    }

    private static int? Number(string? text, int otherwise) =>
        string.IsNullOrEmpty(text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}
