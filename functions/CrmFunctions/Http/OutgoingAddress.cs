using System.Net;
using System.Net.Sockets;

namespace CrmFunctions.Http;

/// <summary>Which addresses belong to the public internet.</summary>
/// <remarks>
/// Sources: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890), and the addresses under which clouds serve
/// metadata and credentials to their own machines.
/// </remarks>
public static class OutgoingAddress
{
    private static readonly IPNetwork[] NotPublicV4 = Networks(
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        // Azure's host agent (DNS, DHCP, certificates) answers every virtual machine on this otherwise public address.
        "168.63.129.16/32"
    );

    // Global unicast. All else is loopback, local, multicast, unassigned, or carries an IPv4 address: mapped, compatible, NAT64.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublicV6 = Networks(
        // IETF protocols with Teredo and benchmarking; documentation twice; 6to4.
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "2002::/16"
    );

    /// <summary>Whether an address is one that any machine on the internet would reach under it.</summary>
    /// <returns>
    /// False for private, loopback, link-local, shared (CGNAT), multicast, reserved, documentation and metadata addresses, and for every
    /// IPv6 form that carries an IPv4 address, for any such address.
    /// </returns>
    public static bool IsPublic(IPAddress address) =>
        address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !NotPublicV4.Any(n => n.Contains(address)),
            // IPNetwork.Contains takes a mapped address for an IPv4 one and finds ::ffff:8.8.8.8 in 2000::/3.
            AddressFamily.InterNetworkV6 when address.IsIPv4MappedToIPv6 => false,
            AddressFamily.InterNetworkV6 => GlobalUnicast.Contains(address) && !NotPublicV6.Any(n => n.Contains(address)),
            _ => false,
        };

    /// <summary>Whether an address is 127.0.0.0/8 or ::1; the IPv4-mapped form is not.</summary>
    public static bool IsLoopback(IPAddress address) => !address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address);

    private static IPNetwork[] Networks(params string[] cidrs) => [.. cidrs.Select(IPNetwork.Parse)];
}
