using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Events;
using CrmFunctions.Messaging;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>
/// Who is who, in the rows of a real storage: the law of the unit tests, with the code that runs, and limits that change.
/// </summary>
public sealed class ConcurrentLinksTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const int Crowds = 10;

    [Fact]
    public async Task Links_and_rulings_filed_at_once_end_in_the_rows_that_the_function_says_though_races_for_rows_were_lost()
    {
        await using var suite = await Suite.Start(azurite);
        using var races = new LostRaces(azurite.Port);
        var dice = new Random(20261122);
        var crowds = Enumerable.Range(0, Crowds).Select(place => new Crowd(dice, most: 16, place, claims: place % 2 == 1)).ToList();

        // Each on its own, in any order, and everybody told twice to look afresh while others write.
        var log = suite.Host.Services.GetRequiredService<EventLog>();
        var bus = suite.Host.Services.GetRequiredService<Bus>();
        var filings = crowds
            .SelectMany(crowd =>
                crowd
                    .Events.Select<CrmFunctions.Domain.Events.CustomerEvent, Func<Task>>((e, i) => () => suite.Post(Told(e)))
                    .Concat(
                        crowd.Rulings.Select<Ruling, Func<Task>>(ruling =>
                            () => log.File(ruling, "ops", "looked at it", CancellationToken.None)
                        )
                    )
                    .Concat(
                        crowd.Anchors.SelectMany(anchor =>
                            Enumerable.Repeat<Func<Task>>(
                                () =>
                                    bus.Send(
                                        CrmFunctions.Flow.Queues.Recalculations,
                                        [RecalculationMessage.NewsFor(anchor)],
                                        CancellationToken.None
                                    ),
                                2
                            )
                        )
                    )
            )
            .ToArray();
        dice.Shuffle(filings);
        await Parallel.ForEachAsync(filings, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (file, _) => await file());
        await suite.Settle();

        var expected = crowds.SelectMany(crowd => crowd.People(SharingLimits.Default)).OrderBy(person => person.Name);
        Assert.Equal(Crowd.Written(expected), await Written(suite));
        Assert.True(races.Count > 0, "Nobody lost a race: nothing was proved about them.");
    }

    [Fact]
    public async Task Limits_of_sharing_that_change_reach_customers_of_before_by_one_command_and_changed_back_leave_them_as_they_were()
    {
        using var own = new Azurite();
        await using (var suite = await Suite.Start(own))
        {
            await suite.Post(
                new JsonArray(
                    Sent.Paid("f1", "1", phone: "+4930123123"),
                    Sent.Paid("f2", "2", phone: "+4930123123"),
                    Sent.Form("f3", phone: "+4930123123"),
                    Sent.Paid("f4", "3", email: "a@example.com"),
                    Sent.Paid("f5", "4", email: "a@example.com")
                )
            );
            await suite.Settle();
        }

        Assert.Equal(4, await Afresh([]));
        var before = await Hash();
        Assert.Equal(2, await Afresh(new() { ["Sharing:PhoneIds"] = "2" }));
        Assert.Equal(5, await Afresh(new() { ["Sharing:EmailIds"] = "1" }));
        Assert.Equal(4, await Afresh([]));
        Assert.Equal(before, await Hash());

        async Task<int> Afresh(Dictionary<string, string> limits)
        {
            await using var suite = await Suite.Start(own, settings: limits);
            using var answer = await suite.Client.PostAsync(new Uri("api/recalculations?people=true", UriKind.Relative), null);
            Assert.True((int)answer.StatusCode == 202, await answer.Content.ReadAsStringAsync());
            await suite.Settle();
            Assert.DoesNotContain(suite.Host.Invocations, invocation => !invocation.Succeeded);
            return (int)(await suite.Get("reports/base"))["customers"]!;
        }

        async Task<string> Hash()
        {
            await using var suite = await Suite.Start(own);
            return (string)(await suite.Get("reports/base"))["hash"]!;
        }
    }

    private static JsonObject Told(CrmFunctions.Domain.Events.CustomerEvent e)
    {
        var told = Sent.Event("visit", $"{e.Id}", e.Customer.Id, e.Customer.Email, e.Customer.Phone, source: e.Source, data: ("page", "/"));
        if (e.Customer.UnionId is { } unionId)
            told["data"]!["customer"]!["unionid"] = unionId;
        if (e.Customer.Claimed == true)
            told["data"]!["customer"]!["claimed"] = true;
        return told;
    }

    private static async Task<string> Written(Suite suite)
    {
        var persons = new List<Person>();
        await foreach (
            var row in suite.Tables.Customers.QueryAsync<CustomerRow>($"RowKey eq '{CustomerRow.Key}' and Kind eq '{CustomerRow.Customer}'")
        )
        {
            var customer = StateColumns.Read(row, row.Snapshot!);
            var named = customer.Handles.Where(pair => !pair.Value).Select(pair => StateColumns.HandleOf(pair.Key)).ToHashSet();
            persons.Add(new Person(customer.Id, customer.Filed.ToHashSet(), named, customer.Shared.Union(customer.Claimed).ToHashSet()));
        }

        return Crowd.Written(persons.OrderBy(person => person.Name));
    }

    /// <summary>Counts the writes that one storage refused since their row had changed.</summary>
    private sealed class LostRaces : IDisposable
    {
        private readonly MeterListener listener = new();
        private int count;

        public LostRaces(int port)
        {
            listener.InstrumentPublished = (instrument, listening) =>
            {
                if (instrument is { Name: "http.client.request.duration", Meter.Name: "System.Net.Http" })
                    listening.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<double>(
                (_, _, tags, _) =>
                {
                    var (isHere, isRefused) = (false, false);
                    foreach (var (name, value) in tags)
                    {
                        isHere |= name == "server.port" && Equals(value, port);
                        isRefused |= name == "http.response.status_code" && Equals(value, 412);
                    }

                    if (isHere && isRefused)
                        Interlocked.Increment(ref count);
                }
            );
            listener.Start();
        }

        public int Count => Volatile.Read(ref count);

        public void Dispose() => listener.Dispose();
    }
}
