namespace AzureSdk.Local.ServiceBus;

/// <summary>The form of every call: what goes wrong is in the task, not thrown at the caller's line.</summary>
internal static class Call
{
    /// <summary>Runs a short piece of work on the caller's thread.</summary>
    /// <exception cref="TaskCanceledException">In the task: the token was cancelled before the work began.</exception>
    public static Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        try
        {
            return Task.FromResult(work());
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }
}
