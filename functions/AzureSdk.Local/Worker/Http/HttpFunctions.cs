using AzureSdk.Local.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace AzureSdk.Local.Http;

/// <summary>Answers requests with functions.</summary>
internal sealed class HttpFunctions(FunctionCatalog functions, FunctionInvoker invoker, Authorization authorization, RunningInvocations running, IServiceProvider root)
{
    internal IEnumerable<Endpoint> Endpoints() =>
        from function in functions.All
        where function is { Trigger: HttpDeclaration, IsDisabled: false }
        let http = (HttpDeclaration)function.Trigger
        select Endpoint(http.Route, http.Methods, function.Name, request => Answer(function, http, request));

    internal static Endpoint Endpoint(RoutePattern route, IReadOnlyList<string> methods, string name, RequestDelegate answer)
    {
        var endpoint = new RouteEndpointBuilder(answer, route, 0) { DisplayName = name };
        endpoint.Metadata.Add(new HttpMethodMetadata(methods.Select(method => method.ToUpperInvariant())));
        endpoint.Metadata.Add(HostEndpoint.Mark);
        return endpoint.Build();
    }

    private async Task Answer(FunctionDescriptor function, HttpDeclaration trigger, HttpContext http)
    {
        if (running.IsDraining)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.Connection = "close";
            return;
        }

        if (!authorization.Allows(http.Request, trigger.Level, function.Name))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var context = new InvocationContext(function, root, new HttpBindingData(http.Request)) { Http = http };
        if (await invoker.Invoke(context) is not { } failure)
        {
            return;
        }

        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.Clear();
        http.Response.StatusCode = failure is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
    }
}

/// <summary>Marks an endpoint as ours; routing's own (405) are answered with 404, as the real host does.</summary>
internal sealed class HostEndpoint
{
    internal static readonly HostEndpoint Mark = new();
}
