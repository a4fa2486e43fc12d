using System.Globalization;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.ValueModels.Churn;

namespace CrmFunctions.Cli.Models;

/// <summary><c>crm models backtest</c>: which churn rule serves this base, and how good it and predicted value are on a holdout.</summary>
internal sealed class BacktestCommand : ICommand
{
    public string Name => "models backtest";

    public string Summary => "Chooses a churn rule without looking ahead, and shows how it and predicted value did on a holdout.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--transactions", "FILE", "CSV, one row a transaction; refunds and cancellations have negative amounts"),
        .. PurchaseLedger.Options,
        new("--calibration-end", "DATE", "the last day that may be looked at"),
        new("--horizon-days", "N", "days of the holdout that follows"),
        new("--active-within-days", "N", "longest silence of the recently active (182)"),
        Output.AsJson,
    ];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var path = arguments.Required("--transactions");
        var end = PurchaseLedger.Day(arguments, "--calibration-end");
        arguments.Required("--horizon-days");
        var horizon = (int)arguments.Number("--horizon-days", 0, 1, 3660);
        var active = (int)arguments.Number("--active-within-days", 182, 1, 3660);
        var book = PurchaseLedger.Read(path, arguments, amountNeeded: false, terminal);
        if (book.First >= end)
            throw new CommandFailedException(
                $"{path}: the first transaction is on {book.First:yyyy-MM-dd}, so nothing can be learned by {end:yyyy-MM-dd}."
            );
        if (book.Last < end.AddDays(horizon))
            terminal.Error.WriteLine(
                $"{path}: the last transaction is on {book.Last:yyyy-MM-dd}, before the holdout ends on {end.AddDays(horizon):yyyy-MM-dd}."
            );

        BacktestReport report;
        try
        {
            report = Backtest.Run(book, end, horizon, active);
        }
        catch (ArgumentException nobody)
        {
            throw new CommandFailedException($"{path}: {nobody.Message.Split(" (Parameter")[0]}");
        }

        if (arguments.Has(Output.AsJson.Name))
            Output.Json(terminal, Shown(report));
        else
            Write(report, terminal.Out);
        return Task.FromResult(ExitCode.Ok);
    }

    private static object Shown(BacktestReport report) =>
        new
        {
            report.CalibrationEnd,
            report.HorizonDays,
            report.EarlierOrigins,
            report.EarlierHorizonDays,
            report.ActiveWithinDays,
            report.FalseAlarmRate,
            report.Populations[0].Chosen,
            report.Populations[0].Why,
            report.Populations,
            report.Value,
            Warnings = Output.Told(report.Warnings),
        };

    private static void Write(BacktestReport report, TextWriter to)
    {
        var culture = CultureInfo.InvariantCulture;
        to.WriteLine($"Calibration until {report.CalibrationEnd:yyyy-MM-dd}, holdout {report.HorizonDays} days.");
        to.WriteLine(
            $"Rules chosen on {report.EarlierOrigins.Length} earlier origins ({string.Join(", ", report.EarlierOrigins.Select(day => $"{day:yyyy-MM-dd}"))}), {report.EarlierHorizonDays} days each."
        );
        foreach (var population in report.Populations)
        {
            to.WriteLine();
            to.WriteLine($"{population.Population}: {population.Customers} customers, {population.Lost} without an order in the holdout");
            to.WriteLine($"  chosen: {population.Chosen}. {population.Why}");
            to.WriteLine("  rule        AUC     Brier   earlier  warned  median  fastest  slowest  false alarms by cadence");
            foreach (var rule in population.Rules)
            {
                var lead = population.LeadTimes.FirstOrDefault(each => each.Rule == rule.Rule);
                to.WriteLine(
                    string.Create(
                        culture,
                        $"  {rule.Rule, -10}  {rule.Auc, 6:F4}  {rule.Brier, 6:F4}  {rule.EarlierAuc, 7:F4}  {lead?.Warned, 6:F3}  {lead?.MedianDays, 6}  {lead?.FastestThirdDays, 7}  {lead?.SlowestThirdDays, 7}  {string.Join(" / ", lead?.FalseAlarms.Select(rate => rate?.ToString("F3", culture) ?? "-") ?? [])}"
                    )
                );
            }

            to.WriteLine(string.Create(culture, $"  warns first at {report.FalseAlarmRate:P0} false alarms: {population.EarliestWarner}"));
        }

        to.WriteLine();
        to.WriteLine($"Predicted value ({report.Value.Model})");
        foreach (
            var (name, errors) in new[]
            {
                ("purchases", report.Value.Purchases),
                ("naive rate", report.Value.NaivePurchases),
                ("revenue", report.Value.Revenue),
            }
        )
            if (errors is not null)
                to.WriteLine(
                    string.Create(
                        culture,
                        $"  {name, -10}  MAE {errors.Mae:F4}  RMSE {errors.Rmse:F4}  bias {errors.Bias:P1}  predicted {errors.Predicted:F1}  actual {errors.Actual:F1}"
                    )
                );
        to.WriteLine(
            string.Create(
                culture,
                $"  share of the holdout in the top tenth: predicted {report.Value.TopDecileShare:F4}, past spend {report.Value.PastSpendShare:F4}, perfect {report.Value.PerfectShare:F4}"
            )
        );
        foreach (var warning in Output.Told(report.Warnings))
            to.WriteLine($"warning: {warning}");
    }
}
