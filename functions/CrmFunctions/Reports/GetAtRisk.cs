using System.Globalization;
using CrmFunctions.Customers;
using CrmFunctions.Domain;
using CrmFunctions.Domain.ValueModels.Churn;
using CrmFunctions.Domain.ValueModels.Prediction;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Standards;
using CrmFunctions.Tiering.Calibrations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Reports;

/// <summary>
/// 流失风险: lists the customers with most to lose, by the value models in force: churn probability times predicted value, the most first.
/// </summary>
public sealed class GetAtRisk(CustomerFactsReader reader, TieringEngine engine, Clocks clocks)
{
    private const int MostItems = 1000;
    private const int ValueDays = 365;

    [Operation(
        ApiTag.Reports,
        "The customers with most to lose（流失风险最大的客户）",
        "Churn probability times predicted value of a year, by the models of the calibration in force. Reads the whole base."
    )]
    [Query("take", "Customers at most.", typeof(int), Least = 1, Most = 1000, Default = 100)]
    [Language]
    [Answers(200, "They, the most at stake first.", typeof(AtRiskAnswer))]
    [Refuses(Refusal.BadQuery, Refusal.NotFound)]
    [Function(nameof(GetAtRisk))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.AtRisk)] HttpRequest request,
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

        var (standard, calibration) = engine.InForce.Schemes[0];
        if (calibration.Model is not { Spend: not null } model)
        {
            return new Problem(
                ProblemKind.NotFound,
                "No value model with amounts is in force; calibrate first with POST /api/calibrations."
            ).ToResult();
        }

        var now = clocks.Now;
        var language = CustomerReader.LanguageOf(request);

        // The least of the best so far goes first: memory follows what is asked for, not the base.
        var most = new PriorityQueue<(string Id, CustomerHistory History), double>();
        await foreach (var (id, facts) in reader.Read(now, cancellationToken))
        {
            if (CustomerHistory.Of(facts, standard.Currency, standard.Rates) is not { } history)
                continue;
            most.Enqueue((id, history), AtStake(model, history, now));
            if (most.Count > take)
                most.Dequeue();
        }

        var customers = most
            .UnorderedItems.OrderByDescending(item => item.Priority)
            .ThenBy(item => item.Element.Id, StringComparer.Ordinal)
            .Select(item => Item(model, item.Element.Id, item.Element.History, now, language));
        return TypedResults.Json(
            new AtRiskAnswer(
                now,
                standard.Currency,
                calibration.Version,
                model.Purchases.Name,
                model.HorizonDays,
                ValueDays,
                [.. customers]
            ),
            ReportsJson.Default.AtRiskAnswer
        );
    }

    private static double AtStake(CustomerModel model, CustomerHistory history, DateTimeOffset now) =>
        model.ChurnProbability(history, now) * model.PredictedValue(history, now, ValueDays)!.Value;

    private static AtRiskItem Item(CustomerModel model, string id, CustomerHistory history, DateTimeOffset now, string language)
    {
        var (churn, value) = (model.ChurnProbability(history, now), model.PredictedValue(history, now, ValueDays)!.Value);
        var silent = (int)history.SilenceDays(now);
        var reason = Language.IsChinese(language)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"未来 {model.HorizonDays:0} 天不下单的概率 {churn:P0}（{RuleIn(model.ChurnOf(history).Rule.Name)}）；未来一年预计 {value:N0} {model.Currency}；已 {silent} 天没有下单。"
            )
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{churn:P0} not to order within {model.HorizonDays:0} days (rule {model.ChurnOf(history).Rule.Name}); {value:N0} {model.Currency} expected in a year; no order for {silent} days."
            );
        return new AtRiskItem(
            id,
            Rounded(churn, 4),
            model.ProbabilityAlive(history, now) is { } alive ? Rounded(alive, 4) : null,
            Rounded(value, 2),
            Rounded(churn * value, 2),
            model.ChurnOf(history).Rule.Name,
            history.LastOrderAt,
            reason
        );
    }

    private static string RuleIn(string rule) =>
        rule switch
        {
            ChurnRules.Recency => "按沉默天数",
            ChurnRules.NoOrder => "按购买模型",
            ChurnRules.Cadence => "按个人节奏",
            ChurnRules.Logistic => "按回归模型",
            _ => "按综合模型",
        };

    private static decimal Rounded(double value, int decimals) => Math.Round((decimal)Math.Min(value, 1e15), decimals);
}

/// <summary>The customers with most to lose.</summary>
/// <param name="AsOf">The instant. UTC.</param>
/// <param name="Currency">Of the amounts.</param>
/// <param name="Calibration">Version of the calibration whose models answer.</param>
/// <param name="Model">The purchase model; nbd claims nothing about leaving.</param>
/// <param name="HorizonDays">Days that churn probabilities look ahead.</param>
/// <param name="ValueDays">Days that predicted values look ahead.</param>
/// <param name="Customers">The most at stake first.</param>
public sealed record AtRiskAnswer(
    DateTimeOffset AsOf,
    string Currency,
    string Calibration,
    string Model,
    double HorizonDays,
    int ValueDays,
    IReadOnlyList<AtRiskItem> Customers
);

/// <summary>A customer with something to lose.</summary>
/// <param name="CustomerId">Who.</param>
/// <param name="ChurnProbability">Of no order in the horizon, by the rule chosen for such customers.</param>
/// <param name="ProbabilityAlive">Null where nothing is known of leaving.</param>
/// <param name="PredictedValue">Expected revenue, not discounted.</param>
/// <param name="AtStake">One times the other.</param>
/// <param name="Rule">The churn rule.</param>
/// <param name="LastOrderAt">UTC.</param>
/// <param name="Reason">In words.</param>
public sealed record AtRiskItem(
    string CustomerId,
    decimal ChurnProbability,
    decimal? ProbabilityAlive,
    decimal PredictedValue,
    decimal AtStake,
    string Rule,
    DateTimeOffset LastOrderAt,
    string Reason
);
