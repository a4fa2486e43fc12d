using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.Sources.Hooks.Providers;
using CrmFunctions.TestKit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CrmFunctions.UnitTests.Hooks;

/// <summary>Signatures that others computed. Short constants stand here with their source; the rest is read from the fixtures.</summary>
public sealed class VectorTests
{
    private const string SquareUrl = "https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9";
    private const string SquareKey = "Ibxx_5AKakO-3qeNVR61Dw";
    private const string HubSpotSecret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
    private const string HubSpotUrl = "https://www.example.com/webhook_uri";

    private static readonly ImmutableDictionary<string, string> weCom = ImmutableDictionary<string, string>
        .Empty.Add("token", "123456")
        .Add("aesKey", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR");

    /// <remarks>Source: frain-dev/convoy pkg/verifier/verifier_test.go.</remarks>
    [Theory]
    [InlineData("X-Shopify-Hmac-Sha256")]
    [InlineData("shopify-hmac-sha256")]
    public void Shopify_in_both_families_of_headers(string header) =>
        Assert.True(
            Held.Accepts(
                Held.Source(ProviderNames.Shopify, "Convoy"),
                Held.Delivery("Test Payload Body", (header, "16FUVH58NeMcTIIOICN2UJOcPTTa4TbjCndXymGrtM8="))
            )
        );

    [Fact]
    public void Of_both_families_of_Shopify_the_newer_one_counts_and_is_not_rescued() =>
        Assert.False(
            Held.Accepts(
                Held.Source(ProviderNames.Shopify, "Convoy"),
                Held.Delivery(
                    "Test Payload Body",
                    ("X-Shopify-Hmac-Sha256", "16FUVH58NeMcTIIOICN2UJOcPTTa4TbjCndXymGrtM8="),
                    ("shopify-hmac-sha256", "26FUVH58NeMcTIIOICN2UJOcPTTa4TbjCndXymGrtM8=")
                )
            )
        );

    /// <remarks>Source: standard-webhooks/standard-webhooks, library tests.</remarks>
    [Theory]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", true)]
    [InlineData(
        "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=",
        true
    )]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=", false)]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLawdd", false)]
    [InlineData("v1,dawfeoifkpqwoekfpqoekf", false)]
    [InlineData("v1,", false)]
    [InlineData("", false)]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
    public void Standard_Webhooks(string signature, bool accepted)
    {
        foreach (var secret in new[] { "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" })
        {
            var delivery = Held.Delivery(
                """{"test": 2432232314}""",
                ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
                ("webhook-timestamp", "1614265330"),
                ("webhook-signature", signature)
            );
            Assert.Equal(accepted, Held.Accepts(Held.Source(ProviderNames.StandardWebhooks, secret), delivery));
        }
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1614265330")]
    [InlineData("1614265330.0")]
    [InlineData("１６１４２６５３３０")]
    [InlineData("99999999999999999999")]
    public void A_time_of_Standard_Webhooks_that_is_no_digits_is_none(string sent)
    {
        // Signed as it stands: the signature is right, the time is not.
        byte[] body = [.. """{"test": 1}"""u8];
        byte[] signed = [.. Encoding.UTF8.GetBytes($"msg.{sent}."), .. body];
        var signature = Convert.ToBase64String(
            System.Security.Cryptography.HMACSHA256.HashData(Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), signed)
        );

        Assert.False(
            Held.Accepts(
                Held.Source(ProviderNames.StandardWebhooks, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                Held.Delivery(body, ("webhook-id", "msg"), ("webhook-timestamp", sent), ("webhook-signature", $"v1,{signature}"))
            )
        );
    }

    /// <remarks>Source: computed with the openssl command line by the recipe of class-wc-webhook.php.</remarks>
    [Theory]
    [InlineData("k3y", "9OpUygSbtypKWUbNqau8avriVngcUs3SyniSDMq1oj8=")]
    [InlineData("a&amp;b&quot;c", "LM653CbSmSXStMg0UgJlAyVxN6jr4v/jLM2XoGk3uVw=")]
    [InlineData("a&b\"c", "LM653CbSmSXStMg0UgJlAyVxN6jr4v/jLM2XoGk3uVw=")]
    public void WooCommerce_signs_with_the_secret_HTML_decoded(string secret, string signature) =>
        Assert.True(
            Held.Accepts(
                Held.Source(ProviderNames.WooCommerce, secret),
                Held.Delivery("""{"id":727}""", ("X-WC-Webhook-Signature", signature))
            )
        );

    /// <remarks>Source: square/square-dotnet-sdk WebhooksHelperTests.cs, the first from a real delivery.</remarks>
    [Theory]
    [InlineData(SquareUrl, SquareKey, "2022-07-13", "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=", true)]
    [InlineData(
        "https://webhook.site/79a4f3a-dcfa-49ee-bac5-9d0edad886b9",
        SquareKey,
        "2022-07-13",
        "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=",
        false
    )]
    [InlineData(SquareUrl, "MCmhFRxGX82xMwg5FsaoQA", "2022-07-13", "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=", false)]
    [InlineData(SquareUrl, SquareKey, "2022-07-13", "1z2n3DEJJiUPKcPzQo1ftvbxGdw=", false)]
    [InlineData(SquareUrl, SquareKey, "2022-06-13", "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=", false)]
    public void Square_signs_the_address_as_registered(string url, string key, string day, string signature, bool accepted)
    {
        var body =
            $$$"""{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","created_at":"{{{day}}}T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}""";
        Assert.Equal(
            accepted,
            Held.Accepts(Held.Source(ProviderNames.Square, key, url), Held.Delivery(body, ("x-square-hmacsha256-signature", signature)))
        );
    }

    [Fact]
    public void Square_with_a_short_key_and_escaped_characters() =>
        Assert.True(
            Held.Accepts(
                Held.Source(ProviderNames.Square, "signature-key", "https://webhook.site/webhooks"),
                Held.Delivery(
                    """{"data":{"type":"webhooks","id":">id<"}}""",
                    ("x-square-hmacsha256-signature", "Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=")
                )
            )
        );

    [Theory]
    [InlineData("http://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9")]
    [InlineData("https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9/")]
    [InlineData("https://webhook.site:443/679a4f3a-dcfa-49ee-bac5-9d0edad886b9")]
    public void Another_scheme_port_or_slash_is_another_address_to_Square(string url)
    {
        var body = Encoding.UTF8.GetBytes("""{"event_id":"1"}""");
        Assert.True(
            Held.Accepts(
                Held.Source(ProviderNames.Square, SquareKey, SquareUrl),
                Held.Delivery(body, Webhooks.Square(SquareKey, body, SquareUrl))
            )
        );
        Assert.False(
            Held.Accepts(
                Held.Source(ProviderNames.Square, SquareKey, url),
                Held.Delivery(body, Webhooks.Square(SquareKey, body, SquareUrl))
            )
        );
    }

    /// <remarks>Source: HubSpot/hubspot-api-ruby signature_spec.rb and hubspot-api-nodejs signature.spec.ts.</remarks>
    [Fact]
    public void HubSpot_in_all_three_versions()
    {
        const string body = "{'example_field':'example_value'}";
        var source = Held.Source(ProviderNames.HubSpot, HubSpotSecret, HubSpotUrl);

        Assert.True(
            Held.Accepts(
                source,
                Held.Delivery(
                    body,
                    ("X-HubSpot-Signature-v3", "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw="),
                    ("X-HubSpot-Request-Timestamp", "1700000300000")
                )
            )
        );
        Assert.True(
            Held.Accepts(
                source,
                Held.Delivery(
                    body,
                    ("X-HubSpot-Signature", "4fe4e3a7d3cf09db53be39d0a58130e2aaba074ec123a9e355b876a689a1c383"),
                    ("X-HubSpot-Signature-Version", "v2")
                )
            )
        );
        Assert.True(
            Held.Accepts(
                source,
                Held.Delivery(
                    body,
                    ("X-HubSpot-Signature", "69fc6631a867edd4f9e9e627fc5c1148e3fbdd8b21837b6d2b8901c1fa57f750"),
                    ("X-HubSpot-Signature-Version", "v1")
                )
            )
        );
        Assert.True(
            Held.Accepts(
                source,
                Held.Delivery(
                    """[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]""",
                    ("X-HubSpot-Signature", "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de")
                )
            )
        );
        Assert.True(
            Held.Accepts(
                source,
                Held.Delivery(
                    [],
                    "",
                    "GET",
                    ("X-HubSpot-Signature", "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e"),
                    ("X-HubSpot-Signature-Version", "v2")
                )
            )
        );
        Assert.True(
            Held.Accepts(
                source,
                Held.Delivery(
                    """{"example_field":"example_value"}""",
                    ("X-HubSpot-Signature", "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900"),
                    ("X-HubSpot-Signature-Version", "v2")
                )
            )
        );
    }

    [Fact]
    public void A_right_older_signature_of_HubSpot_does_not_rescue_a_wrong_newer_one() =>
        Assert.False(
            Held.Accepts(
                Held.Source(ProviderNames.HubSpot, HubSpotSecret, HubSpotUrl),
                Held.Delivery(
                    "{'example_field':'example_value'}",
                    ("X-HubSpot-Signature", "69fc6631a867edd4f9e9e627fc5c1148e3fbdd8b21837b6d2b8901c1fa57f750"),
                    ("X-HubSpot-Signature-Version", "v1"),
                    ("X-HubSpot-Signature-v3", "SnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw="),
                    ("X-HubSpot-Request-Timestamp", "1700000300000")
                )
            )
        );

    [Theory]
    [InlineData("https://example.com/api/hooks/a%2Fb?x=%3A%3f", "https://example.com/api/hooks/a/b?x=:?")]
    [InlineData("https://example.com/a%2fb%3Ac%40%21%24%27%28%29%2A%2C%3B", "https://example.com/a/b:c@!$'()*,;")]
    [InlineData("https://example.com/a%20b%25", "https://example.com/a%20b%25")]
    public void HubSpot_signs_the_address_with_its_own_escapes_decoded_in_either_case(string registered, string decoded)
    {
        var body = Encoding.UTF8.GetBytes("[]");
        Assert.True(
            Held.Accepts(
                Held.Source(ProviderNames.HubSpot, HubSpotSecret, registered),
                Held.Delivery(body, Webhooks.HubSpot(HubSpotSecret, body, decoded, Held.Now))
            )
        );
    }

    [Fact]
    public void Seconds_where_HubSpot_sends_milliseconds_are_not_of_now()
    {
        var body = Encoding.UTF8.GetBytes("[]");
        var seconds = $"{Held.Now.ToUnixTimeSeconds()}";
        byte[] signed = [.. Encoding.UTF8.GetBytes("POST" + HubSpotUrl), .. body, .. Encoding.UTF8.GetBytes(seconds)];
        var source = Held.Source(ProviderNames.HubSpot, HubSpotSecret, HubSpotUrl);

        var verdict = source.Provider.Verify(
            Held.Delivery(
                body,
                ("X-HubSpot-Signature-v3", Webhooks.Base64(HubSpotSecret, signed)),
                ("X-HubSpot-Request-Timestamp", seconds)
            ),
            source
        );

        Assert.True(verdict.SignedAt is null || (Held.Now - verdict.SignedAt.Value).Duration() > TimeSpan.FromDays(365));
    }

    /// <remarks>Source: computed with the openssl command line by the recipes of the vendors' documents.</remarks>
    [Fact]
    public void Typeform_and_Tally()
    {
        Assert.True(
            Held.Accepts(
                Held.Source(ProviderNames.Typeform, "abc123"),
                Held.Delivery(
                    """{"event_id":"LtWXD3crgy","event_type":"form_response"}""",
                    ("Typeform-Signature", "sha256=fQ0Tf/AAVUZy1Bdk1is5tXMLH2Il2Qj36lezGX2eN6s=")
                )
            )
        );
        Assert.True(
            Held.Accepts(
                Held.Source(ProviderNames.Tally, "tally-secret"),
                Held.Delivery(
                    """{"eventId":"a4cb511e-d513-4fa5-baee-b815d718dfd1","eventType":"FORM_RESPONSE"}""",
                    ("Tally-Signature", "jgkALaiJpL+aHi+HvjmmsiqHlFl+iFgvpsPa4g8ouJY=")
                )
            )
        );
    }

    [Theory]
    [InlineData("""{"op":"data_create","data":{}}""", "1457e6b79d7c7fed8c46aecf197d7436b8943ebc", true)]
    [InlineData("""{"op":"data_update","data":{"formName":"客户登记","name":"张三"}}""", "0df6f9a133e566a2bf55fe9787645d4d4a42ed0f", true)]
    [InlineData(
        """{"op":"data_update","data":{"formName":"\u5ba2\u6237\u767b\u8bb0","name":"\u5f20\u4e09"}}""",
        "0df6f9a133e566a2bf55fe9787645d4d4a42ed0f",
        false
    )]
    public void Jiandaoyun_signs_the_raw_bytes_with_nonce_and_time(string body, string signature, bool accepted) =>
        Assert.Equal(
            accepted,
            Held.Accepts(
                Held.Source(ProviderNames.Jiandaoyun, "test-secret"),
                Held.Delivery(Encoding.UTF8.GetBytes(body), "?nonce=0f5ade&timestamp=1498586609", "POST", ("X-JDY-Signature", signature))
            )
        );

    [Fact]
    public void Youzan_signs_client_body_and_secret() =>
        Assert.True(
            Held.Accepts(
                Held.Source(ProviderNames.Youzan, "secret", client: "client"),
                Held.Delivery("""{"tid":"E20180101000000000001"}""", ("Event-Sign", "a67bd50e192f1bc2dcd02d1f01c893e6"))
            )
        );

    [Fact]
    public void Youzan_by_the_other_reading_signs_the_message_decoded()
    {
        var body = Encoding.UTF8.GetBytes("""{"msg":"%7B%22a%22%3A%22%E5%BC%A0%22%7D"}""");
        Assert.True(
            Held.Accepts(
                Held.Source(ProviderNames.Youzan, "secret", client: "client"),
                Held.Delivery(body, Webhooks.Youzan("client", "secret", Encoding.UTF8.GetBytes("""{"a":"张"}""")))
            )
        );
    }

    /// <remarks>Source: wechatpy/wechatpy tests/test_crypto.py.</remarks>
    [Theory]
    [InlineData("437374425", true)]
    [InlineData("437374424", false)]
    public void WeCom_s_test_of_the_address_is_answered_with_what_it_holds(string nonce, bool answered)
    {
        const string echo = "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q==";
        var source = Held.Source(ProviderNames.WeCom, null, client: "wx49f0ab532d5d035a", credentials: weCom);
        var query =
            $"?msg_signature=dd6b9c95b495b3f7e2901bfbc76c664930ffdb96&timestamp=1411443780&nonce={nonce}&echostr={Uri.EscapeDataString(echo)}";

        var answer = source.Provider.Greet(Held.Delivery([], query, "GET"), source);

        Assert.Equal(answered, answer is ContentHttpResult { ResponseContent: { Length: > 0 } text } && text.All(char.IsAsciiDigit));
    }

    [FixtureFact]
    public void A_message_of_WeCom_is_held_to_its_signature_and_read()
    {
        var vector = JsonNode.Parse(Webhooks.Fixture("wecom/callback_vectors.json"))!["message"]!;
        var source = Held.Source(ProviderNames.WeCom, null, client: "wx49f0ab532d5d035a", credentials: weCom);
        var body = Encoding.UTF8.GetBytes(
            $"<xml><ToUserName><![CDATA[x]]></ToUserName><Encrypt><![CDATA[{(string)vector["encrypt"]!}]]></Encrypt></xml>"
        );
        var delivery = Held.Delivery(
            body,
            $"?msg_signature={(string)vector["msg_signature"]!}&timestamp={(string)vector["timestamp"]!}&nonce={(string)vector["nonce"]!}",
            "POST"
        );

        Assert.True(Held.Accepts(source, delivery));
        var entry = Assert.Single(Held.Map(source, delivery).Entries);
        Assert.Equal(("interaction", (string)vector["expectFromUserName"]!), (entry.Type, entry.Event.Customer.Id));

        var another = Held.Source(ProviderNames.WeCom, null, client: "wx-another-one", credentials: weCom);
        Assert.Equal("unreadable", Assert.Single(Held.Map(another, delivery).Asides).Reason);
    }

    /// <remarks>Source: stripe/stripe-dotnet EventUtilityTest.cs and its file.</remarks>
    [FixtureFact]
    public void Stripe_takes_the_right_v1_alone()
    {
        var vector = JsonNode.Parse(Webhooks.Fixture("stripe/signature_vectors.json"))![0]!;
        var (body, header) = (Webhooks.Fixture("stripe/event_test_signature.json"), (string)vector["header"]!);
        var source = Held.Source(ProviderNames.Stripe, (string)vector["secret"]!);

        var verdict = source.Provider.Verify(Held.Delivery(body, ("Stripe-Signature", header)), source);

        Assert.True(verdict.Authentic);
        Assert.Equal((long)vector["timestamp"]!, verdict.SignedAt!.Value.ToUnixTimeSeconds());
        foreach (var malformed in vector["malformedHeaders"]!.AsArray())
            Assert.False(Held.Accepts(source, Held.Delivery(body, ("Stripe-Signature", (string)malformed!))));
    }

    [Theory]
    [InlineData("t=1700000000,t=2,v1={0}")]
    [InlineData("t=99999999999999999999,v1={0}")]
    [InlineData("t=-1,v1={0}")]
    [InlineData("t=+1700000000,v1={0}")]
    [InlineData("t=Infinity,v1={0}")]
    [InlineData("t=１７００００００００,v1={0}")]
    [InlineData("t=1700000000,v0={0}")]
    [InlineData("t=1700000000,v0={0},v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=1700000000, v1={0}")]
    [InlineData("t=1700000000")]
    public void A_header_of_Stripe_that_leaves_anything_open_is_refused(string form)
    {
        var body = Encoding.UTF8.GetBytes("{}");
        foreach (var time in new[] { "1700000000", "2", "99999999999999999999", "-1", "+1700000000", "Infinity", "１７００００００００" })
        {
            var right = Convert.ToHexStringLower(
                System.Security.Cryptography.HMACSHA256.HashData("whsec"u8, [.. Encoding.UTF8.GetBytes(time + "."), .. body])
            );
            Assert.False(
                Held.Accepts(
                    Held.Source(ProviderNames.Stripe, "whsec"),
                    Held.Delivery(body, ("Stripe-Signature", form.Replace("{0}", right, StringComparison.Ordinal)))
                )
            );
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("!!!!")]
    [InlineData("16FUVH58NeMcTIIOICN2UJOcPTTa4TbjCndXymGrtM8")]
    [InlineData("16FUVH58NeMcTIIOICN2UJOcPTTa4TbjCndXymGrtM8=\n")]
    [InlineData(" 16FUVH58NeMcTIIOICN2UJOcPTTa4TbjCndXymGrtM8=")]
    [InlineData("16FUVH58NeMcTIIOICN2UJOcPTTa4TbjCndXymGrtM8==")]
    [InlineData("16FUVH58NeMcTIIOICN2UJOcPTTa4TbjCndXymGrtM8=, 16FUVH58NeMcTIIOICN2UJOcPTTa4TbjCndXymGrtM8=")]
    [InlineData("d7a15454 7e7c35e31c4c820e2023765093 9c3d34dae136e30a7757ca61abb4cf")]
    public void A_signature_that_is_not_exactly_one_is_none(string signature) =>
        Assert.False(
            Held.Accepts(
                Held.Source(ProviderNames.Shopify, "Convoy"),
                Held.Delivery("Test Payload Body", ("X-Shopify-Hmac-Sha256", signature))
            )
        );

    [Fact]
    public void A_signature_sent_twice_or_ten_kilobytes_long_is_none()
    {
        const string right = "16FUVH58NeMcTIIOICN2UJOcPTTa4TbjCndXymGrtM8=";
        var source = Held.Source(ProviderNames.Shopify, "Convoy");

        Assert.False(
            Held.Accepts(source, Held.Delivery("Test Payload Body", ("X-Shopify-Hmac-Sha256", right), ("X-Shopify-Hmac-Sha256", right)))
        );
        Assert.False(Held.Accepts(source, Held.Delivery("Test Payload Body", ("X-Shopify-Hmac-Sha256", new string('A', 10_240)))));
        Assert.False(Held.Accepts(source, Held.Delivery("Test Payload Body")));
    }

    [Fact]
    public void Every_provider_answers_a_delivery_with_nothing_in_it_with_a_plain_no()
    {
        foreach (var name in ProviderCatalog.Names)
        {
            var source = Held.Source(name, Convert.ToBase64String(new byte[32]), "https://example.com/", "client", weCom);
            Assert.False(Held.Accepts(source, Held.Delivery(Array.Empty<byte>())), name);
            Assert.False(Held.Accepts(source, Held.Delivery("{}")), name);
            Assert.False(Held.Accepts(source, Held.Delivery([0xff, 0xfe, 0x00])), name);
        }
    }

    [Fact]
    public void Of_two_secrets_either_is_taken_until_the_older_one_ends()
    {
        var body = Encoding.UTF8.GetBytes("{}");
        var source = Held.Source(ProviderNames.Shopify) with
        {
            Keys =
            [
                new CrmFunctions.Sources.Hooks.SourceKey("new", "new", null),
                new CrmFunctions.Sources.Hooks.SourceKey("old", "old", Held.Now),
            ],
        };
        var signedWithOld = Held.Delivery(body, Webhooks.Shopify("old", body, "t"));

        Assert.Equal("new", source.Provider.Verify(Held.Delivery(body, Webhooks.Shopify("new", body, "t")), source).Key);
        Assert.Equal("old", source.Provider.Verify(signedWithOld with { ReceivedAt = Held.Now.AddSeconds(-1) }, source).Key);
        Assert.False(source.Provider.Verify(signedWithOld, source).Authentic);
    }
}
