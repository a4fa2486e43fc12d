using System.Globalization;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Operations.Rebuilding;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Infra;

/// <summary>What infra/SCALE.md says is derived here, from the code's own keys and lanes; the document is held to it.</summary>
public sealed class ScaleTests
{
    // Of the flow, held by OperationsTests: for an event on its own.
    private const double TableOperations = 5;
    private const double BusOperations = 3;

    // Published limits; SCALE.md names the sources.
    private const double AccountLimit = 20_000;
    private const double PartitionLimit = 2_000;
    private const double StandardBus = 1_000;
    private const double PremiumKilobytes = 4_000;

    // Assumptions; SCALE.md says so.
    private const double BusKilobytes = 1;
    private const double RecalculationsOfAnInstance = 320;
    private const double RequestsOfAnInstance = 1_600;
    private const double OperationsOfALane = 100;
    private const double OperationsOfARebuild = 10;

    private const int Simulated = 50_000;
    private const int Draws = 200_000;

    private static readonly Lazy<(double Hottest, double Shard)> simulated = new(Simulate);

    [Fact]
    public void The_table_of_the_document_is_the_one_that_follows_from_the_keys()
    {
        var document = File.ReadAllText(Path.Combine(NodeTools.RepositoryRoot, "infra", "SCALE.md"));
        var table = Table();
        Assert.True(document.Contains(table, StringComparison.Ordinal), $"infra/SCALE.md should have\n{table}");
    }

    [Fact]
    public void In_a_skewed_base_the_hottest_partition_of_the_log_is_that_of_the_busiest_customer()
    {
        // Zipf's law with exponent 1: the first of n has one part in the n-th harmonic number. Partitions are hashes: nobody shares one.
        Assert.InRange(simulated.Value.Hottest / Busiest(Simulated), 0.97, 1.03);
    }

    [Fact]
    public void Of_the_shards_of_an_hour_of_the_review_index_none_has_more_than_a_fifth()
    {
        Assert.InRange(simulated.Value.Shard, 1.0 / DueIndex.Shards, 0.2);
    }

    [Fact]
    public void Lanes_of_a_rebuild_take_up_every_handle_once_and_are_even()
    {
        var lanes = Enumerable.Range(0, Lanes.Count).Select(Lanes.Range).ToList();
        Assert.All(lanes.Zip(lanes.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.All(lanes, lane => Assert.True(string.CompareOrdinal(lane.From, lane.To) < 0));
        var handles = Enumerable.Range(0, Simulated).Select(i => Handle.OfId("shop", $"{i}").Key).ToList();
        var counts = lanes
            .Select(lane => handles.Count(key => string.CompareOrdinal(key, lane.From) > 0 && string.CompareOrdinal(key, lane.To) < 0))
            .Where(count => count > 0)
            .ToList();
        Assert.Equal(Simulated, counts.Sum());
        var claim = Handle.Filed(new Identifiers(Email: "a@example.com", Phone: "+491701234567", Claimed: true), "form")!.Value.Key;
        Assert.Single(lanes, lane => string.CompareOrdinal(claim, lane.From) > 0 && string.CompareOrdinal(claim, lane.To) < 0);
        Assert.InRange(counts.Max() / (double)counts.Average(), 1, 1.1);
    }

    private static string Table()
    {
        var lines = new List<string>
        {
            "| customers | events/s | table operations/s | accounts | hottest log partition, rows/s | hottest review partition, rows/s | bus operations/s | messaging | instances | rebuild, hours | bites first |",
            "|---:|---:|---:|---:|---:|---:|---:|---|---:|---:|---|",
        };
        for (var power = 4; power <= 8; power++)
        {
            var customers = Math.Pow(10, power);
            var events = customers / 10_000;
            var (tables, bus) = (events * TableOperations, events * BusOperations);
            var (partition, review) = (events * Busiest(customers), events * simulated.Value.Shard);
            var isPremium = bus > StandardBus;
            (string Limit, double Used)[] limits =
            [
                ("operations of the account", tables / AccountLimit),
                ("the busiest customer's partition", partition / PartitionLimit),
                ("a review partition", review / PartitionLimit),
                ("Service Bus Standard", bus / StandardBus),
            ];
            var first = limits.MaxBy(limit => limit.Used);
            lines.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {customers:N0} | {events:N0} | {tables:N0} | {Math.Ceiling(tables / AccountLimit):N0} | {partition:N1} | {review:N1} | {bus:N0} | {(isPremium ? $"Premium, {Math.Ceiling(bus * BusKilobytes / PremiumKilobytes):N0} units" : "Standard")} | {Math.Ceiling((events / RecalculationsOfAnInstance) + (events / RequestsOfAnInstance)):N0} | {customers * OperationsOfARebuild / (LanesAtWork * OperationsOfALane) / 3600:N1} | {first.Limit}, {first.Used:P0} |"
                )
            );
        }

        return string.Join('\n', lines);
    }

    // Shop ids are one rank of the five: their lanes are those that have much to do.
    private static int LanesAtWork =>
        Enumerable.Range(0, Lanes.Count).Select(Lanes.Range).Count(lane => lane.From[0] == Handle.OfId("shop", "1").Key[0]);

    private static double Busiest(double customers) => 1 / (Math.Log(customers) + 0.5772156649 + (1 / (2 * customers)));

    private static (double Hottest, double Shard) Simulate()
    {
        var dice = new Random(1);
        var sums = new double[Simulated];
        for (var i = 0; i < Simulated; i++)
            sums[i] = (i == 0 ? 0 : sums[i - 1]) + (1.0 / (i + 1));
        var at = new DateTimeOffset(2026, 3, 1, 16, 0, 0, TimeSpan.Zero);
        var (log, reviews) = (new Dictionary<string, int>(), new Dictionary<string, int>());
        for (var draw = 0; draw < Draws; draw++)
        {
            var found = Array.BinarySearch(sums, dice.NextDouble() * sums[^1]);
            var handle = Handle.OfId("shop", $"{(found < 0 ? ~found : found)}");
            log[handle.Key] = log.GetValueOrDefault(handle.Key) + 1;
        }

        // Reviews are of everybody, in the worst case all at one midnight: the shard is by customer, not by event.
        foreach (var i in Enumerable.Range(0, Simulated))
        {
            var partition = DueIndex.Partition(DueIndex.Review, Handle.OfId("shop", $"{i}"), at);
            reviews[partition] = reviews.GetValueOrDefault(partition) + 1;
        }

        Assert.Equal(DueIndex.Shards, reviews.Count);
        return ((double)log.Values.Max() / Draws, (double)reviews.Values.Max() / Simulated);
    }
}
