using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CrmFunctions.Telemetry;

/// <summary>
/// Counts what is billed around every function: the run, the time it keeps an instance, and of a queue's message its delivery and
/// settlement, which the host does for us.
/// </summary>
public sealed class CountInvocations(OperationCount operations) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var trigger = Triggers.Of(context.FunctionDefinition);

        // Flex Consumption scales all HTTP functions together and every other one by itself: each group has instances of its own.
        var group = trigger == Triggers.Http ? Triggers.Http : context.FunctionDefinition.Name;
        operations.Began(group);
        if (trigger == Triggers.Queue)
            operations.CountBroker("receive", 1);
        try
        {
            await next(context);
        }
        finally
        {
            if (trigger == Triggers.Queue)
                operations.CountBroker("settle", 1);
            operations.Ended(group);
        }
    }
}
