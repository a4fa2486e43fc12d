using System.Diagnostics;
using System.Globalization;
using CrmFunctions.Benchmarks.Decide;
using CrmFunctions.Benchmarks.Results;
using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Benchmarks.Models;

/// <summary>
/// What the value models cost, how that grows with the base, and what a decision costs beside them. Processor time on one thread, the best
/// of five rounds or more.
/// </summary>
internal static class ModelsSection
{
    private const int Million = 1_000_000;
    private static readonly BetaGeometricModel Truth = BetaGeometricModel.BgNbd(0.2426, 4.4137, 0.793, 2.4262);

    public static Task<IReadOnlyList<Figure>> Run(Options options, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<Figure>>(() => Run(cancellationToken), cancellationToken);

    private static List<Figure> Run(CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        CommandLine.Say("Fitting the sample …");
        var (name, sample) = Sample();
        foreach (var kind in (PurchaseModelKind[])[PurchaseModelKind.BgNbd, PurchaseModelKind.MbgNbd, PurchaseModelKind.ParetoNbd])
        {
            figures.Add(
                new(
                    $"{name}, {sample.Length:N0} customers: fit {kind}",
                    Best(() => PurchaseFitting.Fit(kind, GroupedHistories.From(sample))),
                    "ms",
                    Budget.FitOfSample
                )
            );
        }

        foreach (var customers in (int[])[10_000, 100_000, Million])
        {
            cancellationToken.ThrowIfCancellationRequested();
            CommandLine.Say($"{customers:N0} simulated customers …");
            Growth(figures, customers);
        }

        cancellationToken.ThrowIfCancellationRequested();
        CommandLine.Say("Asking of single customers …");
        Single(figures);
        figures.AddRange(DecideSection.Typicals());
        foreach (var customers in (int[])[10_000, 100_000, Million])
        {
            cancellationToken.ThrowIfCancellationRequested();
            CommandLine.Say($"Calibrating {customers:N0} customers …");
            figures.AddRange(CalibrationCosts.Of(customers));
        }

        using var process = Process.GetCurrentProcess();
        figures.Add(new("peak memory of all of this", process.PeakWorkingSet64 / 1048576.0, "MiB"));
        return figures;
    }

    private static void Growth(List<Figure> figures, int customers)
    {
        // At day grain, acquired over twelve weeks and known for 27 to 39, as CDNOW's customers.
        var histories = PurchaseSimulation.From(Truth, new(1), random => (189 + random.Next(84)) / 7.0, 1 / 7.0).Take(customers).ToArray();
        var before = GC.GetTotalMemory(true);
        var grouped = GroupedHistories.From(histories);
        var held = (GC.GetTotalMemory(true) - before) / 1048576.0;
        var model = PurchaseFitting.Fit(PurchaseModelKind.BgNbd, grouped).Model;
        Limit? Of(Limit limit) => customers == Million ? limit : null;
        var all = $"{customers:N0} customers";
        figures.Add(new($"{all}: distinct histories", grouped.DistinctRows, ""));
        figures.Add(new($"{all}: memory they hold", held, "MiB"));
        figures.Add(
            new(
                $"{all}: group and fit BG/NBD",
                Best(() => PurchaseFitting.Fit(PurchaseModelKind.BgNbd, GroupedHistories.From(histories))),
                "ms",
                Of(Budget.FitOfMillion)
            )
        );
        figures.Add(
            new(
                $"{all}: P(alive) and expected purchases",
                Best(() => histories.Sum(h => model.ProbabilityAlive(h) + model.Expected(h, 39))),
                "ms",
                Of(Budget.PredictMillion)
            )
        );
        figures.Add(
            new(
                $"{all}: 12-month CLV",
                Best(() => grouped.Predict(h => model.DiscountedExpected(h, 52, Math.Log(1.1) / 52)).Count),
                "ms",
                Of(Budget.ClvOfMillion)
            )
        );
    }

    // The instant at which silence changes an answer, which a decision may ask for.
    private static void Single(List<Figure> figures)
    {
        foreach (var (name, model, conditions) in SilenceCases.All)
        {
            var histories = SilenceCases.Histories(1000);
            foreach (var condition in conditions)
            {
                var each = Best(() => histories.Sum(history => model.SilenceUntil(history, condition)?.TotalDays ?? 0)) / histories.Length;
                figures.Add(new($"silence until {condition.GetType().Name}, {name}", each * 1000, "µs"));
            }
        }
    }

    private static (string Name, PurchaseHistory[] Histories) Sample()
    {
        var file = Path.Combine(
            Environment.GetEnvironmentVariable("CRM_REFERENCE_DATA") ?? Path.Combine("..", "shared", "data"),
            "cdnow",
            "sample_summary.csv"
        );
        if (!File.Exists(file))
            return (
                "simulated sample",
                [.. PurchaseSimulation.From(Truth, new(2), random => (189 + random.Next(84)) / 7.0, 1 / 7.0).Take(2357)]
            );
        var rows = File.ReadLines(file)
            .Skip(1)
            .Select(line => line.Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray());
        return ("CDNOW", [.. rows.Select(row => new PurchaseHistory((int)row[1], row[2], row[3]))]);
    }

    // Processor time of the process: a busy machine matters less.
    private static double Best(Func<object> work)
    {
        // The compiler takes its time to make fast what is short.
        var (best, spent) = (double.PositiveInfinity, 0.0);
        for (var round = 0; round < 6 || spent < 1000; round++)
        {
            var cpu = Environment.CpuUsage.TotalTime;
            Kept = work();
            var took = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds;
            spent += took;
            if (round > 0)
                best = Math.Min(best, took);
        }

        return best;
    }

    // Nothing may be left out because nobody looks at it.
    private static object? Kept { get; set; }
}
