using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.ValueModels.Churn;
using CrmFunctions.Domain.ValueModels.Prediction;
using CrmFunctions.Domain.ValueModels.Purchases;
using CrmFunctions.Domain.ValueModels.Spend;

namespace CrmFunctions.Domain.Calibrating;

/// <summary>Calibrations as JSON, exactly: what is read equals what was written, to the last bit.</summary>
public static class CalibrationText
{
    /// <summary>The format that is written, and the only one read.</summary>
    public const int Format = 1;

    /// <summary>
    /// The calibration with the version that follows from what it says: the first 12 hexadecimal digits of the SHA-256 of its JSON without
    /// one.
    /// </summary>
    public static Calibration Versioned(Calibration calibration)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        return calibration with { Version = Convert.ToHexStringLower(SHA256.HashData(Write(calibration with { Version = "" })))[..12] };
    }

    /// <summary>UTF-8 JSON; dimensions in the order of their names.</summary>
    public static byte[] Write(Calibration calibration)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        var percentiles = calibration
            .Percentiles.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
        return JsonSerializer.SerializeToUtf8Bytes(
            new CalibrationDocument(
                Format,
                calibration.Version,
                calibration.At,
                calibration.Standard,
                calibration.Customers,
                percentiles,
                [.. calibration.Scores],
                calibration.Model is { } model ? Of(model) : null
            ),
            CalibrationJson.Default.CalibrationDocument
        );
    }

    /// <summary>Reads a calibration and checks it.</summary>
    /// <exception cref="FormatException">It is none, or one that could not be relied on; the message says what is wrong.</exception>
    public static Calibration Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var document =
                JsonSerializer.Deserialize(json, CalibrationJson.Default.CalibrationDocument)
                ?? throw new FormatException("A calibration is a JSON object, not null.");
            if (document.Format != Format)
                throw new FormatException($"The calibration has format {document.Format}; this program reads format {Format}.");
            if (document.Customers < 0)
                throw new FormatException("customers is zero or more.");
            var percentiles = Needed(document.Percentiles, "percentiles")
                .ToImmutableDictionary(pair => pair.Key, pair => pair.Value?.ToImmutableArray() ?? default);
            foreach (var (name, values) in percentiles)
            {
                if (Calibration.Problem(values) is { } problem)
                    throw new FormatException($"percentiles.{name} {problem}.");
            }

            var scores = Needed(document.Scores, "scores").ToImmutableArray();
            if (scores.Length > 0 && Calibration.Problem(scores) is { } wrong)
                throw new FormatException($"scores {wrong}.");
            return new()
            {
                Version = Needed(document.Version, "version"),
                At = document.At.ToUniversalTime(),
                Standard = document.Standard ?? "",
                Customers = document.Customers,
                Percentiles = percentiles,
                Scores = scores,
                Model = document.Model is { } model ? Of(model) : null,
            };
        }
        catch (Exception notOne) when (notOne is JsonException or ArgumentException)
        {
            throw new FormatException($"The calibration cannot be relied on: {notOne.Message}", notOne);
        }
    }

    private static ModelDocument Of(CustomerModel model) =>
        new(
            model.Currency,
            model.Customers,
            new NamedNumbers(model.Purchases.Name, Sorted(model.Purchases.Parameters)),
            model.Spend is { } spend
                ? new SpendDocument(spend.GammaGamma is { } fitted ? Sorted(fitted.Parameters) : null, spend.Mean, [.. spend.Warnings])
                : null,
            model.HorizonDays,
            [
                .. model.Churn.Select(choice => new ChurnDocument(
                    choice.Population,
                    Of(choice.Rule),
                    choice.Why,
                    choice.Customers,
                    choice.Lost,
                    choice.Auc,
                    choice.PlainAuc,
                    choice.Brier
                )),
            ],
            [.. model.Warnings]
        );

    private static RuleDocument Of(ChurnRule rule) =>
        rule switch
        {
            ScoreRule score => new(
                score.Name,
                score.Intercept,
                score.Slope,
                score.Cadence?.PopulationLogGap,
                score.Cadence?.PopulationVariance,
                null,
                null
            ),
            NoOrderRule => new(rule.Name, null, null, null, null, null, null),
            LogisticRule logistic => Of(rule.Name, logistic),
            BlendRule blend => Of(rule.Name, blend.Logistic),
            _ => throw new InvalidOperationException($"No rule writes {rule.Name}."),
        };

    private static RuleDocument Of(string name, LogisticRule logistic) =>
        new(name, logistic.Model.Intercept, null, null, null, [.. logistic.Model.Weights], logistic.Shift);

    private static CustomerModel Of(ModelDocument document)
    {
        var purchases = Model(Needed(document.Purchases, "model.purchases"));
        if (!(document.HorizonDays > 0))
            throw new FormatException("model.horizonDays is a number above zero.");
        var churn = Needed(document.Churn, "model.churn").Select(choice => Of(choice, purchases, document.HorizonDays)).ToImmutableArray();
        if (!churn.Select(choice => choice.Population).SequenceEqual(CustomerModel.Populations))
        {
            throw new FormatException(
                $"model.churn has one rule for each of {string.Join(", ", CustomerModel.Populations)}, in that order."
            );
        }

        return new()
        {
            Currency = Needed(document.Currency, "model.currency"),
            Customers = document.Customers,
            Purchases = purchases,
            Spend = document.Spend is { } spend ? Of(spend) : null,
            HorizonDays = document.HorizonDays,
            Churn = churn,
            Warnings = [.. document.Warnings ?? []],
        };
    }

    private static SpendModel Of(SpendDocument document) =>
        new(
            document.GammaGamma is { } p ? new(Number(p, "p"), Number(p, "q"), Number(p, "v")) : null,
            document.Mean >= 0 ? document.Mean : throw new FormatException("model.spend.mean is zero or more."),
            [.. document.Warnings ?? []]
        );

    private static ChurnChoice Of(ChurnDocument document, IPurchaseModel purchases, double horizon) =>
        new(
            document.Population ?? "",
            Rule(Needed(document.Rule, "model.churn.rule"), purchases, horizon),
            document.Why ?? "",
            document.Customers,
            document.Lost,
            document.Auc,
            document.PlainAuc,
            document.Brier
        );

    private static ChurnRule Rule(RuleDocument document, IPurchaseModel purchases, double horizon) =>
        document.Name switch
        {
            ChurnRules.Recency => new ScoreRule(
                ChurnRules.Recency,
                null,
                Needed(document.Intercept, "intercept"),
                Needed(document.Slope, "slope")
            ),
            ChurnRules.Cadence => new ScoreRule(
                ChurnRules.Cadence,
                new(Needed(document.PopulationLogGap, "populationLogGap"), Needed(document.PopulationVariance, "populationVariance")),
                Needed(document.Intercept, "intercept"),
                Needed(document.Slope, "slope")
            ),
            ChurnRules.NoOrder => new NoOrderRule(purchases, horizon),
            ChurnRules.Logistic => Logistic(document),
            ChurnRules.Blend => new BlendRule(Logistic(document), new(purchases, horizon)),
            _ => throw new FormatException($"model.churn.rule.name is one of {string.Join(", ", ChurnRules.All)}, not '{document.Name}'."),
        };

    private static LogisticRule Logistic(RuleDocument document)
    {
        var weights = Needed(document.Weights, "weights");
        if (weights.Length != LogisticRule.FeatureCount)
            throw new FormatException($"weights are {LogisticRule.FeatureCount} numbers.");
        return new(new(Needed(document.Intercept, "intercept"), [.. weights]), Needed(document.Shift, "shift"));
    }

    private static IPurchaseModel Model(NamedNumbers document)
    {
        var p = Needed(document.Parameters, "model.purchases.parameters");
        return document.Name switch
        {
            "nbd" => new NbdModel(Number(p, "r"), Number(p, "alpha")),
            "bg-nbd" => BetaGeometricModel.BgNbd(Number(p, "r"), Number(p, "alpha"), Number(p, "a"), Number(p, "b")),
            "mbg-nbd" => BetaGeometricModel.MbgNbd(Number(p, "r"), Number(p, "alpha"), Number(p, "a"), Number(p, "b")),
            "mbg-cnbd" => BetaGeometricModel.MbgCnbd(
                (int)Number(p, "k"),
                Number(p, "r"),
                Number(p, "alpha"),
                Number(p, "a"),
                Number(p, "b")
            ),
            "pareto-nbd" => new ParetoNbdModel(Number(p, "r"), Number(p, "alpha"), Number(p, "s"), Number(p, "beta")),
            _ => throw new FormatException($"model.purchases.name is nbd, bg-nbd, mbg-nbd, mbg-cnbd or pareto-nbd, not '{document.Name}'."),
        };
    }

    private static Dictionary<string, double> Sorted(IReadOnlyDictionary<string, double> parameters) =>
        parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary();

    private static double Number(Dictionary<string, double> parameters, string name) =>
        parameters.TryGetValue(name, out var value) ? value : throw new FormatException($"Parameter {name} is missing.");

    private static T Needed<T>(T? value, string name)
        where T : class => value ?? throw new FormatException($"{name} is missing.");

    private static T Needed<T>(T? value, string name)
        where T : struct => value ?? throw new FormatException($"{name} is missing.");
}
