using CrmFunctions.Domain.ValueModels.Churn;
using CrmFunctions.Domain.ValueModels.Prediction;
using CrmFunctions.Domain.ValueModels.Purchases;
using CrmFunctions.TestKit;

namespace CrmFunctions.Benchmarks.Models;

/// <summary>Fitted models and customers to ask them about.</summary>
internal static class SilenceCases
{
    private static readonly SilenceCondition[] conditions = [new AliveBelow(0.5), new NoOrderAbove(0.8, 90), new ChurnAbove(0.8)];

    public static IReadOnlyList<(string Name, CustomerModel Model, SilenceCondition[] Conditions)> All { get; } =
    [
        ("MBG/NBD and blend", Of(BetaGeometricModel.MbgNbd(0.5248, 43.28, 0.8914, 1.6140)), conditions),
        ("MBG/CNBD-2 and blend", Of(BetaGeometricModel.MbgCnbd(2, 1.3292, 28.1, 0.4247, 0.7900)), conditions),
        ("Pareto/NBD and blend", Of(new ParetoNbdModel(0.5534, 74.06, 0.6061, 81.6)), conditions),
    ];

    public static CustomerHistory[] Histories(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => One(random))];
    }

    private static CustomerHistory One(Random random)
    {
        var gaps = Enumerable.Range(0, random.Next(12)).Select(_ => 1 + random.Next(60)).ToArray();
        return new(
            gaps.Length + 1,
            gaps.Sum(),
            Make.Day(0),
            Make.Day(gaps.Sum()),
            gaps.Sum(gap => Math.Log(gap)),
            gaps.Sum(gap => Math.Pow(Math.Log(gap), 2)),
            40,
            gaps.Length == 0 ? null : 40
        );
    }

    private static CustomerModel Of(IPurchaseModel purchases)
    {
        var rule = new BlendRule(new(new(-3, [0.7, -0.8, 0, 0.2]), 0), new(purchases, 90));
        return new()
        {
            Currency = "CNY",
            Customers = 1000,
            Purchases = purchases,
            Spend = new(null, 40, []),
            HorizonDays = 90,
            Churn = [.. CustomerModel.Populations.Select(name => new ChurnChoice(name, rule, "", 0, 0, null, null, null))],
            Warnings = [],
        };
    }
}
