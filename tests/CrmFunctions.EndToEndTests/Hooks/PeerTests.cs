using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Hooks;

/// <summary>What the providers' own libraries sign, in another language, is taken; one character changed, it is not.</summary>
public sealed class PeerTests(HookSuite hooks) : IClassFixture<HookSuite>
{
    private const string StandardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Url = "https://shop.example/api/hooks/peer";

    [Theory]
    [InlineData("stripe", "stripe", "whsec_peer-of-a-test")]
    [InlineData("standard-webhooks", "standard-webhooks", StandardSecret)]
    [InlineData("svix", "standard-webhooks", StandardSecret)]
    [InlineData("shopify", "shopify", "peer-of-a-test")]
    [InlineData("hubspot", "hubspot", "peer-of-a-test")]
    [InlineData("hubspot-v2", "hubspot", "peer-of-a-test")]
    public async Task A_delivery_signed_by_the_provider_s_own_library_is_taken(string signer, string provider, string secret)
    {
        var id = $"peer-{signer}";
        await hooks.Source(id, $$"""{"provider":"{{provider}}","secrets":["{{secret}}"],"url":"{{Url}}","currency":"CNY"}""");
        var body = provider switch
        {
            "stripe" => HostileTests.Stripe("evt_peer"),
            "shopify" => ShopTests.Order(77, "12.00", "paid"),
            "hubspot" =>
                """[{"eventId":1,"subscriptionId":2,"portalId":3,"occurredAt":1771545600000,"subscriptionType":"contact.creation","objectId":14}]"""u8.ToArray(),
            _ => """{"type":"visit","data":{"customer":{"id":"访客"}}}"""u8.ToArray(),
        };
        var headers = await Sign(signer, secret, body);
        if (provider == "shopify")
            headers = [.. headers, ("X-Shopify-Topic", "orders/paid")];

        byte[] changed = [.. body, (byte)' '];
        await hooks.Stranger(id, () => hooks.Send(id, changed, headers));
        var answer = await hooks.Send(id, body, headers);

        Assert.Equal((200, (1, 0, 0)), (answer.Status, answer.Counts));
        Assert.Single(await hooks.Log(id));
    }

    private static async Task<(string, string)[]> Sign(string signer, string secret, byte[] body)
    {
        var folder = NodeTools.Install("tests/peers/signers");
        var wanted = new JsonObject
        {
            ["provider"] = signer,
            ["secret"] = secret,
            ["body"] = Encoding.UTF8.GetString(body),
            ["url"] = Url,
            ["id"] = "msg_peer",
            ["at"] = HookSuite.Now.ToUnixTimeSeconds(),
        };
        var headers = await NodeTools.Run(folder, Path.Combine(folder, "sign.mjs"), wanted.ToJsonString());
        return [.. JsonSerializer.Deserialize<Dictionary<string, string>>(headers)!.Select(pair => (pair.Key, pair.Value))];
    }
}
