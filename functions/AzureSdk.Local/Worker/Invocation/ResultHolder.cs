using Microsoft.Azure.Functions.Worker;

namespace AzureSdk.Local.Invocation;

/// <summary>Where the result of an invocation is kept: in our own context, or for another (a mock) in its features.</summary>
internal sealed class ResultHolder(InvocationContext? context)
{
    private object? result;

    internal object? Value
    {
        get => context is null ? result : context.Result;
        set
        {
            result = value;
            if (context is not null)
            {
                context.Result = value;
            }
        }
    }

    internal static ResultHolder Of(FunctionContext context)
    {
        if (context is InvocationContext own)
        {
            return new ResultHolder(own);
        }

        if (context.Features.Get<ResultHolder>() is not { } holder)
        {
            context.Features.Set(holder = new ResultHolder(null));
        }

        return holder;
    }
}

internal sealed class HeldResult(ResultHolder holder) : InvocationResult
{
    public override object? Value
    {
        get => holder.Value;
        set => holder.Value = value;
    }
}

internal sealed class HeldResult<T>(ResultHolder holder) : InvocationResult<T>
{
    public override T? Value
    {
        get => (T?)holder.Value;
        set => holder.Value = value;
    }
}
