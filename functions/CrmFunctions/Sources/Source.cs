using System.Collections.Immutable;
using CrmFunctions.Security;
using CrmFunctions.Sources.Hooks.Providers;

namespace CrmFunctions.Sources;

/// <summary>
/// A system that sends us webhooks, or whose API we read: a shop, a form, another system. SOURCES.md says how one is made.
/// </summary>
/// <param name="Id">Opaque, in the address that webhooks are sent to: 3 to 64 of a-z, 0-9 and dashes.</param>
/// <param name="Provider">One of <see cref="ProviderCatalog"/>: how it signs and what it says.</param>
public sealed record Source(string Id, string Provider)
{
    /// <summary>
    /// What its events name as their source. Two sources of one shop may share it: then they share its customer and order ids.
    /// </summary>
    public string Name { get; init; } = Id;

    /// <summary>What it signs with: one, or two while the older one is being replaced.</summary>
    public ImmutableArray<SourceSecret> Secrets { get; init; } = [];

    /// <summary>ISO 4217 code of amounts that say none. Null: such amounts cannot be taken.</summary>
    public string? Currency { get; init; }

    /// <summary>IANA zone of times that say no offset. Null: such times cannot be taken.</summary>
    public string? TimeZone { get; init; }

    /// <summary>ISO 3166 code of the country whose phone numbers come without a country code. Null: such numbers name nobody.</summary>
    public string? Region { get; init; }

    /// <summary>The address of the webhook as registered with the provider, which Square and HubSpot sign.</summary>
    public string? Url { get; init; }

    /// <summary>Where the provider's own API is, such as <c>https://shop.example.com</c>. Null: it cannot be asked.</summary>
    public string? ApiUrl { get; init; }

    /// <summary>The client id that Youzan signs.</summary>
    public string? ClientId { get; init; }

    /// <summary>
    /// How far it vouches for the identifiers of customers that it sends: <c>verified</c> or <c>claimed</c>. Null: as its provider does.
    /// </summary>
    public string? Identifiers { get; init; }

    /// <summary>Where the canonical members are in what it sends: <c>customer.email</c> to a field's name, key or path.</summary>
    public ImmutableSortedDictionary<string, string> Fields { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The canonical type of the provider's own topics, <c>ignore</c> for those that mean nothing here.</summary>
    public ImmutableSortedDictionary<string, string> Types { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Other secrets by name: WeCom's <c>token</c> and <c>aesKey</c>, and what its API asks for (<c>accessToken</c>, <c>consumerKey</c>,
    /// …).
    /// </summary>
    public ImmutableSortedDictionary<string, KeptSecret> Credentials { get; init; } =
        ImmutableSortedDictionary.Create<string, KeptSecret>(StringComparer.Ordinal);

    /// <summary>Until then deliveries refused for their signature are kept aside. Null: they are not.</summary>
    public DateTimeOffset? KeepRefusedUntil { get; init; }

    /// <summary>Deliveries a second that it may send on average. Null: as the settings say.</summary>
    public int? PerSecond { get; init; }

    /// <summary>The secrets that are in force.</summary>
    /// <param name="now">UTC.</param>
    public IEnumerable<SourceSecret> Active(DateTimeOffset now) => Secrets.Where(secret => secret.Until is not { } until || now < until);
}

/// <summary>A secret that a source signs with.</summary>
/// <param name="Id">Names it to people, who do not see it; says nothing of it.</param>
/// <param name="Value">The secret.</param>
/// <param name="AddedAt">When it was set.</param>
/// <param name="Until">From then on it is not taken. Null: in force.</param>
public sealed record SourceSecret(string Id, KeptSecret Value, DateTimeOffset AddedAt, DateTimeOffset? Until);
