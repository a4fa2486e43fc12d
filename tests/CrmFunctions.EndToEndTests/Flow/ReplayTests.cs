using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

public sealed class ReplayTests
{
    private const int Seeds = 20;

    [Fact]
    public async Task The_log_shuffled_and_duplicated_gives_one_state_hash()
    {
        var log = Log().ToList();
        var hashes = new HashSet<string>();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            using var azurite = new Azurite();
            await using var suite = await Suite.Start(azurite);
            var random = new Random(seed);
            var sent = PeopleTests.Shuffled(log.Concat(log.Where(_ => random.Next(3) == 0)), seed);

            foreach (var batch in sent.Chunk(40))
                await suite.Post(new JsonArray([.. batch.Select(item => item.DeepClone())]));
            await suite.Settle();

            var report = await suite.Get("reports/base");
            Assert.Equal(log.Count, (int)report["events"]!);
            Assert.DoesNotContain(suite.Host.Invocations, invocation => !invocation.Succeeded);
            hashes.Add((string)report["hash"]!);
        }

        Assert.Single(hashes);
    }

    /// <summary>
    /// Thirty customers, some of whom turn out to be one person; orders, refunds before orders, cancellations, visits, complaints.
    /// </summary>
    internal static IEnumerable<JsonObject> Log()
    {
        for (var i = 0; i < 30; i++)
        {
            var at = Suite.Now.AddDays(-10 * i - 1);
            var email = $"person{i / 2}@replay.example";
            yield return Sent.Paid($"r{i}-1", $"{i}", $"{20 + i}.50", email: i % 3 == 0 ? email : null, at: at);
            yield return Sent.Paid($"r{i}-2", $"{i}", "80.00", at: at.AddDays(-20), currency: i % 5 == 0 ? "EUR" : "CNY");
            yield return Sent.Event(
                "order.refunded",
                $"r{i}-2-refund",
                $"{i}",
                at: at.AddDays(-30),
                data: [("orderId", $"r{i}-2"), ("amount", "15.00"), ("currency", "CNY")]
            );
            yield return Sent.Visit($"v{i}", $"{i}", at.AddHours(3));
            if (i % 4 == 0)
                yield return Sent.Event(
                    "order.cancelled",
                    $"r{i}-1-cancelled",
                    $"{i}",
                    at: at.AddDays(1).AddHours(-2),
                    data: ("orderId", $"r{i}-1")
                );
            if (i % 2 == 0)
                yield return Sent.Form($"f{i}", email: email, at: at.AddDays(-1));
            if (i % 7 == 0)
                yield return Sent.Event("complaint.opened", $"k{i}", $"{i}", at: at, data: ("complaintId", $"k{i}"));
        }
    }
}
