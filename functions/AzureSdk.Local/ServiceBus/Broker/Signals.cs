using System.Collections.Concurrent;

namespace AzureSdk.Local.ServiceBus;

/// <summary>Wakes the receivers that wait in this process.</summary>
internal sealed class Signals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> next = new(StringComparer.OrdinalIgnoreCase);
    private int waiting;

    /// <summary>How many receivers wait now.</summary>
    public bool AnyWaiting => Volatile.Read(ref waiting) > 0;

    /// <summary>The task that ends with the next pulse. Take it before looking, so that nothing sent in between is missed.</summary>
    public Task Next(string path) => next.GetOrAdd(path, _ => New()).Task;

    /// <summary>Waits for the task of <see cref="Next"/>, at most so long by the clock.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task Wait(Task signal, TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref waiting);
        try
        {
            await signal.WaitAsync(atMost, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The time has come to look again.
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>Wakes those who wait for a path.</summary>
    public void Pulse(string path)
    {
        if (next.TryRemove(path, out var signal)) signal.TrySetResult();
    }

    /// <summary>Wakes everybody.</summary>
    public void PulseAll()
    {
        foreach (var path in next.Keys) Pulse(path);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
