using System.Globalization;
using CrmFunctions.Customers;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Reports;

/// <summary>流失预警: lists who is about to be lost, the latest first.</summary>
public sealed class GetChurnWarnings(CustomerScan scan, TieringEngine engine, Clocks clocks)
{
    private const int MostItems = 1000;

    [Operation(ApiTag.Reports, "Who is about to be lost（流失预警）", "The latest first.")]
    [Query("take", "Customers at most.", typeof(int), Least = 1, Most = 1000, Default = 100)]
    [Language]
    [Answers(200, "The customers.", typeof(ChurnAnswer))]
    [Refuses(Refusal.BadQuery)]
    [Function(nameof(GetChurnWarnings))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.ChurnWarnings)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var take = 100;
        if (
            request.Query["take"] is [{ Length: > 0 } text, ..]
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out take) || take is < 1 or > MostItems)
        )
        {
            return new Problem(ProblemKind.InvalidQuery, $"take is a number from 1 to {MostItems}.").ToResult();
        }

        var language = CustomerReader.LanguageOf(request);
        var warned = await scan.InStage(Stage.ChurnWarning.Code(), cancellationToken);
        var items = warned
            .OrderByDescending(customer => customer.LastOrderAt)
            .ThenBy(customer => customer.Id, StringComparer.Ordinal)
            .Take(take)
            .Select(customer => Item(customer, language));
        return TypedResults.Json(new ChurnAnswer(clocks.Now, warned.Count, [.. items]), ReportsJson.Default.ChurnAnswer);
    }

    private ChurnItem Item(CustomerSummary customer, string language)
    {
        var last = customer.LastOrderAt!.Value;
        var since = customer.ChurnWarningFrom ?? last;
        var (silent, line, lost) = ((clocks.Now - last).Days, (since - last).Days, last + engine.Standard.Lifecycle.ChurnedAfter);
        var reason = Language.IsChinese(language)
            ? $"已 {silent} 天没有下单（预警线 {line} 天）；{lost:yyyy-MM-dd} 起视为流失。"
            : $"No order for {silent} days (the warning comes at {line}); counts as lost from {lost:yyyy-MM-dd}.";
        return new ChurnItem(customer.Id, customer.Tier, since, customer.Orders, reason);
    }
}

/// <summary>Who is about to be lost.</summary>
public sealed record ChurnAnswer(DateTimeOffset AsOf, int Count, IReadOnlyList<ChurnItem> Customers);

/// <summary>A customer about to be lost.</summary>
/// <param name="CustomerId">26 characters out of a-z and 2-7; never personal data.</param>
public sealed record ChurnItem(
    [property: Example("aq7f3k2m5n6p4r2s7t3u5v6w2x")] string CustomerId,
    string Tier,
    DateTimeOffset Since,
    int Orders,
    string Reason
);
