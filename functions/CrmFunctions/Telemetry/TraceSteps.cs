using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.Telemetry;

/// <summary>Around every function: its span, its duration, and its one line in the log.</summary>
public sealed class TraceSteps(ILogger<TraceSteps> log) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var (name, trigger, began) = (context.FunctionDefinition.Name, Triggers.Of(context.FunctionDefinition), Stopwatch.GetTimestamp());
        using var span = FlowTrace.Begin(context, trigger);
        Exception? thrown = null;
        try
        {
            await next(context);
        }
        catch (Exception error)
        {
            thrown = error;
            throw;
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(began);
            FlowMeter.Invoked(name, trigger, took, thrown);
            End(span, context, trigger, thrown);

            // Whole traces or nothing: the line of a step is told where its span is, one trace in twenty unless told otherwise.
            log.StepDone(span is { Recorded: true } ? LogLevel.Information : LogLevel.Debug, name, trigger, (long)took.TotalMilliseconds);
        }
    }

    private static void End(Activity? span, FunctionContext context, string trigger, Exception? thrown)
    {
        if (span is not { IsAllDataRequested: true })
            return;
        span.SetTag("faas.trigger", trigger);
        if (thrown is not null)
        {
            // The type alone: a message may quote what it was about.
            span.SetStatus(ActivityStatusCode.Error);
            span.SetTag("error.type", thrown.GetType().FullName);
        }
        else if (trigger == Triggers.Http && context.GetInvocationResult().Value is IStatusCodeHttpResult { StatusCode: { } status })
        {
            span.SetTag("http.response.status_code", status);
            if (status >= 500)
                span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
