using System.Threading.Channels;

namespace LocalServiceBus;

/// <content>Group commits: operations that arrive while one transaction is written share the next.</content>
internal sealed partial class Broker
{
    // Bounds how long an operation waits for others of its transaction.
    private const int LargestGroup = 128;

    private readonly Channel<Work> queue = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock gate = new();
    private readonly Task commits;
    private bool closed;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!queue.Writer.TryComplete())
            return;
        await commits.ConfigureAwait(false);
        await timer.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Does work in one transaction on a queue that was brought up to the present; the task is done once it is stored.</summary>
    private Task<T> Transact<T>(Entity entity, Func<long, T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var value = default(T)!;
        Post(
            new Work(
                () =>
                {
                    var now = Now();
                    BringUpTo(now, entity);
                    value = work(now);
                },
                failure =>
                {
                    if (failure is null)
                        result.SetResult(value);
                    else
                        result.SetException(failure);
                }
            )
        );
        return result.Task;
    }

    private void Post(Work work)
    {
        if (!queue.Writer.TryWrite(work))
            work.Done?.Invoke(new ObjectDisposedException(nameof(Broker)));
    }

    private async Task Commit()
    {
        var group = new List<Work>();
        while (await queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (group.Count < LargestGroup && queue.Reader.TryRead(out var work))
                group.Add(work);
            lock (gate)
                Commit(group);
            foreach (var work in group)
                work.Done?.Invoke(work.Failure);
            AnswerServed();
            group.Clear();
        }

        lock (gate)
        {
            closed = true;
            file.Dispose();
        }

        EndAllWaits();
    }

    private void Commit(List<Work> group)
    {
        try
        {
            file.InTransaction(() =>
            {
                foreach (var work in group)
                {
                    try
                    {
                        work.Act();
                    }
                    catch (BrokerException refusal)
                    {
                        work.Failure = refusal;
                    }
                }

                Serve();
            });
            SetTimer();
        }
        catch (Exception failure)
        {
            // The file failed, and nothing of this group is stored: its callers are told, and who waits goes on waiting.
            foreach (var work in group)
                work.Failure ??= failure;
            TakeBackServed();
            SetTimer();
        }
    }

    /// <summary>One operation.</summary>
    /// <param name="Act">Runs in the transaction. Refuses with <see cref="BrokerException"/> before it changes anything.</param>
    /// <param name="Done">Told, after the commit, of the failure or of none.</param>
    private sealed record Work(Action Act, Action<Exception?>? Done = null)
    {
        public Exception? Failure { get; set; }
    }
}
