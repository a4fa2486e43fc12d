namespace CrmFunctions.TestKit;

/// <summary>Waits for what comes in its own time.</summary>
public static class Eventually
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(2);

    /// <inheritdoc cref="Holds(Func{Task{bool}})"/>
    public static Task Holds(Func<bool> condition) => Holds(() => Task.FromResult(condition()));

    /// <summary>Asks again and again until something holds.</summary>
    /// <exception cref="TaskCanceledException">It does not within two minutes.</exception>
    public static async Task Holds(Func<Task<bool>> condition)
    {
        using var bound = new CancellationTokenSource(limit);
        while (!await condition())
            await Task.Delay(pause, TimeProvider.System, bound.Token);
    }
}
