using System.Globalization;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Models;
using CrmFunctions.Domain.Rfm;

namespace CrmFunctions.Cli.Rfm;

/// <summary><c>crm rfm</c>: recency, frequency and monetary value of every customer, scored and named.</summary>
internal sealed class RfmCommand : ICommand
{
    public string Name => "rfm";

    public string Summary => "Scores customers by recency, frequency and monetary value, and names their segment.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--orders", "FILE", "CSV, one row an order; refunds and cancellations have negative amounts"),
        .. PurchaseLedger.Options,
        new("--as-of", "DATE", "the last day that counts"),
        new("--binning", "B", "quintile (the default), nested, or r for the R package rfm"),
        new("--segments", "S", "10 or 11 usual ones, or r for those of the R package (10; r with --binning r)"),
        new("--window-days", "N", "only orders of the last N days"),
        new("--merge-same-day", null, "orders of one day count as one"),
        new("--json", null, "JSON instead of CSV"),
    ];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var path = arguments.Required("--orders");
        var asOf = PurchaseLedger.Day(arguments, "--as-of");
        var binning = arguments.Text("--binning") switch
        {
            null or "quintile" => RfmBinning.Quintile,
            "nested" => RfmBinning.Nested,
            "r" => RfmBinning.RCompatible,
            var other => throw new UsageException($"--binning {other}: one of quintile, nested and r is wanted."),
        };
        var segments = arguments.Text("--segments") switch
        {
            "10" => RfmSegmentation.Ten,
            "11" => RfmSegmentation.Eleven,
            "r" => RfmSegmentation.R,
            null => binning == RfmBinning.RCompatible ? RfmSegmentation.R : RfmSegmentation.Ten,
            var other => throw new UsageException($"--segments {other}: one of 10, 11 and r is wanted."),
        };
        int? window = arguments.Has("--window-days") ? (int)arguments.Number("--window-days", 0, 1, 36_600) : null;

        var book = PurchaseLedger.Read(path, arguments, amountNeeded: true, terminal);
        var facts = RfmFacts.All(book, asOf, window, arguments.Has("--merge-same-day"));
        var scores = RfmScoring.Score(facts, binning);
        var rows = facts.Zip(
            scores,
            (fact, score) =>
                new
                {
                    fact.Customer,
                    fact.RecencyDays,
                    fact.Frequency,
                    fact.Monetary,
                    score.R,
                    score.F,
                    score.M,
                    Segment = RfmSegments.Of(score, segments),
                }
        );

        if (arguments.Has("--json"))
        {
            Output.Json(terminal, rows);
            return Task.FromResult(ExitCode.Ok);
        }

        terminal.Out.WriteLine("customer,recencyDays,frequency,monetary,r,f,m,segment");
        foreach (var row in rows)
            Output.Row(
                terminal.Out,
                row.Customer,
                Whole(row.RecencyDays),
                Whole(row.Frequency),
                row.Monetary.ToString("0.############################", CultureInfo.InvariantCulture),
                Whole(row.R),
                Whole(row.F),
                Whole(row.M),
                row.Segment
            );
        return Task.FromResult(ExitCode.Ok);
    }

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
