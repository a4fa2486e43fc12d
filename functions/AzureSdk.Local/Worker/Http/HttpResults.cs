using AzureSdk.Local.Hosting;
using AzureSdk.Local.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AzureSdk.Local.Http;

/// <summary>
/// The ASP.NET Core integration's step: from here inwards the request is seen, and on the way back the result is written. A result
/// that is neither <see cref="IResult"/> nor <see cref="IActionResult"/> is not written, as in the official integration.
/// </summary>
internal sealed class HttpResults
{
    private static readonly ActionDescriptor NoAction = new();

    internal static FunctionExecutionDelegate Step(FunctionExecutionDelegate next) => context =>
        context is InvocationContext { Http: { } http } invocation ? Write(invocation, http, next) : next(context);

    private static async Task Write(InvocationContext context, HttpContext http, FunctionExecutionDelegate next)
    {
        context.ShowHttp();
        await next(context);
        switch (context.Result)
        {
            case IActionResult result:
                await result.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), NoAction));
                break;
            case IResult result:
                await result.ExecuteAsync(http);
                break;
            default:
                Log.NoHttpResult(http.RequestServices.GetRequiredService<ILogger<HttpResults>>(), context.Function.Name);
                break;
        }
    }
}
