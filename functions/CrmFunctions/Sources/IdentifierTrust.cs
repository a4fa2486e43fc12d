using CrmFunctions.Sources.Hooks.Providers;

namespace CrmFunctions.Sources;

/// <summary>How far a source vouches for the identifiers of customers that it sends.</summary>
/// <remarks>Source: SOURCES.md, "Verified and claimed", and what follows from it: Customers/People.md of the domain, section 5.</remarks>
public static class IdentifierTrust
{
    /// <summary>It knows that they are one person's: a shop's account, a contact system.</summary>
    public const string Verified = "verified";

    /// <summary>Anybody can have typed them: a form.</summary>
    public const string Claimed = "claimed";

    /// <summary>Both.</summary>
    public static IReadOnlyList<string> All { get; } = [Verified, Claimed];

    /// <summary>What holds of a source: as it says, or as its provider's default is.</summary>
    public static string Of(Source source) => source.Identifiers ?? (DoesProviderClaim(source) ? Claimed : Verified);

    /// <summary>
    /// Whether everything that a source sends is claimed, or only what says so itself. Null: the event decides, for a source that vouches
    /// for its accounts may have forms beside them.
    /// </summary>
    public static bool? IsClaimed(Source source) =>
        Of(source) == Claimed ? true
        : DoesProviderClaim(source) ? false
        : null;

    private static bool DoesProviderClaim(Source source) => ProviderCatalog.Of(source.Provider).Rules.Claims;
}
