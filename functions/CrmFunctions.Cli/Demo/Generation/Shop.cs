using NodaTime;

namespace CrmFunctions.Cli.Demo.Generation;

/// <summary>One of the two shops, with the habits of its customers.</summary>
/// <param name="Source">The <c>source</c> of its events.</param>
/// <param name="Code">Begins its order numbers.</param>
/// <param name="Basket">The median order in minor units.</param>
/// <param name="PlacesFirst">Whether it reports an order when it is placed and again when it is paid, or only the latter.</param>
internal sealed record Shop(
    string Source,
    string Code,
    string Currency,
    string ZoneName,
    double Basket,
    bool PlacesFirst,
    string[] Channels,
    Season Season
)
{
    public static readonly Shop China = new(
        "shop-cn",
        "CN",
        "CNY",
        "Asia/Shanghai",
        168_00,
        true,
        ["wechat", "phone", "sms"],
        new Season(DateTimeZoneProviders.Tzdb["Asia/Shanghai"], Season.China)
    );

    public static readonly Shop Europe = new(
        "shop-eu",
        "EU",
        "EUR",
        "Europe/Berlin",
        46_00,
        false,
        ["email", "phone", "chat"],
        new Season(DateTimeZoneProviders.Tzdb["Europe/Berlin"], Season.Europe)
    );
}
