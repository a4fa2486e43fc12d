using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CrmFunctions.Http;

/// <summary>The resolver and the dialler under an outgoing client; tests put their own here to be the internet.</summary>
/// <param name="Resolve">All addresses of a name.</param>
/// <param name="Connect">A connection to the first of the addresses that answers.</param>
public sealed record OutgoingNetwork(
    Func<string, CancellationToken, Task<IPAddress[]>> Resolve,
    Func<IPAddress[], int, CancellationToken, ValueTask<Stream>> Connect
)
{
    /// <summary>The machine's own.</summary>
    public static OutgoingNetwork Machine { get; } = new(Dns.GetHostAddressesAsync, Dial);

    private static async ValueTask<Stream> Dial(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>HTTP to places that others name, guarded against reaching this machine or its network (server-side request forgery).</summary>
/// <remarks>
/// A name is looked up once, and the connection goes to an address of that answer that passed: a second answer cannot come between.
/// Redirects are not followed and proxies are not used, as either would choose the address instead. Cookies are not kept, trace headers
/// not sent, and compressed answers not expanded.
/// </remarks>
public static class OutgoingHttp
{
    /// <summary>Bytes of an answer's body that are read at most; a connection with more to come is closed.</summary>
    public const int MaxAnswerBytes = 64 * 1024;

    /// <summary>
    /// A client that throws <see cref="OutgoingRefusedException"/>, at times inside <see cref="HttpRequestException"/>, for what the rules
    /// refuse.
    /// </summary>
    /// <remarks>It has no time-out of its own: pass a token. Ask with <see cref="HttpCompletionOption.ResponseHeadersRead"/>.</remarks>
    public static HttpClient CreateClient(OutgoingRules rules, OutgoingNetwork? network = null)
    {
        var guard = new Guard(rules)
        {
            InnerHandler = new SocketsHttpHandler
            {
                ConnectCallback = (context, cancellationToken) =>
                    Connect(rules, network ?? OutgoingNetwork.Machine, context.DnsEndPoint, cancellationToken),
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
                MaxResponseHeadersLength = MaxAnswerBytes / 1024,
                MaxResponseDrainSize = MaxAnswerBytes,
                // So that a change of addresses is seen, and judged.
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            },
        };
        return new HttpClient(guard) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
    }

    private static async ValueTask<Stream> Connect(
        OutgoingRules rules,
        OutgoingNetwork network,
        DnsEndPoint target,
        CancellationToken cancellationToken
    )
    {
        var addresses = OutgoingRules.Literal(target.Host) is { } literal
            ? [literal]
            : await network.Resolve(target.Host, cancellationToken);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);

        IPAddress[] permitted = [.. addresses.Where(address => rules.Permits(target.Host, address))];
        return permitted.Length > 0
            ? await network.Connect(permitted, target.Port, cancellationToken)
            : throw new OutgoingRefusedException(OutgoingRefusal.Address);
    }

    private sealed class Guard(OutgoingRules rules) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            rules.Refusal(request.RequestUri!) is { } code
                ? throw new OutgoingRefusedException(code)
                : base.SendAsync(request, cancellationToken);
    }
}
