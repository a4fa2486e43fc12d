using CrmFunctions.Benchmarks.Results;
using CrmFunctions.Events;

namespace CrmFunctions.Benchmarks.Flow;

/// <summary>
/// Events at a steady rate, each about another customer than the last; the same bodies to the bare endpoint between them.
/// </summary>
internal static class SteadyLoad
{
    // One event in so many is also polled for, from when the first message of its window can be seen: a check on the storage's own
    // instants. A prime, so that those polled for fall on all parts of a window.
    private const int Sample = 47;
    private static readonly TimeSpan PollFrom = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(25);

    public static async Task<IReadOnlyList<Figure>> Run(
        Running running,
        string source,
        Options options,
        CancellationToken cancellationToken
    )
    {
        var interval = TimeSpan.FromSeconds(1.0 / options.Rate);
        var operations = await running.Operations(cancellationToken);
        var (app, bus, azurite) = (Spent.By(running.AppId), Spent.By(running.BusId), Spent.By(running.AzuriteId));
        var start = TimeProvider.System.GetUtcNow().AddSeconds(1);
        var posts = new Traffic(source, options.Customers).Posts(options.Rate * options.Seconds, start, interval);
        var states = new States(running.Tables);

        var load = new Load(running.App).Steady(posts, start, interval, cancellationToken);
        var bare = new Load(running.Bare).Steady(posts, start + (interval / 2), interval, cancellationToken);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var polls = posts
            .Select((post, i) => (post, i))
            .Where(item => item.i % Sample == 0)
            .Select(item => Polled(states, item.post.Customer, (item.i / options.Customers) + 1, start + (item.i * interval), enough.Token))
            .ToList();
        await states.Watch(load, cancellationToken);
        await enough.CancelAsync();

        var after = await running.Operations(cancellationToken);
        var (appNow, busNow, azuriteNow) = (Spent.By(running.AppId), Spent.By(running.BusId), Spent.By(running.AzuriteId));
        var (answers, compared) = (await load, await bare);
        var decided = states.Decided(answers).ToList();
        double PerEvent(long count) => (double)count / (after.Events - operations.Events);
        return
        [
            .. Answers(answers, compared),
            .. Tiers(decided),
            new(
                "event → tier as polled (1 in 47), p95",
                new Durations((await Task.WhenAll(polls)).OfType<TimeSpan>()).Percentile(95),
                "ms"
            ),
            new("failed answers", answers.Count(answer => !answer.Accepted), "events", Budget.Lost),
            new("accepted and not decided", decided.Count(one => one.At is null), "events", Budget.Lost),
            // Asking for the count is a transaction itself.
            new("table transactions per event", PerEvent(after.Tables - operations.Tables - 1), "", Budget.TableTransactionsPerEvent),
            new("Service Bus operations per event", PerEvent(after.Bus - operations.Bus), "", Budget.BusOperationsPerEvent),
            .. Cost("app", app, appNow, answers.Length),
            .. Cost("local Service Bus", bus, busNow, answers.Length),
            .. Cost("Azurite", azurite, azuriteNow, answers.Length),
        ];
    }

    private static IEnumerable<Figure> Answers(Sending[] app, Sending[] bare)
    {
        var (answers, compared) = (
            new Durations(app.Select(answer => answer.Answered)),
            new Durations(bare.Select(answer => answer.Answered))
        );
        return
        [
            .. answers.Figures("answer", 50, 95),
            new("answer, p99", answers.Percentile(99), "ms", Budget.AnswerP99),
            .. answers.Figures("answer", 100),
            .. compared.Figures("answer of bare Kestrel", 50, 99),
            new("answer ÷ bare Kestrel, p50", answers.Percentile(50) / compared.Percentile(50), "×"),
            new("answer ÷ bare Kestrel, p99", answers.Percentile(99) / compared.Percentile(99), "×"),
        ];
    }

    private static IEnumerable<Figure> Tiers(IReadOnlyList<(Sending Sending, DateTimeOffset? At)> decided)
    {
        var options = new DebounceOptions();
        var done = decided.Where(item => item.At is not null).ToList();
        var all = new Durations(done.Select(item => item.At!.Value - item.Sending.Intended));

        // What is left when the window and its margin are over is the work: waiting in the queue, reading, deciding, writing.
        var work = new Durations(done.Select(item => item.At!.Value - DebounceWindow.At(item.Sending.Intended, options).VisibleAt));
        return
        [
            .. all.Figures("event → tier", 50),
            new("event → tier, p95", all.Percentile(95), "ms", Budget.EventToTierP95),
            .. all.Figures("event → tier", 99),
            .. work.Figures("of it after window and margin", 50, 95, 99),
        ];
    }

    private static IEnumerable<Figure> Cost(string process, Spent before, Spent after, int events) =>
        [
            new($"{process}: CPU", (after.Cpu - before.Cpu).TotalSeconds, "s"),
            new($"{process}: CPU per event", (after.Cpu - before.Cpu).TotalMilliseconds / events, "ms"),
            new($"{process}: peak memory", after.PeakMebibytes, "MiB"),
        ];

    private static async Task<TimeSpan?> Polled(
        States states,
        string customer,
        int events,
        DateTimeOffset sent,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await Task.Delay(sent + PollFrom - TimeProvider.System.GetUtcNow(), cancellationToken);
            return await states.Poll(customer, events, PollEvery, cancellationToken) - sent;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
