using LocalHost.Functions;
using LocalHost.Hosting;
using LocalHost.Protocol;
using Microsoft.Extensions.Logging;

namespace LocalHost.Worker;

/// <summary>Sends invocations to the worker and waits for their end. A failure is logged once and told to the caller.</summary>
internal sealed class FunctionInvoker(WorkerChannel channel, RunningInvocations running, HostSettings settings, ILoggerFactory loggers)
{
    /// <summary>Begins an invocation.</summary>
    /// <param name="function">What is invoked.</param>
    /// <param name="request">What the trigger gives; ids are filled in.</param>
    /// <param name="hangUp">Cancels the invocation: its caller is gone. Then its failure is nobody's, and not logged.</param>
    /// <returns>The invocation, and its end.</returns>
    internal (Invocation Invocation, Task<Outcome> Ended) Begin(
        HostedFunction function,
        InvocationRequest request,
        CancellationToken hangUp = default
    )
    {
        var invocation = new Invocation(function, channel);
        request.InvocationId = invocation.Id;
        request.FunctionId = function.Id;
        request.TraceContext ??= new TraceContext();
        running.Begin(invocation);
        return (invocation, Complete(invocation, request, hangUp));
    }

    private async Task<Outcome> Complete(Invocation invocation, InvocationRequest request, CancellationToken hangUp)
    {
        var log = loggers.CreateLogger(invocation.Function.LogCategory);
        try
        {
            HostLog.Executing(log, invocation.Function.Name, invocation.Id);
            var asked = channel.Ask(new StreamingMessage { InvocationRequest = request });
            using var registration = hangUp.UnsafeRegister(static state => ((Invocation)state!).Cancel(), invocation);
            var failure = Failure(invocation, (await asked).InvocationResponse.Result);
            if (failure is null)
                HostLog.Executed(log, invocation.Function.Name, invocation.Id);
            else if (!hangUp.IsCancellationRequested)
                HostLog.InvocationFailed(log, invocation.Function.Name, invocation.Id, failure);
            return new Outcome(invocation.Id, failure);
        }
        catch (WorkerGoneException gone)
        {
            return new Outcome(invocation.Id, gone.Message);
        }
        finally
        {
            running.End(invocation);
        }
    }

    private string? Failure(Invocation invocation, StatusResult result) =>
        result.Status switch
        {
            StatusResult.Types.Status.Success => null,
            _ when invocation.IsTimedOut =>
                $"Function '{invocation.Function.Name}' ran longer than host.json's functionTimeout of {settings.FunctionTimeout}. {result.Exception?.Message}",
            _ => result.Exception is { } thrown ? $"{thrown.Type}: {thrown.Message}" : "The worker says no more.",
        };
}
