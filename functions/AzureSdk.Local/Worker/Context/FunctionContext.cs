namespace Microsoft.Azure.Functions.Worker;

/// <summary>What is known of one invocation of a function. Middleware sees it, and functions that take it as a parameter.</summary>
public abstract class FunctionContext
{
    /// <summary>A new id for each invocation, also for each retry.</summary>
    public abstract string InvocationId { get; }

    /// <summary>The same for every invocation of a function.</summary>
    public abstract string FunctionId { get; }

    /// <summary>The trace this invocation belongs to.</summary>
    public abstract TraceContext TraceContext { get; }

    /// <summary>What the trigger tells besides its main value.</summary>
    public abstract BindingContext BindingContext { get; }

    /// <summary>Which try this is. Null, as in the official worker, for a function without a retry policy.</summary>
    public abstract RetryContext RetryContext { get; }

    /// <summary>The services of this invocation's scope.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>The function as declared.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>For middleware and functions to pass things along an invocation.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>Features of the invocation by type.</summary>
    public abstract IInvocationFeatures Features { get; }

    /// <summary>Cancelled when the caller hangs up, the function runs out of time, or the host can wait no longer to stop.</summary>
    public virtual CancellationToken CancellationToken { get; } = CancellationToken.None;
}
