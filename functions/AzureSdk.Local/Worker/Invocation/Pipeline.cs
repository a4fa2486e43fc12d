using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace AzureSdk.Local.Invocation;

/// <summary>The steps around every invocation, the function itself last.</summary>
internal sealed class Pipeline
{
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> steps = [];

    internal void Add(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> step) => steps.Add(step);

    internal FunctionExecutionDelegate Build()
    {
        FunctionExecutionDelegate next = Execute;
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            next = steps[i](next);
        }

        return next;
    }

    private static async Task Execute(FunctionContext context)
    {
        var invocation = (InvocationContext)context;
        invocation.Result = await invocation.Function.Call(invocation);
    }
}
