using System.Collections.Frozen;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>All providers. One more is a line here, its name, and its class, which says everything else of it.</summary>
public static class ProviderCatalog
{
    /// <summary>In the order of the documentation.</summary>
    public static IReadOnlyList<IProvider> All { get; } =
    [
        new StandardWebhooks(),
        new Shopify(),
        new WooCommerce(),
        new Stripe(),
        new Square(),
        new HubSpot(),
        new Typeform(),
        new Tally(),
        new Jotform(),
        new Jiandaoyun(),
        new Youzan(),
        new CloudEvents(),
        new Segment(),
        new WeCom(),
    ];

    /// <summary>Their names, in the same order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(provider => provider.Name)];

    private static readonly FrozenDictionary<string, IProvider> byName = All.ToFrozenDictionary(
        provider => provider.Name,
        StringComparer.Ordinal
    );

    /// <summary>A provider.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public static IProvider Of(string name) => byName[name];

    /// <summary>Whether there is a provider of this name.</summary>
    public static bool Has(string name) => byName.ContainsKey(name);
}
