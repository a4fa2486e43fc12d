using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CrmFunctions.Operations;

/// <summary>Counts a delivery before each function that a queue triggers, and a settlement after it: the host receives and settles for us.</summary>
public sealed class CountDeliveries(OperationCount operations) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var queued = context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type.Equals("serviceBusTrigger", StringComparison.OrdinalIgnoreCase));
        if (!queued)
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
