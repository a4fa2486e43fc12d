using System.Globalization;
using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Purchases;
using CrmFunctions.Domain.ValueModels.Spend;

namespace CrmFunctions.Cli.Models;

/// <summary><c>crm models predict</c>: what a value model says of every customer.</summary>
internal sealed class PredictCommand : ICommand
{
    public string Name => "models predict";

    public string Summary =>
        "Prints P(alive), expected purchases and P(no order) of every customer as CSV; expected spend for gamma-gamma.";

    public IReadOnlyList<Option> Options { get; } =
    [
        Models.Summary.Model,
        Models.Summary.File,
        new("--fit", null, "fit the model to the file first; where that is degenerate, a simpler rule answers and says so"),
        new("--parameters", "JSON", "or use these, such as {\"r\":0.243,\"alpha\":4.414,\"a\":0.793,\"b\":2.426}"),
        new("--horizon", "H", "how far to look ahead, in the file's unit of time"),
    ];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var kind = Models.Summary.Kind(arguments);
        if (arguments.Has("--fit") == arguments.Has("--parameters"))
            throw new UsageException("One of --fit and --parameters is wanted.");
        var parameters = arguments.Text("--parameters") is { } json ? Parameters(json) : null;
        var summary = new Summary(arguments.Required(Models.Summary.File.Name));
        if (kind is { } purchases)
            Purchases(purchases, summary, parameters, Horizon(arguments), terminal, cancellationToken);
        else
            Spend(summary, parameters, terminal);
        return Task.FromResult(ExitCode.Ok);
    }

    private static void Purchases(
        PurchaseModelKind kind,
        Summary summary,
        Dictionary<string, double>? parameters,
        double horizon,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var withGaps = kind == PurchaseModelKind.MbgCnbd && parameters is null;
        var model = parameters is null ? Fitted(kind, summary, withGaps, terminal) : Given(kind, parameters);
        terminal.Out.WriteLine("cust,pAlive,expected,pNoOrder");
        foreach (var (customer, history) in summary.Histories(withGaps))
        {
            cancellationToken.ThrowIfCancellationRequested();

            // A model in which nobody leaves knows nothing of who has.
            var alive = model is NbdModel ? "" : Output.Digits(model.ProbabilityAlive(history));
            Output.Row(
                terminal.Out,
                customer,
                alive,
                Output.Digits(model.Expected(history, horizon)),
                Output.Digits(model.ProbabilityOfNoOrder(history, horizon))
            );
        }
    }

    private static void Spend(Summary summary, Dictionary<string, double>? parameters, Terminal terminal)
    {
        var model = parameters is not null
            ? Checked(() => new GammaGammaModel(Of(parameters, "p"), Of(parameters, "q"), Of(parameters, "v")))
            : null;
        if (model is null)
        {
            var fit = SpendFitting.Fit(summary.Spends().Select(row => row.Spend));
            foreach (var warning in Output.Told(fit.Warnings))
                terminal.Error.WriteLine($"warning: {warning}");
            model =
                fit.Model
                ?? throw new CommandFailedException("Nobody in the file has a repeat purchase with spend, so there is nothing to fit.");
        }

        terminal.Out.WriteLine("cust,expectedSpend");
        foreach (var (customer, spend) in summary.Spends())
            Output.Row(terminal.Out, customer, model.Expected(spend) is { } expected ? Output.Digits(expected) : "");
    }

    private static IPurchaseModel Fitted(PurchaseModelKind kind, Summary summary, bool withGaps, Terminal terminal)
    {
        var fit = PurchaseFitting.FitUsable(kind, GroupedHistories.From(summary.Histories(withGaps).Select(row => row.History)));
        foreach (var warning in Output.Told(fit.Warnings))
            terminal.Error.WriteLine($"warning: {warning}");
        return fit.Model;
    }

    private static IPurchaseModel Given(PurchaseModelKind kind, Dictionary<string, double> p) =>
        Checked<IPurchaseModel>(() =>
            kind switch
            {
                PurchaseModelKind.BgNbd => BetaGeometricModel.BgNbd(Of(p, "r"), Of(p, "alpha"), Of(p, "a"), Of(p, "b")),
                PurchaseModelKind.MbgNbd => BetaGeometricModel.MbgNbd(Of(p, "r"), Of(p, "alpha"), Of(p, "a"), Of(p, "b")),
                PurchaseModelKind.MbgCnbd => BetaGeometricModel.MbgCnbd(
                    (int)Of(p, "k"),
                    Of(p, "r"),
                    Of(p, "alpha"),
                    Of(p, "a"),
                    Of(p, "b")
                ),
                _ => new ParetoNbdModel(Of(p, "r"), Of(p, "alpha"), Of(p, "s"), Of(p, "beta")),
            }
        );

    private static T Checked<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentOutOfRangeException wrong)
        {
            throw new UsageException($"--parameters: {wrong.ParamName}: {wrong.Message.Split(" (Parameter")[0]}");
        }
    }

    private static Dictionary<string, double> Parameters(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, double>>(json) ?? [];
        }
        catch (JsonException)
        {
            throw new UsageException(
                $"--parameters {json}: an object of numbers is wanted, such as {{\"r\":0.243,\"alpha\":4.414,\"a\":0.793,\"b\":2.426}}."
            );
        }
    }

    private static double Of(Dictionary<string, double> parameters, string name) =>
        parameters.TryGetValue(name, out var value) ? value : throw new UsageException($"--parameters: {name} is missing.");

    private static double Horizon(Arguments arguments)
    {
        var text = arguments.Required("--horizon");
        return
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var horizon)
            && horizon > 0
            && double.IsFinite(horizon)
            ? horizon
            : throw new UsageException($"--horizon {text}: a number above zero is wanted.");
    }
}
