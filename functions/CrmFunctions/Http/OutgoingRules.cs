using System.Net;

namespace CrmFunctions.Http;

/// <summary>Where requests may go that follow a configured or a stranger's URL.</summary>
/// <param name="allowLoopback">
/// Lets <c>localhost</c> and loopback literals be called, over http too and on any port: for trials on one machine.
/// </param>
/// <param name="ports">Ports allowed besides 443 and 8443.</param>
public sealed class OutgoingRules(bool allowLoopback = false, params IEnumerable<int> ports)
{
    private static readonly string[] LocalNames = ["localhost", "local", "internal", "localdomain", "home.arpa"];

    private readonly HashSet<int> allowed = [443, 8443, .. ports];

    /// <summary>Judges a URL by its text alone, without a look-up.</summary>
    /// <returns>A code of <see cref="OutgoingRefusal"/>, or null when the URL may be called if its addresses may.</returns>
    public string? Refusal(Uri url)
    {
        if (!url.IsAbsoluteUri)
            return OutgoingRefusal.Scheme;

        var loopback = allowLoopback && IsLoopbackHost(url.IdnHost);
        if (url.Scheme != Uri.UriSchemeHttps && !(loopback && url.Scheme == Uri.UriSchemeHttp))
            return OutgoingRefusal.Scheme;
        if (url.UserInfo.Length > 0)
            return OutgoingRefusal.UserInfo;
        if (loopback)
            return null;

        if (Literal(url.IdnHost) is { } address)
        {
            if (!OutgoingAddress.IsPublic(address))
                return OutgoingRefusal.Address;
        }
        else if (IsLocalName(url.IdnHost))
        {
            return OutgoingRefusal.Name;
        }

        return allowed.Contains(url.Port) ? null : OutgoingRefusal.Port;
    }

    /// <summary>Judges an address that a host resolved to. A name of the internet may never lead to loopback.</summary>
    public bool Permits(string host, IPAddress address) =>
        allowLoopback && IsLoopbackHost(host) ? OutgoingAddress.IsLoopback(address) : OutgoingAddress.IsPublic(address);

    /// <summary>The address that a host is written as, or null for a name.</summary>
    internal static IPAddress? Literal(string host) => IPAddress.TryParse(host, out var address) ? address : null;

    private static bool IsLoopbackHost(string host) =>
        Literal(host) is { } address ? OutgoingAddress.IsLoopback(address) : IsUnder(host.TrimEnd('.'), "localhost");

    private static bool IsLocalName(string host)
    {
        var name = host.TrimEnd('.');
        return !name.Contains('.') || LocalNames.Any(local => IsUnder(name, local));
    }

    private static bool IsUnder(string name, string domain) =>
        name.Equals(domain, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);
}
