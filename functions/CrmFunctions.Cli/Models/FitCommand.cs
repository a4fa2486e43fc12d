using System.Globalization;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Cli.Models;

/// <summary><c>crm models fit</c>: the parameters of a value model for a base.</summary>
internal sealed class FitCommand : ICommand
{
    public string Name => "models fit";

    public string Summary => "Fits a purchase or spend model to a base and prints its parameters.";

    public IReadOnlyList<Option> Options { get; } = [Models.Summary.Model, Models.Summary.File, Output.AsJson];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var kind = Models.Summary.Kind(arguments);
        var summary = new Summary(arguments.Required(Models.Summary.File.Name));
        var report = kind is { } purchases ? Purchases(purchases, summary) : Spend(summary);
        if (arguments.Has(Output.AsJson.Name))
        {
            Output.Json(terminal, report);
            return Task.FromResult(ExitCode.Ok);
        }

        terminal.Out.WriteLine($"{report.Model}: {string.Join(", ", report.Parameters.Select(p => $"{p.Key} {Output.Digits(p.Value)}"))}");
        terminal.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"log-likelihood {report.LogLikelihood:F4}; {report.Customers} customers, {report.Distinct} distinct; {(report.Converged ? "converged" : "not converged")}"
            )
        );
        foreach (var warning in report.Warnings)
            terminal.Out.WriteLine($"warning: {warning}");
        return Task.FromResult(ExitCode.Ok);
    }

    private static FitReport Purchases(PurchaseModelKind kind, Summary summary)
    {
        var fit = PurchaseFitting.Fit(
            kind,
            GroupedHistories.From(summary.Histories(kind == PurchaseModelKind.MbgCnbd).Select(row => row.History))
        );

        // MBG/CNBD with k of one is MBG/NBD, and is named as what was asked for.
        var name = kind == PurchaseModelKind.MbgCnbd ? "mbg-cnbd" : fit.Model.Name;
        var parameters = fit.Model.Parameters.ToDictionary();
        if (kind == PurchaseModelKind.MbgCnbd)
            parameters.TryAdd("k", 1);
        return new(name, parameters, fit.LogLikelihood, fit.Customers, fit.DistinctRows, fit.Converged, Output.Told(fit.Warnings));
    }

    private static FitReport Spend(Summary summary)
    {
        var fit = SpendFitting.Fit(summary.Spends().Select(row => row.Spend));
        return fit.Model is null
            ? throw new CommandFailedException("Nobody in the file has a repeat purchase with spend, so there is nothing to fit.")
            : new(
                Models.Summary.GammaGamma,
                fit.Model.Parameters,
                fit.LogLikelihood,
                fit.Customers,
                fit.DistinctRows,
                fit.Converged,
                Output.Told(fit.Warnings)
            );
    }

    private sealed record FitReport(
        string Model,
        IReadOnlyDictionary<string, double> Parameters,
        double LogLikelihood,
        long Customers,
        int Distinct,
        bool Converged,
        string[] Warnings
    );
}
