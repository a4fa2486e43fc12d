using CrmFunctions.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CrmFunctions.Operations;

/// <summary>Counts a delivery before each function that a queue triggers, and a settlement after it: the host receives and settles for us.</summary>
public sealed class CountDeliveries(OperationCount operations) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (Triggers.Of(context.FunctionDefinition) != Triggers.Queue)
        {
            await next(context);
            return;
        }

        operations.CountBroker("receive", 1);
        try
        {
            await next(context);
        }
        finally
        {
            operations.CountBroker("settle", 1);
        }
    }
}
