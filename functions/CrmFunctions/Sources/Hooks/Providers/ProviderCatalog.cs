using System.Collections.Frozen;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>All providers by name.</summary>
public static class ProviderCatalog
{
    private static readonly FrozenDictionary<string, IProvider> all = new Dictionary<string, IProvider>
    {
        [ProviderNames.StandardWebhooks] = new StandardWebhooks(),
        [ProviderNames.Shopify] = new Shopify(),
        [ProviderNames.WooCommerce] = new WooCommerce(),
        [ProviderNames.Stripe] = new Stripe(),
        [ProviderNames.Square] = new Square(),
        [ProviderNames.HubSpot] = new HubSpot(),
        [ProviderNames.Typeform] = new Typeform(),
        [ProviderNames.Tally] = new Tally(),
        [ProviderNames.Jotform] = new Jotform(),
        [ProviderNames.Jiandaoyun] = new Jiandaoyun(),
        [ProviderNames.Youzan] = new Youzan(),
        [ProviderNames.CloudEvents] = new CloudEvents(),
        [ProviderNames.Segment] = new Segment(),
        [ProviderNames.WeCom] = new WeCom(),
    }.ToFrozenDictionary();

    /// <summary>A provider.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public static IProvider Of(string name) => all[name];
}
