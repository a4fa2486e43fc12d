using Azure.Data.Tables;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Notifications.Pacing;
using CrmFunctions.Storage;
using CrmFunctions.TestKit;

namespace CrmFunctions.IntegrationTests.Notifications;

/// <summary>Places in windows, on real tables and with several instances at once.</summary>
public sealed class ReservationTests(Azurite azurite) : IClassFixture<Azurite>
{
    private static readonly Rate[] rates = [new(20, TimeSpan.FromMinutes(1))];
    private static readonly TimeSpan late = TimeSpan.FromSeconds(2);
    private static readonly DateTimeOffset now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Instances_that_share_a_robot_keep_its_rate_together_also_when_one_starts_anew()
    {
        var key = new ReservationKey("robot-a", "pace");
        var given = new List<DateTimeOffset>();
        for (var start = 0; start < 3; start++)
        {
            Reservations[] instances = [await Instance(), await Instance()];
            given.AddRange(
                await Task.WhenAll(
                    Enumerable
                        .Range(0, 16)
                        .Select(i => instances[i % 2].Take(key, $"s{start}n{i}", rates, now.AddSeconds(start), late, default))
                )
            );
        }

        Assert.All(given, end => Assert.InRange(given.Count(at => at > end - (rates[0].Window + late) && at <= end), 1, 20));
        Assert.Equal(20, given.Count(at => at < now.AddSeconds(30)));
    }

    [Fact]
    public async Task Who_has_a_place_keeps_it_until_it_is_too_late_for_it()
    {
        var (key, store) = (new ReservationKey("robot-b", "pace"), await Instance());

        Assert.Equal(now, await store.Take(key, "a", rates, now, late, default));
        Assert.Equal(now, await store.Take(key, "a", rates, now.AddSeconds(2), late, default));
        Assert.Equal(now.AddSeconds(3), await store.Take(key, "a", rates, now.AddSeconds(3), late, default));
    }

    [Fact]
    public async Task A_platform_that_asks_for_time_is_left_alone_by_all_processes()
    {
        var (key, store) = (new ReservationKey("robot-c", "pace"), await Instance());
        await store.Take(key, "a", rates, now, late, default);

        await store.Block(key, now.AddMinutes(10), default);

        Assert.Equal(now.AddMinutes(10), await (await Instance()).Take(key, "b", rates, now.AddSeconds(1), late, default));
        Assert.Equal(now.AddMinutes(10), await store.Take(key, "a", rates, now, late, default));
    }

    [Fact]
    public async Task However_many_wait_each_gets_its_place_and_their_row_does_not_grow()
    {
        var (key, store, tables) = (
            new ReservationKey("robot-d", "pace"),
            await Instance(),
            new TableServiceClient(azurite.ConnectionString).GetTableClient(Flow.Tables.Paces)
        );
        Rate[] hundred = [new(100, TimeSpan.FromMinutes(1))];
        var (used, asked, longest) = (new List<DateTimeOffset>(), 0, 0);
        var waiting = new PriorityQueue<string, DateTimeOffset>(
            Enumerable.Range(0, 700).Select(i => ($"a-name-of-thirty-two-characters-{i}", now))
        );
        while (waiting.TryDequeue(out var name, out var then))
        {
            var at = await store.Take(key, name, hundred, then, late, default);
            if (at > then)
                waiting.Enqueue(name, at);
            else
                used.Add(then);
            if (++asked % 50 == 0)
                longest = Math.Max(longest, (await tables.GetEntityAsync<ReservationRow>(key.Partition, key.Row)).Value.Taken.Length);
        }

        Assert.Equal(700, used.Count);
        Assert.All(used, end => Assert.InRange(used.Count(at => at > end - hundred[0].Window && at <= end), 1, 100));
        Assert.True(used[^1] < now.AddMinutes(9), $"The last came at {used[^1]:T}.");
        Assert.InRange(longest, 1, 28_000);
        Assert.InRange(asked, 1_400, 2_800);
    }

    [Fact]
    public async Task Of_any_number_at_once_a_cap_lets_as_many_pass_as_it_says_and_a_place_given_back_is_free()
    {
        var (key, store) = (new ReservationKey("customer", "cap|email"), await Instance());
        Rate[] cap = [new(3, TimeSpan.FromDays(7))];
        SendDecision Rule(SlidingWindows taken) =>
            taken.HasRoom(cap, now) ? new SendDecision.Allowed() : new SendDecision.Suppressed(SendReasons.FrequencyCap);

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => store.TakeIf(key, $"k{i}", cap, now, Rule, default)));

        Assert.Equal(3, verdicts.OfType<SendDecision.Allowed>().Count());
        var winner = $"k{Array.FindIndex(verdicts, verdict => verdict is SendDecision.Allowed)}";
        Assert.IsType<SendDecision.Allowed>(await store.TakeIf(key, winner, cap, now, Rule, default));
        await store.Release(key, winner, default);
        Assert.IsType<SendDecision.Allowed>(await store.TakeIf(key, "another", cap, now, Rule, default));
        Assert.IsType<SendDecision.Suppressed>(await store.TakeIf(key, "one more", cap, now, Rule, default));
        Assert.Equal(1, await store.Forget(["customer"], default));
    }

    private async Task<Reservations> Instance()
    {
        var tables = new CrmTables(new TableServiceClient(azurite.ConnectionString));
        await tables.Prepare(default);
        return new Reservations(tables);
    }
}
