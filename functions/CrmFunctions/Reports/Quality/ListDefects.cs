using System.Globalization;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Reports.Quality;

/// <summary>Lists the customers behind a figure of data quality.</summary>
public sealed class ListDefects(QualityScan scan)
{
    private const int MostItems = 1000;

    [Operation(ApiTag.Quality, "The customers behind a figure（数据质量明细）")]
    [Query("reason", "One reason only.")]
    [Query("source", "One source only.")]
    [Query("month", "One month only, such as 2026-02.")]
    [Query("take", "1 to 1000; 100 if left out.", typeof(int))]
    [NextPage]
    [Answers(200, "A page of them, by id.", typeof(QualityItems))]
    [Refuses(Refusal.BadQuery, Refusal.NotFound)]
    [Function(nameof(ListDefects))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.QualityKind)] HttpRequest request,
        string kind,
        CancellationToken cancellationToken
    )
    {
        if (
            Enum.GetValues<DefectKind>().Where(known => GetQuality.Code(known) == kind).Cast<DefectKind?>().FirstOrDefault()
            is not { } asked
        )
        {
            return new Problem(ProblemKind.NotFound, "The kinds are incomplete, duplicate, stale and conflicting.").ToResult();
        }

        var take = 100;
        if (
            request.Query["take"] is [{ Length: > 0 } text, ..]
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out take) || take is < 1 or > MostItems)
        )
        {
            return new Problem(ProblemKind.InvalidQuery, $"take is a number from 1 to {MostItems}.").ToResult();
        }

        string? Asked(string? value) => string.IsNullOrEmpty(value) ? null : value;
        var (reason, source, month) = (Asked(request.Query["reason"]), Asked(request.Query["source"]), Asked(request.Query["month"]));
        var (_, defects) = await scan.Read(cancellationToken);
        var customers = defects
            .Where(pair =>
                pair.Defect.Kind == asked
                && (reason ?? pair.Defect.Reason) == pair.Defect.Reason
                && (source ?? pair.Defect.Source) == pair.Defect.Source
            )
            .Where(pair => month is null || pair.Defect.Since.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture) == month)
            .GroupBy(pair => pair.Customer, pair => pair.Defect)
            .ToList();

        // The next page begins after a customer: a customer mended meanwhile moves no other to another page.
        var after = Asked(request.Query["next"]) ?? "";
        var page = customers.Where(customer => string.CompareOrdinal(customer.Key, after) > 0).Take(take + 1).ToList();
        var items = page.Take(take)
            .Select(customer => new QualityItem(
                customer.Key,
                [.. customer.Select(defect => new QualityDefect(defect.Reason, defect.Source, defect.Since))]
            ));
        return TypedResults.Json(
            new QualityItems(kind, customers.Count, [.. items], page.Count > take ? page[take - 1].Key : null),
            QualityJson.Default.QualityItems
        );
    }
}
