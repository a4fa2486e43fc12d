using System.Text.Json;
using LocalHost.Functions;
using LocalHost.Timers;
using LocalHost.Worker;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace LocalHost.Http;

/// <summary>The host's own routes below <c>/admin</c>, each but the ping with the master key.</summary>
internal sealed class AdminEndpoints(FunctionCatalog functions, TimerRunners timers, KeyCheck keys, RunningInvocations running)
{
    internal IEnumerable<Endpoint> Endpoints() =>
        [
            Admin("POST", "admin/functions/{name}", Fire),
            Admin("GET", "admin/functions", List),
            Admin("GET", "admin/functions/{name}", http => Of(http, Described)),
            Admin("GET", "admin/functions/{name}/status", http => Of(http, function => new { isDisabled = function.IsDisabled })),
            Admin("GET", "admin/host/status", Status),
            HttpFunctions.Endpoint(
                RoutePatternFactory.Parse("admin/host/ping"),
                ["GET", "POST"],
                "ping",
                order: 0,
                _ => Task.CompletedTask
            ),
        ];

    private static object Described(HostedFunction function) =>
        new
        {
            name = function.Name,
            isDisabled = function.IsDisabled,
            entryPoint = function.EntryPoint,
            trigger = function.Trigger.BindingType,
        };

    private Endpoint Admin(string method, string route, Func<HttpContext, Task> answer) =>
        HttpFunctions.Endpoint(
            RoutePatternFactory.Parse(route),
            [method],
            route,
            order: 0,
            http =>
            {
                if (keys.Allows(http.Request, KeyLevel.Admin, ""))
                {
                    return answer(http);
                }

                http.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            }
        );

    private Task Of(HttpContext http, Func<HostedFunction, object> answer)
    {
        if (functions.Find((string)http.GetRouteValue("name")!) is { } function)
            return http.Response.WriteAsJsonAsync(answer(function), http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private async Task Fire(HttpContext http)
    {
        if (functions.Find((string)http.GetRouteValue("name")!) is not { } function)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (function.Trigger is not TimerTrigger)
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

    private Task List(HttpContext http) => http.Response.WriteAsJsonAsync(functions.All.Select(Described), http.RequestAborted);

    private Task Status(HttpContext http) =>
        http.Response.WriteAsJsonAsync(
            new
            {
                state = running.IsDraining ? "Stopping" : "Running",
                runningInvocations = running.Count,
                processId = Environment.ProcessId,
            },
            http.RequestAborted
        );
}
