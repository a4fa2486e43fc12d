using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Demo.Loading;

/// <summary>Waits until every loaded event is folded into its customer and the state stands still.</summary>
internal sealed class Settling(Api api, Progress progress, TimeProvider clock)
{
    /// <summary>Between two looks at least this long.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks at most this long.</summary>
    public static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(10);

    // A look reads the whole base: waiting this many times as long as it took leaves the storage to those who work.
    private const int Rest = 8;

    /// <summary>How long the state must stay the same where it cannot be known how many events there are.</summary>
    public static readonly TimeSpan Still = TimeSpan.FromSeconds(15);

    /// <summary>How long nothing may move before it is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <exception cref="CommandFailedException">Nothing has moved for <see cref="Patience"/>.</exception>
    public Task<BaseReport> Run(Loaded loaded, CancellationToken cancellationToken) =>
        progress.Run("progress.settle", loaded.AtMost, show => Settled(loaded, show, cancellationToken));

    private async Task<BaseReport> Settled(Loaded loaded, Action<long> show, CancellationToken cancellationToken)
    {
        var moved = clock.GetTimestamp();
        for (BaseReport? before = null; ; )
        {
            var looked = clock.GetTimestamp();
            var now = await api.Base(cancellationToken);
            var rest = clock.GetElapsedTime(looked) * Rest;
            show(Math.Min(now.Events, loaded.AtMost));
            var same = now.Hash == before?.Hash && now.Events == before.Events;
            if (!same)
                moved = clock.GetTimestamp();
            var still = clock.GetElapsedTime(moved);
            if (same && (now.Events >= loaded.AtMost || (now.Events >= loaded.AtLeast && still >= Still)))
                return now;
            if (still > Patience)
                throw Stuck(loaded, now);
            before = now;
            await Task.Delay(
                rest < Look ? Look
                    : rest > LongestLook ? LongestLook
                    : rest,
                clock,
                cancellationToken
            );
        }
    }

    private static CommandFailedException Stuck(Loaded loaded, BaseReport now) =>
        new(
            $"{loaded.AtLeast:N0} events are in the log, but only {now.Events:N0} have reached their customers, and nothing has moved for {Patience.TotalSeconds:N0} s. "
                + "Look at the app's log for recalculations that failed, at the dead-letter queue of `recalculations`, and at GET /api/health."
        );
}
