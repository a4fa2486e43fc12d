using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Reports.Quality;

/// <summary>数据质量: answers how many customers have which defects, by source and by the month in which they came to be.</summary>
public sealed class GetQuality(QualityScan scan, Clocks clocks)
{
    [Operation(ApiTag.Quality, "How many customers have which defects（数据质量）")]
    [Answers(200, "The four kinds, by reason, by source and by the month in which a defect came to be.", typeof(QualityAnswer))]
    [Function(nameof(GetQuality))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Quality)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var (customers, defects) = await scan.Read(cancellationToken);
        var kinds = Enum.GetValues<DefectKind>().Select(kind => Figure(kind, [.. defects.Where(pair => pair.Defect.Kind == kind)]));
        return TypedResults.Json(new QualityAnswer(clocks.Now, customers, [.. kinds]), QualityJson.Default.QualityAnswer);
    }

    /// <summary>The code of a kind, as it stands in routes and answers.</summary>
    public static string Code(DefectKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private static QualityFigure Figure(DefectKind kind, IReadOnlyList<(string Customer, Defect Defect)> defects)
    {
        IReadOnlyList<NamedFigure> By(Func<Defect, string> name) =>
            [
                .. defects
                    .GroupBy(pair => name(pair.Defect))
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new NamedFigure(group.Key, group.DistinctBy(pair => pair.Customer).Count())),
            ];

        return new QualityFigure(
            Code(kind),
            defects.DistinctBy(pair => pair.Customer).Count(),
            By(defect => defect.Reason),
            By(defect => defect.Source),
            By(defect => defect.Since.UtcDateTime.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture))
        );
    }
}

/// <summary>What is wrong in the base.</summary>
public sealed record QualityAnswer(DateTimeOffset AsOf, int Customers, IReadOnlyList<QualityFigure> Kinds);

/// <summary>Customers with a kind of defect, each counted once; by reason, source and month one may count in several.</summary>
public sealed record QualityFigure(
    [property: AllowedValues("incomplete", "duplicate", "stale", "conflicting")] string Kind,
    int Customers,
    IReadOnlyList<NamedFigure> Reasons,
    IReadOnlyList<NamedFigure> Sources,
    IReadOnlyList<NamedFigure> Months
);

/// <summary>Customers under a name.</summary>
public sealed record NamedFigure(string Name, int Customers);

/// <summary>A page of the customers behind a figure.</summary>
public sealed record QualityItems(
    [property: AllowedValues("incomplete", "duplicate", "stale", "conflicting")] string Kind,
    int Customers,
    IReadOnlyList<QualityItem> Items,
    string? Next
);

/// <summary>A customer and what is wrong.</summary>
public sealed record QualityItem(string CustomerId, IReadOnlyList<QualityDefect> Defects);

/// <summary>What is wrong.</summary>
public sealed record QualityDefect(string Reason, string Source, DateTimeOffset Since);

/// <summary>JSON of the answers about data quality.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(QualityAnswer))]
[JsonSerializable(typeof(QualityItems))]
internal sealed partial class QualityJson : JsonSerializerContext;
