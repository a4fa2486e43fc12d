using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.Benchmarks.Flow;

/// <summary>
/// What the answers are compared with: Kestrel that reads the same body, drops it and answers 202. A process of its own, as the app is.
/// </summary>
internal static class BareEndpoint
{
    /// <summary>Makes this program the endpoint; the port follows.</summary>
    public const string Argument = "bare-endpoint";

    public static async Task<int> Serve(string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.MapGet("/", () => "ready");
        app.MapPost(
            "/api/events",
            async (HttpRequest request) =>
            {
                await request.Body.CopyToAsync(Stream.Null, request.HttpContext.RequestAborted);
                return TypedResults.StatusCode(StatusCodes.Status202Accepted);
            }
        );
        await app.RunAsync();
        return 0;
    }
}
