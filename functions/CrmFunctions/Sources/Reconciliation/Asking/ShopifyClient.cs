using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CrmFunctions.Sources.Hooks.Providers;

namespace CrmFunctions.Sources.Reconciliation.Asking;

/// <summary>Shopify's REST Admin API: orders by the time of their last change.</summary>
/// <remarks>
/// Source: shopify.dev, admin-rest 2026-07: resources/order, usage/pagination (a cursor in the Link header, with limit as the only other
/// parameter), usage/rate-limits (a bucket of 40 that leaks 2 a second, X-Shopify-Shop-Api-Call-Limit, 429 with Retry-After). The last 60
/// days unless the app may read all orders. Answers have the very JSON that webhooks have.
/// </remarks>
public sealed class ShopifyClient : ISourceClient
{
    /// <summary>The name of the credential: the access token of a custom app that may read orders.</summary>
    public const string AccessToken = "accessToken";

    private const string Version = "2026-07";
    private const int PageSize = 250;
    private const double LeakPerSecond = 2;

    /// <inheritdoc/>
    public string Provider => ProviderNames.Shopify;

    /// <inheritdoc/>
    public IReadOnlyList<string> Credentials => [AccessToken];

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SourceItem>> List(
        Source source,
        IReadOnlyDictionary<string, string> secrets,
        TimeRange span,
        ApiCalls calls,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var shop = new Uri(source.ApiUrl!);

        // Shopify's bounds are whole seconds and both included: what lies on a bound is seen twice, and is known the second time.
        Uri? page = new(
            shop,
            string.Create(
                CultureInfo.InvariantCulture,
                $"/admin/api/{Version}/orders.json?status=any&limit={PageSize}&updated_at_min={span.From.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}&updated_at_max={span.To.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"
            )
        );
        while (page is not null)
        {
            // The token is sent to the shop only, also where the link names another host.
            if (page.Authority != shop.Authority || page.Scheme != shop.Scheme)
                throw new SourceRefusedException("Its next page is at another address than apiUrl.");
            var at = page;
            var answer = await calls.Send(() => Request(at, secrets[AccessToken]), null, cancellationToken);
            MindTheBucket(answer, calls);
            if (
                answer.Body is not { ValueKind: JsonValueKind.Object } body
                || !body.TryGetProperty("orders", out var orders)
                || orders.ValueKind != JsonValueKind.Array
            )
            {
                throw new SourceRefusedException("Its answer has no list of orders.");
            }

            yield return [.. orders.EnumerateArray().Select(Item)];
            page = answer.Link("next");
        }
    }

    private static HttpRequestMessage Request(Uri page, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, page);
        request.Headers.Add("X-Shopify-Access-Token", token);
        return request;
    }

    // Half of the bucket is left to the shop's other apps of ours.
    private static void MindTheBucket(ApiAnswer answer, ApiCalls calls)
    {
        if (answer.Header("X-Shopify-Shop-Api-Call-Limit")?.Split('/') is not [var used, var limit])
            return;
        if (
            !int.TryParse(used, NumberStyles.None, CultureInfo.InvariantCulture, out var calling)
            || !int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var bucket)
        )
            return;
        if (calling > bucket / 2)
            calls.PauseFor(TimeSpan.FromSeconds((calling - (bucket / 2)) / LeakPerSecond));
    }

    // Of all topics of orders the last tells everything that happened to one by now, refunds and cancellation included.
    private static SourceItem Item(JsonElement order) =>
        new(
            order.ValueKind == JsonValueKind.Object && order.TryGetProperty("id", out var id)
                ? id.ToString()
                : throw new SourceRefusedException("One of its orders has no id."),
            SourceDelivery.Of(order, ("X-Shopify-Topic", "orders/updated"))
        );
}
