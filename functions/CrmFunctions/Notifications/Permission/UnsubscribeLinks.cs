using CrmFunctions.Domain.Identity;
using CrmFunctions.Security;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Permission;

/// <summary>
/// Makes and reads the addresses at which readers say that they want no more. A token names a handle, which is a hash, and a medium;
/// without the key nobody
/// can make one, and it has no end: a right to say no does not lapse.
/// </summary>
public sealed class UnsubscribeLinks(IOptions<UnsubscribeOptions> options)
{
    private const string Use = "unsubscribe";

    /// <summary>The address for a customer and a medium; null where none is configured.</summary>
    public string? For(Handle customer, string medium) =>
        options.Value.IsOn
            ? $"{options.Value.Url.TrimEnd('/')}/{AddressTokens.Make(options.Value.Keys.First(), Use, $"{customer.Key}:{medium}")}"
            : null;

    /// <summary>Whom and which medium a token is about; null where it was not made here.</summary>
    public (Handle Customer, string Medium)? Read(string token) =>
        options.Value.IsOn
        && AddressTokens.Read(options.Value.Keys, Use, token)?.Split(':', 2) is [var key, var medium]
        && Handle.FromKey(key) is { } customer
            ? (customer, medium)
            : null;
}
