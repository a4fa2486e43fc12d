using System.Net;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace LocalHost.Http;

/// <summary>Forwards requests to the worker's own HTTP server, as the real host does for apps with the ASP.NET Core integration.</summary>
/// <param name="forwarder">YARP's.</param>
/// <param name="worker">Where the worker listens.</param>
internal sealed class WorkerForwarder(IHttpForwarder forwarder, Uri worker) : IDisposable
{
    private static readonly ForwarderRequestConfig Patient = new() { ActivityTimeout = TimeSpan.FromHours(1) };

    private readonly string destination = worker.GetLeftPart(UriPartial.Authority) + "/";
    private readonly HttpMessageInvoker client = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ActivityHeadersPropagator = null,
        }
    );

    /// <returns>Whether the worker answered; where it did not, nothing was written.</returns>
    internal async Task<bool> Forward(HttpContext http, string invocationId, CancellationToken cancellationToken) =>
        await forwarder.SendAsync(http, destination, client, Patient, new Transformer(invocationId), cancellationToken)
        == ForwarderError.None;

    public void Dispose() => client.Dispose();

    private sealed class Transformer(string invocationId) : HttpTransformer
    {
        private const string Forwarded = "X-Forwarded-";

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext,
            HttpRequestMessage proxyRequest,
            string destinationPrefix,
            CancellationToken cancellationToken
        )
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            var headers = proxyRequest.Headers;
            foreach (
                var name in headers
                    .Select(header => header.Key)
                    .Where(name => name.StartsWith(Forwarded, StringComparison.OrdinalIgnoreCase))
                    .ToList()
            )
                headers.Remove(name);

            // What the client claims of itself is not passed on: the worker believes these.
            headers.TryAddWithoutValidation(Forwarded + "For", httpContext.Connection.RemoteIpAddress?.ToString());
            if (httpContext.Request.Host.HasValue)
                headers.TryAddWithoutValidation(Forwarded + "Host", httpContext.Request.Host.ToUriComponent());
            headers.TryAddWithoutValidation(Forwarded + "Proto", httpContext.Request.Scheme);
            headers.Remove("x-ms-invocation-id");
            headers.TryAddWithoutValidation("x-ms-invocation-id", invocationId);
            headers.Host = null;
        }
    }
}
