using System.Net;
using CrmFunctions.Http;

namespace CrmFunctions.UnitTests.Notifications;

public class OutgoingRulesTests
{
    [Theory]
    [InlineData("https://example.com/hook")]
    [InlineData("https://example.com./hook")]
    [InlineData("https://例子.测试/hook")]
    [InlineData("https://hooks.example.com:8443/a?b=c")]
    [InlineData("https://93.184.215.14/")]
    [InlineData("https://[2606:4700:4700::1111]/")]
    [InlineData("https://[2606:4700:4700::1111]:8443/")]
    public void A_public_https_address_may_be_called(string url) => Assert.Null(new OutgoingRules().Refusal(new Uri(url)));

    [Theory]
    [InlineData("http://example.com/", OutgoingRefusal.Scheme)]
    [InlineData("http://127.0.0.1/", OutgoingRefusal.Scheme)]
    [InlineData("file:///etc/passwd", OutgoingRefusal.Scheme)]
    [InlineData("ftp://example.com/", OutgoingRefusal.Scheme)]
    [InlineData("gopher://example.com/", OutgoingRefusal.Scheme)]
    [InlineData("data:text/plain,x", OutgoingRefusal.Scheme)]
    [InlineData("ws://example.com/", OutgoingRefusal.Scheme)]
    [InlineData("https://user@example.com/", OutgoingRefusal.UserInfo)]
    [InlineData("https://user:password@example.com/", OutgoingRefusal.UserInfo)]
    [InlineData("https://example.com@169.254.169.254/", OutgoingRefusal.UserInfo)]
    [InlineData("https://example.com:443@127.0.0.1/", OutgoingRefusal.UserInfo)]
    [InlineData("https://example.com:22/", OutgoingRefusal.Port)]
    [InlineData("https://example.com:80/", OutgoingRefusal.Port)]
    [InlineData("https://93.184.215.14:6379/", OutgoingRefusal.Port)]
    [InlineData("https://localhost/", OutgoingRefusal.Name)]
    [InlineData("https://localhost./", OutgoingRefusal.Name)]
    [InlineData("https://LOCALHOST/", OutgoingRefusal.Name)]
    [InlineData("https://a.localhost/", OutgoingRefusal.Name)]
    [InlineData("https://metadata.google.internal/", OutgoingRefusal.Name)]
    [InlineData("https://metadata.google.internal./computeMetadata/v1/", OutgoingRefusal.Name)]
    [InlineData("https://metadata/", OutgoingRefusal.Name)]
    [InlineData("https://printer.local/", OutgoingRefusal.Name)]
    [InlineData("https://169.254.169.254/latest/meta-data/", OutgoingRefusal.Address)]
    [InlineData("https://168.63.129.16/", OutgoingRefusal.Address)]
    [InlineData("https://0x7f000001/", OutgoingRefusal.Address)]
    [InlineData("https://2130706433/", OutgoingRefusal.Address)]
    [InlineData("https://017700000001/", OutgoingRefusal.Address)]
    [InlineData("https://127.1/", OutgoingRefusal.Address)]
    [InlineData("https://0/", OutgoingRefusal.Address)]
    [InlineData("https://127。0。0。1/", OutgoingRefusal.Address)]
    [InlineData("https://[::1]/", OutgoingRefusal.Address)]
    [InlineData("https://[::]/", OutgoingRefusal.Address)]
    [InlineData("https://[::ffff:169.254.169.254]/", OutgoingRefusal.Address)]
    [InlineData("https://[::ffff:93.184.215.14]/", OutgoingRefusal.Address)]
    [InlineData("https://[64:ff9b::a9fe:a9fe]/", OutgoingRefusal.Address)]
    [InlineData("https://[2002:a9fe:a9fe::]/", OutgoingRefusal.Address)]
    [InlineData("https://[fd00:ec2::254]/", OutgoingRefusal.Address)]
    [InlineData("https://[fe80::1%25eth0]/", OutgoingRefusal.Address)]
    public void A_hostile_address_is_refused_with_its_code(string url, string code) =>
        Assert.Equal(code, new OutgoingRules().Refusal(new Uri(url)));

    [Fact]
    public void A_relative_address_is_refused() =>
        Assert.Equal(OutgoingRefusal.Scheme, new OutgoingRules().Refusal(new Uri("/hook", UriKind.Relative)));

    [Fact]
    public void A_configured_port_may_be_called() =>
        Assert.Null(new OutgoingRules(allowLoopback: false, 9443).Refusal(new Uri("https://example.com:9443/")));

