using System.Collections.Immutable;
using CrmFunctions.Benchmarks.Results;
using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.ValueModels.Purchases;
using CrmFunctions.Standards;
using CrmFunctions.TestKit;
using Microsoft.Extensions.Configuration;

namespace CrmFunctions.Benchmarks.Models;

/// <summary>What calibrating a base costs, and what it holds in memory meanwhile, as the base grows.</summary>
internal static class CalibrationCosts
{
    private static readonly DateTimeOffset At = Make.Day(700);

    public static IEnumerable<Figure> Of(int customers)
    {
        var standard = StandardStore.Read(new ConfigurationBuilder().Build()).Standard;
        var before = GC.GetTotalMemory(true);
        var summary = new BaseSummary(standard, At);
        var cpu = Environment.CpuUsage.TotalTime;
        foreach (var (customer, facts) in Base(customers))
            summary.Add(customer, facts);
        var each = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / customers;
        var held = (GC.GetTotalMemory(true) - before) / 1048576.0;
        cpu = Environment.CpuUsage.TotalTime;
        var calibration = Calibrator.Calibrate(summary);
        var fits = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        yield return new($"calibrating {customers:N0} customers: each, made up and added", each, "µs");
        yield return new($"calibrating {customers:N0} customers: memory held", held, "MiB");
        yield return new($"calibrating {customers:N0} customers: fits and backtest ({calibration.Model!.Purchases.Name})", fits, "s");
    }

    private static IEnumerable<(string Customer, Facts Facts)> Base(int customers)
    {
        var random = new Random(7);
        for (var i = 0; i < customers; i++)
        {
            var gap = 20 / PurchaseSimulation.Gamma(random, 1.2);
            var orders = ImmutableArray.CreateBuilder<Order>();
            for (var day = random.NextDouble() * 600; day < 700; day += gap * PurchaseSimulation.Gamma(random, 1))
            {
                orders.Add(new($"shop/{i}-{orders.Count}", Make.Day(day), new Money(500 + random.Next(20_000), "CNY"), 0, ["shop/e"]));
                if (random.NextDouble() < 0.3)
                    break;
            }

            yield return ($"c{i}", Make.Facts([], At) with { Orders = orders.ToImmutable(), FirstSeen = orders[0].At });
        }
    }
}
