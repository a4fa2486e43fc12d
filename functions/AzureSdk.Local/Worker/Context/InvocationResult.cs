namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a function returned. Middleware may read and replace it.</summary>
public abstract class InvocationResult : InvocationResult<object>
{
}

/// <summary>What a function returned, as a type.</summary>
public abstract class InvocationResult<T>
{
    /// <summary>The value returned.</summary>
    public abstract T? Value { get; set; }
}
