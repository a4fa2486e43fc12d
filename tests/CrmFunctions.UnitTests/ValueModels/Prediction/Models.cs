using CrmFunctions.Domain.ValueModels.Churn;
using CrmFunctions.Domain.ValueModels.Prediction;
using CrmFunctions.Domain.ValueModels.Purchases;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.ValueModels.Prediction;

/// <summary>A fitted base of each kind, and customers of it.</summary>
internal static class Models
{
    private static readonly PurchaseCadence cadence = new(Math.Log(30), 0.8);

    // Tenure weighs against silence, so that this rule's log-odds rise and sink again.
    private static readonly LogisticRule logistic = new(new(-1.2, [0.9, -0.8, -0.05, -0.4]), 0.1);

    // And here with it: they only rise.
    private static readonly LogisticRule rising = new(new(-3, [0.7, -0.8, 0, 0.2]), 0);

    private static readonly IPurchaseModel mbg = BetaGeometricModel.MbgNbd(0.5248, 43.28, 0.8914, 1.6140);

    public static IReadOnlyDictionary<string, CustomerModel> All { get; } =
        new Dictionary<string, CustomerModel>
        {
            ["bg-nbd"] = Of(BetaGeometricModel.BgNbd(0.2426, 30.9, 0.7930, 2.4262), new ScoreRule(ChurnRules.Recency, null, -4, 1.1)),
            ["mbg-nbd"] = Of(mbg, new BlendRule(rising, new(mbg, 90))),
            ["mbg-cnbd"] = Of(
                BetaGeometricModel.MbgCnbd(3, 1.3292, 28.1, 0.4247, 0.7900),
                new NoOrderRule(BetaGeometricModel.MbgCnbd(3, 1.3292, 28.1, 0.4247, 0.7900), 90)
            ),
            ["pareto-nbd"] = Of(new ParetoNbdModel(0.5534, 74.06, 0.6061, 81.6), new ScoreRule(ChurnRules.Cadence, cadence, -1, 1.7)),
            ["nbd"] = Of(new NbdModel(0.6, 60), logistic),
        };

    public static CustomerModel Of(IPurchaseModel purchases, ChurnRule rule) =>
        new()
        {
            Currency = "CNY",
            Customers = 1000,
            Purchases = purchases,
            Spend = new(new(6.25, 3.74, 15.44), 30, []),
            HorizonDays = 90,
            Churn = [.. CustomerModel.Populations.Select(name => new ChurnChoice(name, rule, "It won.", 300, 120, 0.81, 0.79, 0.2))],
            Warnings = [new("fell-back", "No model with leaving is usable on this base; nbd answers instead.")],
        };

    public static CustomerHistory Once(DateTimeOffset at) => new(1, 0, at, at, 0, 0, 25, null);

    public static CustomerHistory History(Random random)
    {
        var gaps = Enumerable.Range(0, random.Next(12)).Select(_ => 1 + random.Next(80)).ToArray();
        var first = Make.Day(random.NextDouble() * 100);
        return new(
            gaps.Length + 1,
            gaps.Sum(),
            first,
            first.AddDays(gaps.Sum()),
            gaps.Sum(gap => Math.Log(gap)),
            gaps.Sum(gap => Math.Pow(Math.Log(gap), 2)),
            5 + 50 * random.NextDouble(),
            gaps.Length == 0 ? null : 5 + 50 * random.NextDouble()
        );
    }
}