    [Theory]
    [InlineData("http://localhost:5000/")]
    [InlineData("http://localhost.:5000/")]
    [InlineData("http://127.0.0.1:7071/")]
    [InlineData("https://127.8.8.8:8443/")]
    [InlineData("http://[::1]:22/")]
    public void Loopback_may_be_called_where_it_is_allowed(string url) =>
        Assert.Null(new OutgoingRules(allowLoopback: true).Refusal(new Uri(url)));

    [Theory]
    [InlineData("http://example.com/", OutgoingRefusal.Scheme)]
    [InlineData("http://10.0.0.1/", OutgoingRefusal.Scheme)]
    [InlineData("https://10.0.0.1/", OutgoingRefusal.Address)]
    [InlineData("https://[::ffff:127.0.0.1]/", OutgoingRefusal.Address)]
    [InlineData("http://user@localhost/", OutgoingRefusal.UserInfo)]
    [InlineData("file://localhost/etc/passwd", OutgoingRefusal.Scheme)]
    public void Allowing_loopback_allows_nothing_else(string url, string code) =>
        Assert.Equal(code, new OutgoingRules(allowLoopback: true).Refusal(new Uri(url)));

    [Theory]
    [InlineData(false, "example.com", "127.0.0.1", false)]
    [InlineData(true, "example.com", "127.0.0.1", false)]
    [InlineData(true, "localhost", "127.0.0.1", true)]
    [InlineData(true, "localhost", "::1", true)]
    [InlineData(true, "localhost", "93.184.215.14", false)]
    [InlineData(true, "localhost.example.com", "127.0.0.1", false)]
    [InlineData(false, "localhost", "127.0.0.1", false)]
    [InlineData(false, "example.com", "93.184.215.14", true)]
    public void Only_a_loopback_host_may_lead_to_loopback_and_to_nothing_else(
        bool allowLoopback,
        string host,
        string address,
        bool permitted
    ) => Assert.Equal(permitted, new OutgoingRules(allowLoopback).Permits(host, IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.1")]
    [InlineData("192.167.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2001:200::1")]
    [InlineData("2400:3200::1")]
    [InlineData("2a00:1450:4001::1")]
    public void An_address_of_the_internet_is_public(string address) => Assert.True(OutgoingAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("0.0.0.0", "this host")]
    [InlineData("10.255.255.255", "private")]
    [InlineData("100.64.0.0", "shared by carriers")]
    [InlineData("100.100.100.200", "metadata, Alibaba Cloud")]
    [InlineData("127.255.255.254", "loopback")]
    [InlineData("168.63.129.16", "host agent, Azure")]
    [InlineData("169.254.0.1", "link-local")]
    [InlineData("169.254.169.254", "metadata")]
    [InlineData("169.254.170.2", "metadata of containers")]
    [InlineData("172.16.0.1", "private")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("192.0.0.192", "metadata, Oracle Cloud")]
    [InlineData("192.0.2.1", "documentation")]
    [InlineData("192.88.99.1", "6to4 relay")]
    [InlineData("192.168.1.1", "private")]
    [InlineData("198.18.0.1", "benchmarking")]
    [InlineData("198.51.100.1", "documentation")]
    [InlineData("203.0.113.1", "documentation")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("239.255.255.255", "multicast")]
    [InlineData("240.0.0.1", "reserved")]
    [InlineData("255.255.255.255", "broadcast")]
    [InlineData("::", "unspecified")]
    [InlineData("::1", "loopback")]
    [InlineData("::127.0.0.1", "IPv4-compatible")]
    [InlineData("::ffff:127.0.0.1", "IPv4-mapped")]
    [InlineData("::ffff:8.8.8.8", "IPv4-mapped")]
    [InlineData("::ffff:0:127.0.0.1", "IPv4-translated")]
    [InlineData("64:ff9b::169.254.169.254", "NAT64")]
    [InlineData("64:ff9b::8.8.8.8", "NAT64")]
    [InlineData("64:ff9b:1::1", "local NAT64")]
    [InlineData("100::1", "discard")]
    [InlineData("2001::1", "Teredo")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo")]
    [InlineData("2001:2::1", "benchmarking")]
    [InlineData("2001:20::1", "ORCHIDv2")]
    [InlineData("2001:db8::1", "documentation")]
    [InlineData("2002:7f00:1::", "6to4")]
    [InlineData("2002:a9fe:a9fe::", "6to4")]
    [InlineData("3fff::1", "documentation")]
    [InlineData("5f00::1", "segment routing")]
    [InlineData("fc00::1", "unique local")]
    [InlineData("fd00:ec2::254", "metadata, AWS")]
    [InlineData("fd20:ce::254", "metadata, Google Cloud")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("fec0::1", "site-local")]
    [InlineData("ff02::1", "multicast")]
    public void An_address_with_a_special_purpose_is_not_public(string address, string purpose) =>
        Assert.False(OutgoingAddress.IsPublic(IPAddress.Parse(address)), purpose);
}
