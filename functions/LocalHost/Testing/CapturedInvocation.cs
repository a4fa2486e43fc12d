namespace LocalHost.Testing;

/// <summary>An invocation that ended.</summary>
/// <param name="Function">The function's name.</param>
/// <param name="InvocationId">The id that its context and its log lines carry.</param>
/// <param name="Exception">What was thrown; null if it succeeded.</param>
/// <param name="Result">What the function returned.</param>
public sealed record CapturedInvocation(string Function, string InvocationId, Exception? Exception, object? Result)
{
    /// <summary>Whether nothing was thrown.</summary>
    public bool Succeeded => Exception is null;
}
