using System.Net;
using System.Net.Sockets;
using CrmFunctions.Http;

namespace CrmFunctions.IntegrationTests.Notifications;

public class OutgoingHttpTests
{
    private const string Public = "93.184.215.14";

    private readonly List<string> _asked = [];
    private readonly List<string[]> _dialled = [];

    [Fact]
    public async Task The_connection_goes_to_the_address_that_was_judged_though_the_name_moves_inside_at_once()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => Get(Internet([Public], ["127.0.0.1"]), "https://rebinding.example.com/"));

        Assert.Equal(["rebinding.example.com"], _asked);
        Assert.Equal(
            [
                [Public],
            ],
            _dialled
        );
    }

    [Fact]
    public async Task A_name_is_judged_anew_for_each_new_connection()
    {
        using var client = OutgoingHttp.CreateClient(new OutgoingRules(), Internet([Public], ["10.0.0.1"]));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("https://rebinding.example.com/")));
        var second = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("https://rebinding.example.com/")));

        Assert.Equal(OutgoingRefusal.Address, Assert.IsType<OutgoingRefusedException>(second.InnerException).Code);
        Assert.Equal(
            [
                [Public],
            ],
            _dialled
        );
    }

    [Fact]
    public async Task Of_a_names_addresses_only_the_public_ones_are_tried()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            Get(Internet(["10.0.0.1", Public, "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe"]), "https://mixed.example.com/")
        );

        Assert.Equal(
            [
                [Public],
            ],
            _dialled
        );
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("168.63.129.16")]
    [InlineData("100.64.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("fd00:ec2::254")]
    public async Task A_name_that_leads_inside_is_refused_before_a_connection_also_where_loopback_is_allowed(string address)
    {
        foreach (var rules in new[] { new OutgoingRules(), new OutgoingRules(allowLoopback: true) })
        {
            var refused = await Assert.ThrowsAsync<HttpRequestException>(() => Get(Internet([address]), "https://example.com/", rules));

            Assert.Equal(OutgoingRefusal.Address, Assert.IsType<OutgoingRefusedException>(refused.InnerException).Code);
        }

        Assert.Empty(_dialled);
    }

    [Fact]
    public async Task A_name_without_addresses_is_a_failure_and_no_refusal()
    {
        var failed = await Assert.ThrowsAsync<HttpRequestException>(() =>
            Get(
                Internet([
                    [],
                ]),
                "https://nowhere.example.com/"
            )
        );

        Assert.IsType<SocketException>(failed.InnerException);
    }

    [Theory]
    [InlineData("https://127.1/", OutgoingRefusal.Address)]
    [InlineData("https://metadata.google.internal/", OutgoingRefusal.Name)]
    [InlineData("https://user@example.com/", OutgoingRefusal.UserInfo)]
    [InlineData("https://example.com:22/", OutgoingRefusal.Port)]
    [InlineData("http://example.com/", OutgoingRefusal.Scheme)]
    public async Task What_its_text_condemns_is_not_even_looked_up(string url, string code)
    {
        var refused = await Assert.ThrowsAsync<OutgoingRefusedException>(() => Get(Internet([Public]), url));

        Assert.Equal(code, refused.Code);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Loopback_is_reached_where_it_is_allowed_and_only_there()
    {
        await using var receiver = await Receiver.Answering(204);
        var localhost = new UriBuilder(receiver.Url) { Host = "localhost" }.Uri.ToString();

        using var answer = await Get(OutgoingNetwork.Machine, localhost, new OutgoingRules(allowLoopback: true));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await Assert.ThrowsAsync<OutgoingRefusedException>(() => Get(OutgoingNetwork.Machine, localhost));
        Assert.Equal(1, receiver.Waiting);
    }

    [Fact]
    public async Task A_redirect_to_the_inside_is_handed_back_unfollowed()
    {
        await using var receiver = await Receiver.Answering(302, ("Location", "http://169.254.169.254/latest/meta-data/"));

        using var answer = await Get(OutgoingNetwork.Machine, receiver.Url.ToString(), new OutgoingRules(allowLoopback: true));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task Nothing_of_our_traces_is_told_to_strangers()
    {
        await using var receiver = await Receiver.Answering(204);
        using var activity = new System.Diagnostics.Activity("test").Start();

        using var answer = await Get(OutgoingNetwork.Machine, receiver.Url.ToString(), new OutgoingRules(allowLoopback: true));

        Assert.DoesNotContain("traceparent", (await receiver.Next()).Headers.Keys);
    }

    /// <summary>Answers look-ups in turn, the last for ever, and lets no connection succeed.</summary>
    private OutgoingNetwork Internet(params string[][] answers) =>
        new(
            (name, _) =>
            {
                _asked.Add(name);
                return Task.FromResult<IPAddress[]>([.. answers[Math.Min(_asked.Count, answers.Length) - 1].Select(IPAddress.Parse)]);
            },
            (addresses, _, _) =>
            {
                _dialled.Add([.. addresses.Select(a => a.ToString())]);
                throw new SocketException((int)SocketError.ConnectionRefused);
            }
        );

    private static async Task<HttpResponseMessage> Get(OutgoingNetwork network, string url, OutgoingRules? rules = null)
    {
        using var client = OutgoingHttp.CreateClient(rules ?? new OutgoingRules(), network);
        return await client.GetAsync(new Uri(url));
    }
}
