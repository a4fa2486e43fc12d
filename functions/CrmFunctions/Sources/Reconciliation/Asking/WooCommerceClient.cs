using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using CrmFunctions.Sources.Hooks.Providers;

namespace CrmFunctions.Sources.Reconciliation.Asking;

/// <summary>WooCommerce's REST API: orders by the time of their last change.</summary>
/// <remarks>
/// Source: woocommerce-rest-api-docs, wp-api-v3: page and per_page up to 100, X-WP-Total and X-WP-TotalPages on every answer, basic
/// authentication with consumer key and secret over https; orders: modified_after, modified_before, dates_are_gmt, orderby, status any.
/// </remarks>
public sealed class WooCommerceClient : ISourceClient
{
    /// <summary>The names of the credentials.</summary>
    public const string ConsumerKey = "consumerKey",
        ConsumerSecret = "consumerSecret";

    private const int PageSize = 100;
    private const int Readings = 3;

    /// <inheritdoc/>
    public string Provider => ProviderNames.WooCommerce;

    /// <inheritdoc/>
    public IReadOnlyList<string> Credentials => [ConsumerKey, ConsumerSecret];

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SourceItem>> List(
        Source source,
        IReadOnlyDictionary<string, string> secrets,
        TimeRange span,
        ApiCalls calls,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // modified_after leaves out the instant itself, and times are whole seconds.
        var bounds = string.Create(
            CultureInfo.InvariantCulture,
            $"modified_after={span.From.UtcDateTime.AddSeconds(-1):yyyy-MM-ddTHH:mm:ss}&modified_before={span.To.UtcDateTime:yyyy-MM-ddTHH:mm:ss}&dates_are_gmt=true"
        );
        var authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{secrets[ConsumerKey]}:{secrets[ConsumerSecret]}"))
        );

        // Pages are counted from the start: an order that is changed while they are read leaves the span, all after it move up, and one
        // falls between two pages. The total tells; then they are read again.
        for (var reading = 1; ; reading++)
        {
            string? total = null;
            var moved = false;
            for (int page = 1, pages = 1; page <= pages && !moved; page++)
            {
                var address = new Uri(
                    new Uri(source.ApiUrl!.TrimEnd('/') + "/"),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"wp-json/wc/v3/orders?status=any&orderby=id&order=asc&per_page={PageSize}&page={page}&{bounds}"
                    )
                );
                var answer = await calls.Send(() => Request(address, authorization), null, cancellationToken);
                if (answer.Body is not { ValueKind: JsonValueKind.Array } orders)
                    throw new SourceRefusedException("Its answer is no list of orders.");
                if (!int.TryParse(answer.Header("X-WP-TotalPages"), NumberStyles.None, CultureInfo.InvariantCulture, out pages))
                    throw new SourceRefusedException("Its answer has no X-WP-TotalPages.");
                total ??= answer.Header("X-WP-Total");
                moved = answer.Header("X-WP-Total") != total;
                yield return [.. orders.EnumerateArray().Select(Item)];
            }

            if (!moved)
                yield break;
            if (reading == Readings)
                throw new SourceRefusedException($"Its orders change faster than they can be read: {Readings} readings did not agree.");
        }
    }

    private static HttpRequestMessage Request(Uri address, AuthenticationHeaderValue authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = authorization;
        return request;
    }

    private static SourceItem Item(JsonElement order) =>
        new(
            order.ValueKind == JsonValueKind.Object && order.TryGetProperty("id", out var id)
                ? id.ToString()
                : throw new SourceRefusedException("One of its orders has no id."),
            SourceDelivery.Of(order, ("X-WC-Webhook-Topic", "order.updated"))
        );
}
