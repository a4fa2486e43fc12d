using System.Collections.Frozen;
using System.Diagnostics;
using AzureSdk.Local.Hosting;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace AzureSdk.Local.Invocation;

/// <summary>Runs an invocation through the middleware to the function. Whatever is thrown ends here: logged once, and told to the caller.</summary>
internal sealed class FunctionInvoker(
    FunctionCatalog functions, Pipeline pipeline, RunningInvocations running, ILoggerFactory loggers, HostSettings settings, HostSetup setup)
{
    private static readonly ActivitySource Source = new("Microsoft.Azure.Functions.Worker");

    private readonly FunctionExecutionDelegate execute = pipeline.Build();
    private readonly FrozenDictionary<FunctionDescriptor, ILogger> logs =
        functions.All.ToFrozenDictionary(function => function, function => loggers.CreateLogger(function.LogCategory));

    /// <returns>What was thrown, or null for success.</returns>
    internal async Task<Exception?> Invoke(InvocationContext context)
    {
        var log = logs[context.Function];
        Exception? failure = null;
        running.Begin(context);
        try
        {
            using var scope = log.BeginScope(context);
            using var activity = Source.HasListeners() ? Start(context) : null;
            Log.Executing(log, context.Function.Name, context);
            try
            {
                await execute(context);
                Log.Executed(log, context.Function.Name, context);
            }
            catch (Exception error)
            {
                failure = context.IsTimedOut
                    ? new TimeoutException($"Function '{context.Function.Name}' ran longer than host.json's functionTimeout of {settings.FunctionTimeout}.", error)
                    : error;
                activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
                if (!IsHangUp(context))
                {
                    Log.InvocationFailed(log, failure, context.Function.Name, context.InvocationId);
                }
            }

            setup.InvocationEnded?.Invoke(context, failure);
            await context.DisposeAsync();
        }
        finally
        {
            running.End(context);
        }

        return failure;
    }

    /// <summary>The caller is gone, and the function stopped because of it: nobody's failure.</summary>
    private static bool IsHangUp(InvocationContext context) => context.Http is { RequestAborted.IsCancellationRequested: true };

    private static Activity? Start(InvocationContext context)
    {
        ActivityContext.TryParse(context.TraceContext.TraceParent, context.TraceContext.TraceState, out var parent);
        return Source.StartActivity("Invoke", ActivityKind.Server, parent,
        [
            new("az.schema_url", "https://opentelemetry.io/schemas/1.17.0"),
            new("faas.execution", context.InvocationId),
        ]);
    }
}
