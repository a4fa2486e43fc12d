using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Data;
using CrmFunctions.Cli.Demo.Loading;
using NodaTime;

namespace CrmFunctions.UnitTests.Demo;

public sealed class LoadTests : IAsyncLifetime
{
    private static readonly GeneratedBase Shop = new(1, 300);
    private static readonly long Distinct = Shop.Events.DistinctBy(e => (e.Source, e.Id)).Count();

    private readonly HurriedClock clock = new();
    private StubApp app = null!;
    private Api api = null!;

    public async Task InitializeAsync()
    {
        app = await StubApp.Start();
        api = app.Api(clock);
    }

    public async Task DisposeAsync()
    {
        api.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Every_event_is_posted_in_batches_of_500_and_redeliveries_are_told_apart()
    {
        var loaded = await Load(Shop);
        Assert.Equal(
            (Shop.Events.Count, Distinct, Shop.Events.Count - Distinct, 0),
            (loaded.Sent, loaded.Accepted, loaded.Duplicates, loaded.Refused)
        );
        Assert.Equal((Distinct, Distinct), (loaded.AtLeast, loaded.AtMost));
        Assert.Equal(Shop.Events.Count / 500, app.BatchSizes.Count(s => s == 500));
        Assert.All(app.BatchSizes, size => Assert.InRange(size, 1, 500));
    }

    [Fact]
    public async Task Loading_again_finds_nothing_new_and_waits_for_the_same_count()
    {
        await Load(Shop);
        var again = await Load(Shop);
        Assert.Equal((0, Shop.Events.Count, Distinct), (again.Accepted, again.Duplicates, again.AtMost));
    }

    [Fact]
    public async Task An_app_that_is_busy_is_asked_again_after_the_time_it_names()
    {
        app.Faults.Enqueue(StubApp.Unavailable);
        Assert.Equal(Distinct, (await Load(Shop)).Accepted);
        Assert.Equal([TimeSpan.FromSeconds(7)], clock.Waits);
    }

    [Fact]
    public async Task A_connection_reset_in_the_middle_is_tried_again()
    {
        app.Faults.Enqueue(StubApp.ResetsInTheMiddle);
        app.Faults.Enqueue(StubApp.ResetsInTheMiddle);
        Assert.Equal(Distinct, (await Load(Shop)).Accepted);
        Assert.Equal(Distinct, app.Logged);
        Assert.Equal(2, clock.Waits.Count);
    }

    [Fact]
    public async Task An_answer_that_got_lost_counts_its_events_as_delivered_before_and_waits_for_all_the_same()
    {
        app.LostAnswers.Enqueue(true);
        var loaded = await Load(Shop);
        Assert.True(loaded.Accepted < Distinct);
        Assert.Equal((Shop.Events.Count, Distinct), (loaded.Logged, loaded.AtMost));
    }

    [Fact]
    public async Task An_app_that_stays_away_is_given_up_with_its_address()
    {
        using var nowhere = new Api(new Uri("http://127.0.0.1:1"), _ => StubApp.Key, clock);
        var failed = await Assert.ThrowsAsync<CommandFailedException>(() => nowhere.Base(CancellationToken.None));
        Assert.Contains("http://127.0.0.1:1/api/reports/base got no answer after 10 tries", failed.Message, StringComparison.Ordinal);
        Assert.Equal([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30], clock.Waits.Select(w => w.TotalSeconds));
    }

    [Fact]
    public async Task A_wrong_key_is_not_tried_again_and_the_apps_own_words_are_shown()
    {
        using var stranger = app.Api(clock, "wrong");
        var failed = await Assert.ThrowsAsync<CommandFailedException>(() =>
            new Load(stranger, Quiet(), clock).Run(Shop, CancellationToken.None)
        );
        Assert.Contains("/api/events answered 401: The key is not one of this app.", failed.Message, StringComparison.Ordinal);
        Assert.Empty(clock.Waits);
    }

    [Fact]
    public async Task A_refused_event_is_named_and_not_waited_for()
    {
        var bad = Shop.Events.First(e => e.Type == "visit").Id;
        app.Refuses.Add(bad);
        var loaded = await Load(Shop);
        Assert.Equal(Distinct - 1, loaded.AtMost);
        Assert.Contains($"event {bad}: refused. `data.amount` is a decimal.", loaded.Problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_csv_goes_through_the_import_and_its_refused_rows_are_named()
    {
        var columns = new Dictionary<string, string>
        {
            ["customer"] = "who & why",
            ["date"] = "day",
            ["amount"] = "paid",
        };
        var csv = new CsvDataFile(
            Make.File("who & why,day,paid\n1,19980630,5\n2,19980630,6\n3,19980630,n/a\n"),
            columns,
            "old shop",
            null,
            DateTimeZone.Utc
        );
        app.Faults.Enqueue(StubApp.ResetsInTheMiddle);

        var loaded = await Load(csv);

        Assert.Equal((3, 2, 1, 2, 2), (loaded.Sent, loaded.Accepted, loaded.Refused, loaded.AtLeast, loaded.AtMost));
        Assert.EndsWith("row 4, column amount: n/a is no amount; write 12.50.", loaded.Problems.Single(), StringComparison.Ordinal);
        Assert.Equal("?customer=who%20%26%20why&date=day&amount=paid&source=old%20shop&timeZone=UTC", app.Queries.Single());
    }

    [Fact]
    public async Task The_base_is_settled_when_all_events_are_folded_and_the_state_stands_still()
    {
        app.FoldsEachLook = 300;
        var loaded = await Load(Shop);
        var settled = await Settle(loaded);
        Assert.Equal(Distinct, settled.Events);
        // As many looks as it takes to fold all, and one more that finds the same.
        Assert.Equal((Distinct + 299) / 300, clock.Waits.Count);
    }

    [Fact]
    public async Task A_base_that_does_not_settle_is_given_up_with_what_to_look_at()
    {
        app.FoldsUpTo = 100;
        var loaded = await Load(Shop);
        var stuck = await Assert.ThrowsAsync<CommandFailedException>(() => Settle(loaded));
        Assert.Contains("only 100 have reached their customers", stuck.Message, StringComparison.Ordinal);
        Assert.Contains("dead-letter queue of `recalculations`", stuck.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_duplicates_may_be_the_files_own_a_state_that_stands_still_is_enough()
    {
        await Load(Shop);
        var settled = await Settle(new Loaded(Distinct + 5, Distinct, 5, 0, Distinct, Distinct + 5, []));
        Assert.Equal(Distinct, settled.Events);
    }

    private Task<Loaded> Load(DataSet data) => new Load(api, Quiet(), clock).Run(data, CancellationToken.None);

    private Task<BaseReport> Settle(Loaded loaded) => new Settling(api, Quiet(), clock).Run(loaded, CancellationToken.None);

    private Progress Quiet()
    {
        var (terminal, output, _) = Make.Terminal(clock: clock);
        return new Progress(terminal, output);
    }
}
