using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CrmFunctions.Http;

/// <summary>
/// Refuses a request whose body the server cannot read, because it is cut, comes too slowly or breaks the protocol: without this the run
/// would fail, and the caller be told 500. A caller who hung up is answered nothing, and the run is no failure; one whose request was ended
/// by the host, which stops, is told to send it again.
/// </summary>
public sealed class RefuseBrokenRequests : IFunctionsWorkerMiddleware
{
    /// <summary>The status of a request whose caller is gone, as nginx has it: nobody reads it, but it is counted and logged.</summary>
    public const int CallerGone = 499;

    private static readonly Problem stopping = new(ProblemKind.Unavailable, "Send it again: this instance is stopping.");

    // The host says that a caller is gone by two ways, the cancelled invocation and the broken connection, and either may be the first.
    private static readonly TimeSpan otherWay = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException broken)
        {
            context.GetInvocationResult().Value = Of(broken).ToResult();
        }
        catch (Exception cut)
            when (cut is OperationCanceledException or ConnectionResetException or ConnectionAbortedException
                && context.GetHttpContext() is not null
                && IsEnded(context)
            )
        {
            context.GetInvocationResult().Value = await IsCallerGone(context.GetHttpContext()!)
                ? TypedResults.StatusCode(CallerGone)
                : stopping.ToResult();
        }
    }

    /// <summary>The refusal of what the server could not read.</summary>
    public static Problem Of(BadHttpRequestException broken) =>
        broken.StatusCode switch
        {
            StatusCodes.Status413PayloadTooLarge => new(ProblemKind.TooLarge, "Send less; the server takes no body of that size."),
            StatusCodes.Status408RequestTimeout => new(ProblemKind.Slow, "Send the body faster."),
            _ => new(ProblemKind.InvalidRequest, "Send the whole body, as its headers say it."),
        };

    private static bool IsEnded(FunctionContext context) =>
        context.CancellationToken.IsCancellationRequested || context.GetHttpContext()!.RequestAborted.IsCancellationRequested;

    private static async Task<bool> IsCallerGone(HttpContext request)
    {
        try
        {
            await Task.Delay(otherWay, TimeProvider.System, request.RequestAborted);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }
}
