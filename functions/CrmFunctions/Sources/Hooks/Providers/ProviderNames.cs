namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>The providers, as they stand in a source's <c>provider</c>.</summary>
public static class ProviderNames
{
    public const string StandardWebhooks = "standard-webhooks";
    public const string Shopify = "shopify";
    public const string WooCommerce = "woocommerce";
    public const string Stripe = "stripe";
    public const string Square = "square";
    public const string HubSpot = "hubspot";
    public const string Typeform = "typeform";
    public const string Tally = "tally";
    public const string Jotform = "jotform";
    public const string Jiandaoyun = "jiandaoyun";
    public const string Youzan = "youzan";
    public const string CloudEvents = "cloudevents";
    public const string Segment = "segment";
    public const string WeCom = "wecom";
}
