using System.Diagnostics;
using System.Globalization;
using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Benchmarks.Models;

/// <summary>What the value models cost, and how that grows with the base. Times are the best of five on one thread.</summary>
public static class ModelBenchmarks
{
    private static readonly BetaGeometricModel Truth = BetaGeometricModel.BgNbd(0.2426, 4.4137, 0.793, 2.4262);

    /// <summary>Prints the table; the public CDNOW sample is used where it is at hand, a simulated base of its size elsewhere.</summary>
    /// <param name="to">Where to print.</param>
    public static void Run(TextWriter to)
    {
        ArgumentNullException.ThrowIfNull(to);
        var (name, sample) = Sample();
        to.WriteLine($"Value models, {name}: {sample.Length} customers");
        to.WriteLine("  fit          ms    goal  lifetimes");
        foreach (var (kind, goal, other) in new[]
        {
            (PurchaseModelKind.BgNbd, "20", "84"), (PurchaseModelKind.MbgNbd, "20", "82"), (PurchaseModelKind.ParetoNbd, "20", "580"),
        })
            Line(to, kind.ToString(), Best(() => PurchaseFitting.Fit(kind, GroupedHistories.From(sample))), goal, other);

        foreach (var customers in new[] { 10_000, 100_000, 1_000_000 }) Growth(to, customers);
        using var process = Process.GetCurrentProcess();
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Peak memory of the process {process.PeakWorkingSet64 / 1048576.0:F0} MB"));
    }

    private static void Growth(TextWriter to, int customers)
    {
        // At day grain, acquired over twelve weeks and known for 27 to 39, as CDNOW's customers.
        var histories = PurchaseSimulation.From(Truth, new(1), random => (189 + random.Next(84)) / 7.0, 1 / 7.0).Take(customers).ToArray();
        var before = GC.GetTotalMemory(true);
        var grouped = GroupedHistories.From(histories);
        var held = (GC.GetTotalMemory(true) - before) / 1048576.0;
        to.WriteLine();
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Simulated, {customers:N0} customers, {grouped.DistinctRows:N0} distinct histories, which hold {held:F1} MB"));
        to.WriteLine("  work                     ms    goal  lifetimes   (goals and lifetimes for 1,000,000)");
        Line(to, "group and fit BG/NBD", Best(() => PurchaseFitting.Fit(PurchaseModelKind.BgNbd, GroupedHistories.From(histories))), "500", "10500 (880 grouped)");
        var model = PurchaseFitting.Fit(PurchaseModelKind.BgNbd, grouped).Model;
        Line(to, "P(alive) and expected", Best(() => histories.Sum(h => model.ProbabilityAlive(h) + model.Expected(h, 39))), "400", "430");
        Line(to, "12-month CLV", Best(() => grouped.Predict(h => model.DiscountedExpected(h, 52, Math.Log(1.1) / 52)).Count), "3000", "9200");
    }

    private static (string Name, PurchaseHistory[] Histories) Sample()
    {
        var file = Path.Combine(Environment.GetEnvironmentVariable("CRM_REFERENCE_DATA") ?? Path.Combine("..", "shared", "data"), "cdnow", "sample_summary.csv");
        if (!File.Exists(file)) return ("simulated", [.. PurchaseSimulation.From(Truth, new(2), random => (189 + random.Next(84)) / 7.0, 1 / 7.0).Take(2357)]);
        var rows = File.ReadLines(file).Skip(1).Select(line => line.Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray());
        return ("CDNOW sample", [.. rows.Select(row => new PurchaseHistory((int)row[1], row[2], row[3]))]);
    }

    private static double Best(Func<object> work) => Enumerable.Range(0, 5).Min(_ =>
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalMilliseconds;
    });

    private static void Line(TextWriter to, string work, double milliseconds, string goal, string lifetimes) =>
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {work,-22} {milliseconds,7:F1} {goal,7}  {lifetimes}"));
}
