using CrmFunctions.Events;
using CrmFunctions.Sources.Reconciliation.Asking;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Sources.Reconciliation;

/// <summary>Compares what a source has with the log, window by window, files what is missing and keeps the gaps.</summary>
/// <remarks>Source: Sources/Reconciliation/RECONCILIATION.md.</remarks>
public sealed class SourceReconciliation(
    GapStore gaps,
    EventLog log,
    IDeliveryReader deliveries,
    SourceApi api,
    Clocks clocks,
    IOptions<ReconciliationOptions> options
)
{
    /// <summary>Missing events of one window at the most: they are held until all of it was seen. A window with more is halved.</summary>
    public const int MostMissing = 10_000;

    private static readonly TimeSpan shortestWindow = TimeSpan.FromMinutes(1);

    /// <summary>Compares a source up to now, or as far as one run may go.</summary>
    public async Task Run(
        Source source,
        IReadOnlyDictionary<string, string> secrets,
        ISourceClient client,
        CancellationToken cancellationToken
    )
    {
        var calls = api.Begin();
        var now = clocks.Now;
        var started = clocks.Machine.GetTimestamp();
        var state = await Begin(source, cancellationToken);
        var isFirst = true;
        try
        {
            while (state.Through < now - options.Value.Grace && clocks.Machine.GetElapsedTime(started) < options.Value.LongestRun)
            {
                if (!await Compare(source, secrets, client, calls, state, now, cancellationToken))
                    return;
                isFirst = false;
            }
        }
        catch (Exception over) when (over is CallsUsedUpException or WindowTooFullException)
        {
            // Half as much next time. As much again where windows before it used up the calls, and where it is being filed.
            if (state.Filing is null && (isFirst || over is WindowTooFullException))
            {
                state.WindowSeconds = Math.Max(state.WindowSeconds / 2, (long)shortestWindow.TotalSeconds);
            }
        }
        catch (SourceRefusedException refused)
        {
            state.LastError = refused.Message;
        }

        state.Calls += calls.Made;
        await gaps.SaveState(state, cancellationToken);
    }

    /// <summary>Keeps that a source could not be asked.</summary>
    public async Task Fail(Source source, string why, CancellationToken cancellationToken)
    {
        var state = await Begin(source, cancellationToken);
        state.LastError = why;
        await gaps.SaveState(state, cancellationToken);
    }

    private async Task<ReconciliationRow> Begin(Source source, CancellationToken cancellationToken)
    {
        var state =
            await gaps.ReadState(source.Id, cancellationToken)
            ?? new ReconciliationRow
            {
                RowKey = source.Id,
                Through = clocks.Now - options.Value.Lookback,
                WindowSeconds = (long)options.Value.Window.TotalSeconds,
            };
        state.LastRunAt = clocks.Now;
        state.LastError = null;
        return state;
    }

    /// <returns>False where another run does the same.</returns>
    private async Task<bool> Compare(
        Source source,
        IReadOnlyDictionary<string, string> secrets,
        ISourceClient client,
        ApiCalls calls,
        ReconciliationRow state,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var to = state.Filing ?? Earlier(state.Through.AddSeconds(state.WindowSeconds), now - options.Value.Grace);
        var span = new TimeRange(state.Through - options.Value.Overlap, to);
        var window = await See(source, client.List(source, secrets, span, calls, cancellationToken), span, now, cancellationToken);
        if (window.Missing.Count > MostMissing && to - state.Through > shortestWindow && state.Filing is null)
            throw new WindowTooFullException();

        if (window.Missing.Count > 0)
        {
            // If the process dies from here on, the next run compares the same window, and finds in the log what this one filed, by its
            // origin.
            state.Filing = to;
            if (!await gaps.SaveState(state, cancellationToken))
                return false;
            await File(window, cancellationToken);
            CrashPoints.Passed(CrashPoints.GapsFiled);
            await gaps.Put(source.Id, span.From, Gap.Among(window.Seen), clocks.Now, cancellationToken);
        }

        state.Compared += window.Items;
        state.Missing += window.Seen.Count(seen => seen.IsMissing);
        state.Unmapped += window.Unmapped;
        state.UnmappedExample = window.UnmappedExample ?? state.UnmappedExample;
        state.Through = to;
        state.Filing = null;
        state.WindowSeconds = Math.Min(state.WindowSeconds * 2, (long)options.Value.Window.TotalSeconds);
        return await gaps.SaveState(state, cancellationToken);
    }

    private async Task<Window> See(
        Source source,
        IAsyncEnumerable<IReadOnlyList<SourceItem>> pages,
        TimeRange span,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var window = new Window();
        var origin = $"gap:{source.Id}:{span.From.UtcTicks}";
        await foreach (var page in pages)
        {
            var read = new List<(string Item, LogEntry Entry)>();
            foreach (var item in page.Where(item => window.IsNew(item.Id)))
            {
                var events = deliveries.Read(source, item.Delivery, now);
                if (events.Problem is { } problem)
                    window.Leave(item.Id, problem);
                read.AddRange(events.Entries.Select(entry => (item.Id, entry with { Kind = "reconciliation", Origin = origin })));
            }

            var found = await log.Look([.. read.Select(pair => pair.Entry)], cancellationToken);
            foreach (var (index, (item, entry)) in read.Index())
                window.Add(item, entry, isMissing: found[index] == FilingResult.Accepted);
        }

        return window;
    }

    private async Task File(Window window, CancellationToken cancellationToken)
    {
        foreach (var chunk in window.Missing.Chunk(500))
        {
            var filings = await log.File([.. chunk.Select(missing => missing.Entry)], cancellationToken);
            foreach (var (index, missing) in chunk.Index())
            {
                // Its webhook came in the meantime: no gap.
                if (filings[index] != FilingResult.Accepted)
                    window.Seen[missing.Seen] = window.Seen[missing.Seen] with { IsMissing = false };
            }
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    private sealed class WindowTooFullException : Exception;

    /// <summary>What was seen in a window.</summary>
    private sealed class Window
    {
        private readonly HashSet<string> items = new(StringComparer.Ordinal);

        public int Items => items.Count;

        public List<SeenEvent> Seen { get; } = [];

        public List<(LogEntry Entry, int Seen)> Missing { get; } = [];

        public int Unmapped { get; private set; }

        public string? UnmappedExample { get; private set; }

        public bool IsNew(string item) => items.Add(item);

        public void Add(string item, LogEntry entry, bool isMissing)
        {
            if (isMissing)
                Missing.Add((entry, Seen.Count));
            Seen.Add(new SeenEvent(item, entry.Event.OccurredAt, isMissing));
        }

        public void Leave(string item, string problem)
        {
            Unmapped++;
            UnmappedExample ??= $"{item}: {problem}";
        }
    }
}
