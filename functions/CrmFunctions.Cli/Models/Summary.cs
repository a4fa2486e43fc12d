using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Purchases;
using CrmFunctions.Domain.ValueModels.Spend;

namespace CrmFunctions.Cli.Models;

/// <summary>
/// A file with one row a customer, its columns named as in the R packages: x, t.x, T.cal, and m.x or litt where the model needs them.
/// </summary>
internal sealed class Summary(string path)
{
    public const string GammaGamma = "gamma-gamma";

    public static readonly Option Model = new("--model", "M", "bg-nbd, mbg-nbd, pareto-nbd, mbg-cnbd or gamma-gamma");

    public static readonly Option File = new("--summary", "FILE", "CSV with columns x, t.x, T.cal; m.x for gamma-gamma, litt for mbg-cnbd");

    private readonly CsvTable file = CsvTable.Open(path);

    /// <summary>The kind of purchase model; null for Gamma-Gamma.</summary>
    /// <exception cref="UsageException">There is no such model.</exception>
    public static PurchaseModelKind? Kind(Arguments arguments) =>
        arguments.Required(Model.Name) switch
        {
            "bg-nbd" => PurchaseModelKind.BgNbd,
            "mbg-nbd" => PurchaseModelKind.MbgNbd,
            "pareto-nbd" => PurchaseModelKind.ParetoNbd,
            "mbg-cnbd" => PurchaseModelKind.MbgCnbd,
            GammaGamma => null,
            var other => throw new UsageException(
                $"--model {other}: one of bg-nbd, mbg-nbd, pareto-nbd, mbg-cnbd and gamma-gamma is wanted."
            ),
        };

    public IEnumerable<(string Customer, PurchaseHistory History)> Histories(bool withGaps)
    {
        var (x, last, age) = (file.Column("x"), file.Column("t.x"), file.Column("T.cal"));
        var gaps = withGaps ? file.Column("litt") : -1;
        var name = file.Find("cust");
        var any = false;
        foreach (var row in file.Rows())
        {
            any = true;
            yield return (Name(row, name), History(row, row.Whole(x), row.Real(last), row.Real(age), gaps < 0 ? 0 : row.Real(gaps)));
        }

        if (!any)
            throw new CommandFailedException($"{path}: there is no customer in it.");
    }

    public IEnumerable<(string Customer, SpendHistory Spend)> Spends()
    {
        var (x, mean) = (file.Column("x"), file.Column("m.x"));
        var name = file.Find("cust");
        foreach (var row in file.Rows())
        {
            var (count, spend) = (row.Whole(x), row.Real(mean));
            if (count > 0 && spend <= 0)
                throw file.Wrong(row.Number, mean, row.Text(mean), "above zero, though there are repeat purchases");
            yield return (Name(row, name), new(count, spend));
        }
    }

    private PurchaseHistory History(CsvRow row, int x, double last, double age, double gaps)
    {
        try
        {
            return new(x, last, age, gaps);
        }
        catch (ArgumentOutOfRangeException wrong)
        {
            var column = wrong.ParamName switch
            {
                "lastAt" => "t.x",
                "age" => "T.cal",
                _ => "x",
            };
            throw file.Wrong(row.Number, $"column '{column}': {wrong.Message.Split(" (Parameter")[0]}");
        }
    }

    private static string Name(CsvRow row, int? name) =>
        name is { } column ? row.Text(column) : (row.Number - 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
