using System.Net;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Demo.Loading;

/// <summary>
/// Sends again what was not answered or was answered "not now": 408, 429, 5xx, a refused or broken connection. Delivery is idempotent, so
/// that a request whose answer got lost may be sent again.
/// </summary>
internal sealed class Retry(HttpMessageHandler inner, TimeProvider clock) : DelegatingHandler(inner)
{
    /// <summary>Tries in all; with <see cref="LongestWait"/> this is about a minute and a half.</summary>
    public const int Attempts = 10;

    public static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (response, broken) = await Try(request, cancellationToken);
            if (response is not null && !NotNow(response.StatusCode))
                return response;
            if (attempt == Attempts)
            {
                return response
                    ?? throw new CommandFailedException(
                        $"{request.Method} {request.RequestUri} got no answer after {Attempts} tries: {broken!.Message} Is the app running there?"
                    );
            }

            var wait = Wait(attempt, response);
            response?.Dispose();
            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    /// <summary>What the server asked for, else doubling from <see cref="FirstWait"/>; never more than <see cref="LongestWait"/>.</summary>
    private TimeSpan Wait(int attempt, HttpResponseMessage? response)
    {
        var asked = response?.Headers.RetryAfter;
        var wait = asked?.Delta ?? asked?.Date - clock.GetUtcNow() ?? FirstWait * (1 << (attempt - 1));
        return wait < TimeSpan.Zero ? TimeSpan.Zero
            : wait > LongestWait ? LongestWait
            : wait;
    }

    private async Task<(HttpResponseMessage? Response, Exception? Broken)> Try(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await base.SendAsync(request, cancellationToken), null);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return (null, broken);
        }
    }

    private static bool NotNow(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;
}
