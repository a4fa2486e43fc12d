using AzureSdk.Local.Invocation;
using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The request behind an invocation.</summary>
public static class FunctionContextExtensions
{
    /// <summary>The HTTP context, or null for another trigger and before the ASP.NET Core integration's step in the pipeline.</summary>
    public static HttpContext? GetHttpContext(this FunctionContext context) =>
        context is InvocationContext local ? local.VisibleHttp
        : context.Items.TryGetValue(InvocationContext.HttpContextItem, out var item) ? item as HttpContext
        : null;
}
