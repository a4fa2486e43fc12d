using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Operating;

namespace CrmFunctions.UnitTests.Operating;

/// <summary>What a bill makes of counts.</summary>
public sealed class BillTests
{
    private static readonly Prices prices = Prices.Read(null);

    [Fact]
    public void A_million_events_cost_each_line_s_count_per_event_at_its_price()
    {
        // The worked example of OPERATIONS.md: 1,000 events, 4 table transactions and 3 operations on the bus each, two runs, 20 s of 2 GB.
        var bill = Bill.Of(
            new Dictionary<string, long>
            {
                ["events"] = 1000,
                ["table.insert"] = 1000,
                ["table.get"] = 3000,
                ["bus.send"] = 1000,
                ["bus.receive"] = 1000,
                ["bus.settle"] = 1000,
                ["executions"] = 2000,
                ["active.http"] = 12_000,
                ["active.RecalculateCustomer"] = 8000,
                ["telemetry.bytes"] = 46_000,
                ["written.bytes"] = 2_000_000,
            },
            prices,
            2048,
            storedGigabytes: null
        );

        decimal Of(string name) => bill.Lines.Single(line => line.Name == name).PerMillionEvents!.Value;
        Assert.Equal((0.036m, 0.108m), (Of("table.insert"), Of("table.get")));
        Assert.Equal(2.40m, Of("bus.send") + Of("bus.receive") + Of("bus.settle"));
        Assert.Equal(0.80m, Of("executions"));
        Assert.Equal(1.04m, Of("active.http") + Of("active.RecalculateCustomer"));
        Assert.Equal(0.13754m, Of("telemetry.bytes"));
        Assert.Equal(0.09m, Of("written.bytes"));
        Assert.Equal(0.036m + 0.108m + 2.40m + 0.80m + 1.04m + 0.13754m + 0.09m, bill.PerMillionEvents);
    }

    [Fact]
    public void What_is_free_of_a_month_is_taken_off_once_for_each_price_and_never_more_than_was_used()
    {
        var bill = Bill.Of(
            new Dictionary<string, long>
            {
                ["events"] = 10_000_000,
                ["bus.send"] = 10_000_000,
                ["bus.settle"] = 5_000_000,
                ["executions"] = 100_000,
            },
            prices,
            512,
            storedGigabytes: 10
        );
        Assert.Equal((13_000_000m * 0.8m / 1_000_000) + (100_000m * 0.4m / 1_000_000), bill.Free);
        Assert.Equal(9.81m + 1.6m + 0.45m, bill.Month);
        Assert.Null(bill.Lines.Single(line => line.Name == "stored").PerMillionEvents);
    }

    [Fact]
    public void A_month_without_events_has_no_price_per_event()
    {
        var bill = Bill.Of(new Dictionary<string, long> { ["table.query"] = 1000 }, prices, 2048, storedGigabytes: null);
        Assert.Null(bill.PerMillionEvents);
        Assert.All(bill.Lines, line => Assert.Null(line.PerMillionEvents));
    }

    [Fact]
    public void Every_price_has_its_date_and_its_source_and_a_table_that_lacks_one_is_refused_by_its_name()
    {
        Assert.All(Prices.Names, name => Assert.Matches(@"^\d{4}-\d\d-\d\d$", prices[name].Date));
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(
                file,
                """{"table.transaction":{"usd":1,"per":1,"freeAMonth":0,"region":"x","date":"2026-01-01","source":"x"}}"""
            );
            Assert.Contains(
                "bus.operation is missing",
                Assert.Throws<CommandFailedException>(() => Prices.Read(file)).Message,
                StringComparison.Ordinal
            );
        }
        finally
        {
            File.Delete(file);
        }
    }
}
