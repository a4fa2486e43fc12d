using System.Text.Json.Nodes;
using CrmFunctions.TestKit;
using Xunit.Abstractions;

namespace CrmFunctions.EndToEndTests.Flow;

public sealed class OperationsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Spread_out_events_cost_at_most_five_table_transactions_and_three_broker_operations_each()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        var (tables, broker) = (suite.Operations.Tables, suite.Operations.Broker);
        const int Customers = 25;
        const int Each = 6;

        for (var round = 0; round < Each; round++)
        {
            for (var i = 0; i < Customers; i++)
            {
                await suite.Post(
                    Sent.Paid(
                        $"o{i}-{round}",
                        $"spread{i}",
                        "40.00",
                        email: $"spread{i}@example.com",
                        at: Suite.Now.AddDays((7 * round) - 60)
                    )
                );
            }

            // The next event of each customer comes long after: nothing is left to share.
            await suite.Settle();
        }

        var events = Customers * Each;
        Assert.Equal(events, suite.Operations.Events);

        // A write to the log that took longer than the debounce's margin asks again: on a busy machine there are a few recalculations more
        // than events, and each costs what an event costs at the most.
        var recalculations = suite.Host.Invocations.Count(invocation => invocation.Function == "RecalculateCustomer");
        Assert.InRange(recalculations, events, events * 1.2);
        var (perTable, perBroker) = (
            (double)(suite.Operations.Tables - tables) / recalculations,
            (double)(suite.Operations.Broker - broker) / recalculations
        );
        output.WriteLine(
            $"{perTable:F2} table transactions and {perBroker:F2} broker operations per event; {Customers} customers with an e-mail address, {Each} events each"
        );
        Assert.InRange(perTable, 1, 5);
        Assert.InRange(perBroker, 1, 3);
    }

    [Fact]
    public async Task A_review_reads_the_customers_who_are_due_and_nothing_else()
    {
        const int Base = 600;
        const int Due = 30;
        using var azurite = new Azurite();
        await using (var suite = await Suite.Start(azurite))
        {
            var events = Enumerable
                .Range(0, Base)
                .Select(i => (JsonNode)Sent.Visit($"d{i}", $"base{i}", Suite.Now.AddDays(-1)))
                .Concat(
                    Enumerable
                        .Range(0, Due)
                        .Select(i => (JsonNode)Sent.Form($"f{i}", email: $"due{i}@example.com", at: Suite.Now.AddDays(-89.5)))
                );
            foreach (var batch in events.Chunk(300))
                await suite.Post(new JsonArray(batch));
            await suite.Settle();
        }

        await using var later = await Suite.Start(azurite, Suite.Now.AddDays(1));
        var before = later.Operations.TableReads;
        await later.Fire("ReclassifyDue");
        var reads = later.Operations.TableReads - before;

        Assert.Equal(Due, later.Host.Invocations.Count(invocation => invocation.Function == "RecalculateCustomer"));
        output.WriteLine($"{reads} reads for {Due} customers due out of {Base + Due}");
        Assert.InRange(reads, Due, Due * 1.2);
    }
}
