using LocalHost.Functions;
using LocalHost.Protocol;

namespace LocalHost.Worker;

/// <summary>One invocation of a function, on its way through the worker.</summary>
internal sealed class Invocation(HostedFunction function, WorkerChannel channel)
{
    internal string Id { get; } = Guid.NewGuid().ToString();

    internal HostedFunction Function => function;

    /// <summary>On the host's clock.</summary>
    internal long StartedAt { get; set; }

    /// <summary>Set when it ran longer than host.json's functionTimeout.</summary>
    internal bool IsTimedOut { get; private set; }

    internal void TimeOut()
    {
        IsTimedOut = true;
        Cancel();
    }

    /// <summary>Asks the worker to cancel the token of the invocation.</summary>
    internal void Cancel() => channel.Tell(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = Id } });
}

/// <summary>How an invocation ended.</summary>
/// <param name="Id">The invocation's id, as in its log lines.</param>
/// <param name="Failure">What went wrong, as text; null where nothing did.</param>
internal sealed record Outcome(string Id, string? Failure)
{
    internal bool Succeeded => Failure is null;
}
