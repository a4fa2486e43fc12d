using System.Text.Json;
using AzureSdk.Local.Invocation;
using AzureSdk.Local.Timers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace AzureSdk.Local.Http;

/// <summary>The host's own routes below <c>/admin</c>, each with the master key.</summary>
internal sealed class AdminEndpoints(FunctionCatalog functions, TimerRunners timers, Authorization authorization, RunningInvocations running)
{
    internal IEnumerable<Endpoint> Endpoints() =>
    [
        Admin("POST", "admin/functions/{name}", Fire),
        Admin("GET", "admin/functions", List),
        Admin("GET", "admin/host/status", Status),
    ];

    private Endpoint Admin(string method, string route, Func<HttpContext, Task> answer) =>
        HttpFunctions.Endpoint(RoutePatternFactory.Parse(route), [method], route, http =>
        {
            if (authorization.Allows(http.Request, AuthorizationLevel.Admin, ""))
            {
                return answer(http);
            }

            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });

    private async Task Fire(HttpContext http)
    {
        if (functions.Find((string)http.GetRouteValue("name")!) is not { } function)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (function.Trigger is not TimerDeclaration)
        {
            await Refuse(http, $"Function '{function.Name}' is not a timer; only timers are fired by hand.");
        }
        else if (!await HasInvocationBody(http))
        {
            await Refuse(http, "Send a JSON object: {} or {\"input\": \"…\"}.");
        }
        else if (running.IsDraining)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
        else
        {
            _ = timers.Of(function.Name).FireNow();
            http.Response.StatusCode = StatusCodes.Status202Accepted;
        }
    }

    private static async Task<bool> HasInvocationBody(HttpContext http)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            return body.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Task Refuse(HttpContext http, string why)
    {
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return http.Response.WriteAsync(why, http.RequestAborted);
    }

    private Task List(HttpContext http) => http.Response.WriteAsJsonAsync(functions.All.Select(function => new
    {
        name = function.Name,
        isDisabled = function.IsDisabled,
        entryPoint = function.Definition.EntryPoint,
        trigger = function.Trigger.BindingType,
    }), http.RequestAborted);

    private Task Status(HttpContext http) => http.Response.WriteAsJsonAsync(new
    {
        state = running.IsDraining ? "Stopping" : "Running",
        runningInvocations = running.Count,
        processId = Environment.ProcessId,
    }, http.RequestAborted);
}
