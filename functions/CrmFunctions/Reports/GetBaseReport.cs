using System.Text.Json.Serialization;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Http.Describing;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Reports;

/// <summary>Answers how the whole base stands: tiers by stages, and a hash that equal bases share.</summary>
public sealed class GetBaseReport(CustomerScan scan, TieringEngine engine, Clocks clocks)
{
    private const int Examples = 3;

    [Operation(
        ApiTag.Reports,
        "How the whole base stands（客户群总览）",
        "Tiers by stages, and a hash that bases which know and decide the same share."
    )]
    [Answers(200, "The figures.", typeof(BaseAnswer))]
    [Function(nameof(GetBaseReport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.BaseReport)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var customers = await scan.Read(cancellationToken);
        var cells = customers.CountBy(customer => (customer.Tier, customer.Stage)).ToDictionary();
        var tiers = engine.Standard.Tiers.Select(tier => new NamedCount(
            tier.Name,
            Labels(language => tier.LabelIn(language)),
            customers.Count(customer => customer.Tier == tier.Name)
        ));
        var stages = Enum.GetValues<Stage>()
            .Select(stage => new NamedCount(
                stage.Code(),
                Labels(language => stage.LabelIn(language)),
                customers.Count(customer => customer.Stage == stage.Code())
            ));
        var matrix = engine.Standard.Tiers.SelectMany(tier =>
            Enum.GetValues<Stage>()
                .Select(stage => new TierStageCount(tier.Name, stage.Code(), cells.GetValueOrDefault((tier.Name, stage.Code()))))
        );
        return TypedResults.Json(
            new BaseAnswer(
                clocks.Now,
                customers.Count,
                customers.Sum(customer => (long)customer.Events),
                customers.Sum(customer => (long)customer.Orders),
                engine.Standard.Name,
                [.. tiers],
                [.. stages],
                [.. matrix],
                ExamplesOf(customers),
                CustomerScan.Hash(customers)
            ),
            ReportsJson.Default.BaseAnswer
        );
    }

    private static Dictionary<string, string> Labels(Func<string, string> labelIn) =>
        new() { [Language.Chinese] = labelIn(Language.Chinese), [Language.English] = labelIn(Language.English) };

    // One of each tier, from the top: the customers with most to tell.
    private string[] ExamplesOf(IReadOnlyList<CustomerSummary> customers) =>
        [
            .. engine
                .Standard.Tiers.Select(tier =>
                    customers
                        .Where(customer => customer.Tier == tier.Name)
                        .OrderByDescending(customer => customer.Events)
                        .ThenBy(customer => customer.Id, StringComparer.Ordinal)
                        .FirstOrDefault()
                )
                .OfType<CustomerSummary>()
                .Take(Examples)
                .Select(customer => customer.Id),
        ];
}

/// <summary>How the base stands.</summary>
/// <param name="Examples">Customers with most to tell, one of each tier.</param>
/// <param name="Hash">SHA-256.</param>
public sealed record BaseAnswer(
    DateTimeOffset AsOf,
    int Customers,
    long Events,
    long Orders,
    string Standard,
    IReadOnlyList<NamedCount> Tiers,
    IReadOnlyList<NamedCount> Stages,
    IReadOnlyList<TierStageCount> Matrix,
    [property: Example("aq7f3k2m5n6p4r2s7t3u5v6w2x")] IReadOnlyList<string> Examples,
    string Hash
);

/// <summary>Customers of a tier or stage.</summary>
/// <param name="Label">By language: zh-CN, en.</param>
public sealed record NamedCount(string Name, IReadOnlyDictionary<string, string> Label, int Customers);

/// <summary>Customers of a tier and stage.</summary>
public sealed record TierStageCount(string Tier, string Stage, int Customers);

/// <summary>JSON of the reports.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(BaseAnswer))]
[JsonSerializable(typeof(ChurnAnswer))]
[JsonSerializable(typeof(AtRiskAnswer))]
[JsonSerializable(typeof(FeedbackAnswer))]
internal sealed partial class ReportsJson : JsonSerializerContext;
