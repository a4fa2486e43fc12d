using System.Collections.Concurrent;
using System.Threading.Channels;

namespace LocalHost.Tests;

/// <summary>What functions under test wrote down, and gates at which they wait.</summary>
public sealed class Journal
{
    private readonly ConcurrentQueue<string> lines = new();
    private readonly Channel<string> news = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Lines => [.. lines];

    public void Add(string line)
    {
        lines.Enqueue(line);
        news.Writer.TryWrite(line);
    }

    /// <summary>The next line not yet waited for.</summary>
    public async Task<string> Next()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await news.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Waits until the test opens the gate.</summary>
    public Task Gate(CancellationToken cancellationToken = default) => open.Task.WaitAsync(cancellationToken);

    public void OpenGate() => open.TrySetResult();
}
