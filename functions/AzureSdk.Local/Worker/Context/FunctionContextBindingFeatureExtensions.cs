using AzureSdk.Local.Invocation;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The result of an invocation, for middleware.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>What the function returned, or what a middleware put in its place.</summary>
    /// <exception cref="InvalidOperationException">The result is not a <typeparamref name="T"/>.</exception>
    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context) =>
        ResultHolder.Of(context).Value is T
            ? new HeldResult<T>(ResultHolder.Of(context))
            : throw new InvalidOperationException($"The function's result is not a {typeof(T)}.");

    /// <summary>What the function returned, or what a middleware put in its place.</summary>
    public static InvocationResult GetInvocationResult(this FunctionContext context) => new HeldResult(ResultHolder.Of(context));
}
