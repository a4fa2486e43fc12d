using System.Text.Json;
using LocalHost.Functions;
using LocalHost.Protocol;
using LocalHost.Worker;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;

namespace LocalHost.Http;

/// <summary>
/// Answers requests with functions: the worker is told of the invocation over gRPC, and the request itself is forwarded to it.
/// </summary>
internal sealed class HttpFunctions(
    FunctionCatalog functions,
    FunctionInvoker invoker,
    KeyCheck keys,
    RunningInvocations running,
    WorkerForwarder? forwarder
)
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The functions' endpoints. The real host looks at functions by name and takes the first whose route matches: no literal goes before a
    /// parameter.
    /// </summary>
    internal IEnumerable<Endpoint> Endpoints() =>
        from function in functions.All.Select((function, index) => (Value: function, Order: index + 1))
        where function.Value is { Trigger: HttpTrigger, IsDisabled: false }
        let http = (HttpTrigger)function.Value.Trigger
        select Endpoint(http.Route, http.Methods, function.Value.Name, function.Order, request => Answer(function.Value, http, request));

    internal static Endpoint Endpoint(RoutePattern route, IReadOnlyList<string> methods, string name, int order, RequestDelegate answer)
    {
        var endpoint = new RouteEndpointBuilder(answer, route, order) { DisplayName = name };
        endpoint.Metadata.Add(new HttpMethodMetadata(methods.Select(method => method.ToUpperInvariant())));
        endpoint.Metadata.Add(HostEndpoint.Mark);
        return endpoint.Build();
    }

    private async Task Answer(HostedFunction function, HttpTrigger trigger, HttpContext http)
    {
        if (running.IsDraining)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.Connection = "close";
            return;
        }

        if (!keys.Allows(http.Request, trigger.Level, function.Name))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var (invocation, ended) = invoker.Begin(function, Request(trigger, http.Request), http.RequestAborted);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var forwarding = forwarder!.Forward(http, invocation.Id, enough.Token);
        await Task.WhenAny(forwarding, ended);
        if (!forwarding.IsCompleted && !http.Response.HasStarted)
            await EndStalled(forwarding, enough, http);
        var forwarded = await forwarding;
        if (!forwarded)
            invocation.Cancel();

        // This may be found before the worker has the request at all: the invocation then ends only when it has waited for it in vain.
        if (!http.Response.HasStarted && IsBroken(http.GetForwarderErrorFeature()?.Exception))
        {
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var succeeded = (await ended).Succeeded;
        if (succeeded && forwarded)
            return;
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.Clear();
        http.Response.StatusCode = succeeded ? StatusCodes.Status408RequestTimeout : StatusCodes.Status500InternalServerError;
    }

    /// <summary>Whether the caller's body breaks the protocol. One that is larger than the platform takes is a failure there, and here.</summary>
    private static bool IsBroken(Exception? error) =>
        error switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } => true,
            AggregateException several => several.InnerExceptions.Any(IsBroken),
            _ => false,
        };

    /// <summary>
    /// The function has ended and the worker answered before the whole body came. HTTP/1.1 delivers the answer only once the body is sent:
    /// a caller that sends it gets it, one that stalls is cut off.
    /// </summary>
    private static async Task EndStalled(Task forwarding, CancellationTokenSource enough, HttpContext http)
    {
        await Task.WhenAny(forwarding, Task.Delay(Stall, TimeProvider.System, enough.Token));
        if (!forwarding.IsCompleted && !http.Response.HasStarted)
            await enough.CancelAsync();
    }

    /// <summary>
    /// Route values, query values (without the key), and <c>Query</c> and <c>Headers</c> as JSON, as the real host gives them.
    /// </summary>
    private static InvocationRequest Request(HttpTrigger trigger, HttpRequest http)
    {
        var request = new InvocationRequest
        {
            TraceContext = new TraceContext
            {
                TraceParent = http.Headers.TraceParent.ToString(),
                TraceState = http.Headers.TraceState.ToString(),
            },
            InputData =
            {
                new ParameterBinding
                {
                    Name = trigger.Parameter,
                    Data = new TypedData { String = "" },
                },
            },
        };

        // The worker takes names without regard to case, and fails where two are the same.
        var values = new Dictionary<string, TypedData?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in http.Query.Where(query => !string.Equals(query.Key, "code", StringComparison.OrdinalIgnoreCase)))
            values[name] = Text(value.ToString());
        foreach (var (name, value) in http.RouteValues)
            values[name] = value is string text ? Text(text) : null;
        values["Query"] = Json(http.Query);
        values["Headers"] = Json(http.Headers);
        foreach (var (name, value) in values)
        {
            if (value is not null)
                request.TriggerMetadata[name] = value;
        }

        return request;
    }

    private static TypedData Text(string value) => new() { String = value };

    private static TypedData Json(IEnumerable<KeyValuePair<string, StringValues>> values) =>
        new() { Json = JsonSerializer.Serialize(values.ToDictionary(pair => pair.Key, pair => pair.Value.ToString())) };
}

/// <summary>Marks an endpoint as ours; routing's own (405) are answered with 404, as the real host does.</summary>
internal sealed class HostEndpoint
{
    internal static readonly HostEndpoint Mark = new();
}
