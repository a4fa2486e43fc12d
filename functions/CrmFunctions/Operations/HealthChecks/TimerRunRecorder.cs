using Azure;
using CrmFunctions.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>Writes of every timer's run whether it went well: silence is judged against the schedule by that.</summary>
public sealed class TimerRunRecorder(TimerRuns runs, Clocks clocks, ILogger<TimerRunRecorder> log) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (Triggers.Of(context.FunctionDefinition) != Triggers.Timer)
        {
            await next(context);
            return;
        }

        var name = context.FunctionDefinition.Name;
        try
        {
            await next(context);
        }
        catch (Exception failed)
        {
            await Write(name, () => runs.Failed(name, clocks.Machine.GetUtcNow(), failed.GetType().Name, CancellationToken.None));
            throw;
        }

        await Write(name, () => runs.Succeeded(name, clocks.Machine.GetUtcNow(), CancellationToken.None));
    }

    // The run is what it is; that it could not be written down must not make it another.
    private async Task Write(string name, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception failed) when (failed is RequestFailedException or AggregateException)
        {
            log.RunNotNoted(name, failed.GetType().Name);
        }
    }
}
