using LocalHost.Worker;

namespace LocalHost.Timers;

/// <summary>
/// Waiting on the host's clock. While a delay runs nothing counts as taken up, and it is taken up again within the clock's own call: a test
/// that turns the clock and then waits for quiet sees the work that this began.
/// </summary>
internal sealed class HostDelay(TimeProvider clock, RunningInvocations running) : IDisposable
{
    private readonly CancellationTokenSource stopping = new();

    internal TimeProvider Clock => clock;

    internal RunningInvocations Running => running;

    /// <returns>False if the host stops.</returns>
    internal async Task<bool> Wait(TimeSpan time)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = Clock.CreateTimer(_ => End(true), null, time, Timeout.InfiniteTimeSpan);
        await using var stop = stopping.Token.Register(() => End(false));
        running.Leave();
        return await done.Task;

        void End(bool result)
        {
            running.Enter();
            if (!done.TrySetResult(result))
            {
                running.Leave();
            }
        }
    }

    internal void Stop() => stopping.Cancel();

    public void Dispose() => stopping.Dispose();
}
