using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Hooks;

/// <summary>
/// What is not meant well, by its number in the list of hostile inputs: what is answered, what is in the log, what became of the state.
/// </summary>
public sealed class HostileTests(HookSuite hooks) : IClassFixture<HookSuite>
{
    private const string Secret = "shpss_0123456789";
    private const string StandardSecret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task H1_one_blank_or_another_order_of_members_with_the_signature_kept_is_refused()
    {
        await Shopify("h01");
        var body = ShopTests.Order(1, "10.00", "paid");
        var headers = Webhooks.Shopify(Secret, body, "orders/paid");
        var text = Encoding.UTF8.GetString(body);

        await hooks.Stranger(
            "h01",
            () => hooks.Send("h01", Encoding.UTF8.GetBytes(text.Replace(",", ", ", StringComparison.Ordinal)), headers)
        );
        await hooks.Stranger("h01", () => hooks.Send("h01", Encoding.UTF8.GetBytes(text + " "), headers));
        await hooks.Stranger(
            "h01",
            () =>
                hooks.Send(
                    "h01",
                    Encoding.UTF8.GetBytes(
                        new JsonObject(
                            JsonNode
                                .Parse(text)!
                                .AsObject()
                                .Reverse()
                                .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))
                        ).ToJsonString()
                    ),
                    headers
                )
        );
        Assert.Empty(await hooks.Log("h01"));
        Assert.Equal(200, (await hooks.Send("h01", body, headers)).Status);
    }

    [Fact]
    public async Task H2_a_body_written_anew_with_escapes_is_another_body()
    {
        await Shopify("h02");
        var body = ShopTests.Order(2, "10.00", "paid");
        var escaped = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("安", "\\u5b89", StringComparison.Ordinal));

        await hooks.Stranger("h02", () => hooks.Send("h02", escaped, Webhooks.Shopify(Secret, body, "orders/paid")));

        // Signed as it is, it says the same: one event.
        Assert.Equal((1, 0, 0), (await hooks.Send("h02", body, Webhooks.Shopify(Secret, body, "orders/paid"))).Counts);
        Assert.Equal((0, 1, 0), (await hooks.Send("h02", escaped, Webhooks.Shopify(Secret, escaped, "orders/paid"))).Counts);
    }

    [Fact]
    public async Task H3_H4_a_signature_that_is_missing_twice_joined_or_misspelt_is_refused()
    {
        await Shopify("h03");
        var body = ShopTests.Order(3, "10.00", "paid");
        var right = Webhooks.Base64(Secret, body);
        var signatures = new (string, string)[][]
        {
            [],
            [("X-Shopify-Hmac-Sha256", "")],
            [("X-Shopify-Hmac-Sha256", right), ("X-Shopify-Hmac-Sha256", right)],
            [("X-Shopify-Hmac-Sha256", $"{right},{right}")],
            [("X-Shopify-Hmac-Sha256", "not base64 at all")],
            [("X-Shopify-Hmac-Sha256", right[..^4])],
            [("X-Shopify-Hmac-Sha256", right.Replace('+', '-').Replace('/', '_').TrimEnd('='))],
            [("X-Shopify-Hmac-Sha256", new string('A', 10_000))],
            [("X-Shopify-Hmac-Sha256", Convert.ToHexString(Convert.FromBase64String(right)))],
        };
        foreach (var headers in signatures)
            await hooks.Stranger("h03", () => hooks.Send("h03", body, [.. headers, ("X-Shopify-Topic", "orders/paid")]));
        Assert.Empty(await hooks.Log("h03"));
    }

    [Theory]
    [InlineData("t=")]
    [InlineData("t")]
    [InlineData(",,")]
    [InlineData("t=1,t=2")]
    [InlineData("t=99999999999999999999,v1=00")]
    [InlineData("t=-1,v1=00")]
    [InlineData("t=Infinity,v1=00")]
    public async Task H5_a_header_of_Stripe_that_is_none_is_refused(string header)
    {
        await hooks.Source("h5-stripe", """{"provider":"stripe","secrets":["whsec_x-of-a-test"]}""");
        await hooks.Stranger("h5-stripe", () => hooks.Send("h5-stripe", "{}"u8.ToArray(), [("Stripe-Signature", header)]));
    }

    [Fact]
    public async Task H6_a_test_signature_rescues_no_wrong_one()
    {
        await hooks.Source("h06", """{"provider":"stripe","secrets":["whsec_x-of-a-test"]}""");
        var body = Stripe("evt_6");
        var right = Webhooks.Stripe("whsec_x-of-a-test", body, HookSuite.Now)[0].Item2;
        await hooks.Stranger(
            "h06",
            () => hooks.Send("h06", body, [("Stripe-Signature", right.Replace("v1=", "v0=", StringComparison.Ordinal))])
        );
        await hooks.Stranger(
            "h06",
            () =>
                hooks.Send(
                    "h06",
                    body,
                    [("Stripe-Signature", right.Replace("v1=", "v0=", StringComparison.Ordinal) + ",v1=" + new string('0', 64))]
                )
        );
        Assert.Equal(200, (await hooks.Send("h06", body, [("Stripe-Signature", right)])).Status);
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(301)]
    public async Task H7_what_was_signed_more_than_five_minutes_away_is_refused(int seconds)
    {
        var id = $"h7{(seconds < 0 ? "-old" : "-ahead")}";
        await hooks.Source(id, """{"provider":"stripe","secrets":["whsec_x-of-a-test"]}""");
        var body = Stripe("evt_7");
        await hooks.Stranger(
            id,
            () => hooks.Send(id, body, Webhooks.Stripe("whsec_x-of-a-test", body, HookSuite.Now.AddSeconds(seconds + Math.Sign(seconds))))
        );
        Assert.Equal(
            200,
            (
                await hooks.Send(
                    id,
                    body,
                    Webhooks.Stripe("whsec_x-of-a-test", body, HookSuite.Now.AddSeconds(seconds - (Math.Sign(seconds) * 30)))
                )
            ).Status
        );
    }

    [Fact]
    public async Task H8_a_replay_within_the_window_is_a_duplicate_and_after_it_refused()
    {
        await hooks.Source("h08", $$"""{"provider":"standard-webhooks","secrets":["whsec_{{StandardSecret}}"]}""");
        var body = Encoding.UTF8.GetBytes("""{"type":"visit","data":{"customer":{"id":"8"}}}""");
        var now = Webhooks.Standard(StandardSecret, body, "msg_8", HookSuite.Now);
        Assert.Equal((1, 0, 0), (await hooks.Send("h08", body, now)).Counts);
        Assert.Equal((0, 1, 0), (await hooks.Send("h08", body, now)).Counts);
        await hooks.Stranger(
            "h08",
            () => hooks.Send("h08", body, Webhooks.Standard(StandardSecret, body, "msg_8", HookSuite.Now.AddMinutes(-6)))
        );

        // A sender's own second try is signed anew, with the id it had.
        Assert.Equal(
            (0, 1, 0),
            (await hooks.Send("h08", body, Webhooks.Standard(StandardSecret, body, "msg_8", HookSuite.Now.AddSeconds(-20)))).Counts
        );
        Assert.Single(await hooks.Log("h08"));
    }

    [Fact]
    public async Task H9_a_replay_under_a_new_id_or_another_topic_is_a_duplicate_or_harmless()
    {
        await Shopify("h09");
        var body = ShopTests.Order(9, "10.00", "paid");
        Assert.Equal((1, 0, 0), (await hooks.Send("h09", body, Webhooks.Shopify(Secret, body, "orders/paid"))).Counts);
        foreach (var topic in new[] { "orders/paid", "orders/updated", "orders/cancelled", "orders/create" })
        {
            Assert.Equal(
                (0, 1, 0),
                (
                    await hooks.Send(
                        "h09",
                        body,
                        [.. Webhooks.Shopify(Secret, body, topic), ("X-Shopify-Event-Id", Guid.NewGuid().ToString())]
                    )
                ).Counts
            );
        }

        // Under the topic of an erasure an order is not one.
        foreach (var topic in new[] { "customers/delete", "refunds/create" })
        {
            Assert.Equal((0, 0, 1), (await hooks.Send("h09", body, Webhooks.Shopify(Secret, body, topic))).Counts);
        }

        Assert.Equal(["order.paid"], await hooks.Types("h09"));
        await hooks.Suite.Settle();
        Assert.Equal(1, (int)(await hooks.Suite.Customer("h09:820982911946154508"))["orders"]!);
    }

    [Fact]
    public async Task H11_twenty_copies_at_once_have_exactly_one_effect()
    {
        await Shopify("h11");
        var body = ShopTests.Order(11, "10.00", "paid");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => hooks.Send("h11", body, Webhooks.Shopify(Secret, body, "orders/paid")))
        );

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal((1, 19), (answers.Sum(answer => answer.Counts.Accepted), answers.Sum(answer => answer.Counts.Duplicates)));
        Assert.Single(await hooks.Log("h11"));
        await hooks.Suite.Settle();
        Assert.Equal(
            (1, 1),
            (
                (int)(await hooks.Suite.Customer("h11:820982911946154508"))["orders"]!,
                (int)(await hooks.Suite.Customer("h11:820982911946154508"))["events"]!
            )
        );
    }

    [Fact]
    public async Task H12_a_valid_delivery_of_one_source_is_refused_by_another_source()
    {
        await Shopify("h12-a");
        await hooks.Source("h12-b", """{"provider":"shopify","secrets":["another-of-a-test"]}""");
        var body = ShopTests.Order(12, "10.00", "paid");
        var headers = Webhooks.Shopify(Secret, body, "orders/paid");

        await hooks.Stranger("h12-b", () => hooks.Send("h12-b", body, headers));
        Assert.Equal((1, 0, 0), (await hooks.Send("h12-a", body, [.. headers, ("X-Shopify-Shop-Domain", "h12-b.myshopify.com")])).Counts);
        Assert.Single(await hooks.Log("h12-a"));
        Assert.Empty(await hooks.Log("h12-b"));
    }

    [Theory]
    [InlineData("http://shop.example/api/hooks/h13", false)]
    [InlineData("https://shop.example/api/hooks/h13/", false)]
    [InlineData("https://shop.example:8443/api/hooks/h13", false)]
    [InlineData("https://shop.example/api/hooks/h13", true)]
    public async Task H13_Square_is_held_to_the_address_as_registered_not_as_seen(string address, bool accepted)
    {
        await hooks.Source("h13", """{"provider":"square","secrets":["key-of-a-test"],"url":"https://shop.example/api/hooks/h13"}""");
        var body = Encoding.UTF8.GetBytes(
            $$$"""{"event_id":"{{{Guid.NewGuid()}}}","type":"customer.created","created_at":"2026-02-20T00:00:00Z","data":{"object":{"customer":{"id":"c13"} } } }"""
        );
        if (accepted)
            Assert.Equal((1, 0, 0), (await hooks.Send("h13", body, Webhooks.Square("key-of-a-test", body, address))).Counts);
        else
            await hooks.Stranger("h13", () => hooks.Send("h13", body, Webhooks.Square("key-of-a-test", body, address)));
    }

    [Fact]
    public async Task H14_HubSpot_s_address_is_decoded_as_HubSpot_decodes_it()
    {
        await hooks.Source(
            "h14",
            """{"provider":"hubspot","secrets":["s-of-a-test"],"url":"https://shop.example/api/hooks%2Fh14?a=%3Ab%40"}"""
        );
        var body = Encoding.UTF8.GetBytes(
            """[{"eventId":1,"subscriptionId":2,"portalId":3,"occurredAt":1771545600000,"subscriptionType":"contact.creation","objectId":14}]"""
        );
        Assert.Equal(
            (1, 0, 0),
            (
                await hooks.Send(
                    "h14",
                    body,
                    Webhooks.HubSpot("s-of-a-test", body, "https://shop.example/api/hooks/h14?a=:b@", HookSuite.Now)
                )
            ).Counts
        );
        await hooks.Stranger(
            "h14",
            () =>
                hooks.Send(
                    "h14",
                    body,
                    Webhooks.HubSpot("s-of-a-test", body, "https://shop.example/api/hooks%2Fh14?a=%3Ab%40", HookSuite.Now)
                )
        );
    }

    [Fact]
    public async Task H15_one_byte_too_many_is_refused_before_anything_is_believed()
    {
        await Shopify("h15");
        var body = new byte[(256 * 1024) + 1];
        Array.Fill(body, (byte)' ');
        var tables = hooks.Suite.Operations.Tables;

        (await hooks.Send("h15", body, Webhooks.Shopify(Secret, body, "orders/paid"))).Answer.Problem(413, "too-large");
        Assert.Equal(tables, hooks.Suite.Operations.Tables);
        Assert.Equal(200, (await hooks.Send("h15", body[..^1], Webhooks.Shopify(Secret, body[..^1], "orders/paid"))).Status);
        Assert.Equal("unreadable", (string)Assert.Single(await hooks.Quarantine("h15"))["reason"]!);
    }

    [Fact]
    public async Task H15_a_length_that_lies_and_chunks_without_end_are_cut_off()
    {
        await Shopify("h15-raw");
        var address = hooks.Suite.Client.BaseAddress!;
        var chunk = $"10000\r\n{new string(' ', 0x10000)}\r\n";
        foreach (
            var (request, status) in new[]
            {
                // The app refuses it by its length; a caller that does not send the body is cut off by the host before it is told.
                ("Content-Length: 300000\r\n\r\n{}", 408),
                ($"Content-Length: 300000\r\n\r\n{new string(' ', 300_000)}", 413),
                // Beyond the host's own limit the app is not asked: the host says 500, as in Azure.
                ("Content-Length: 99999999999\r\n\r\n{}", 500),
                ("Transfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat(chunk, 5)), 408),
                ("Transfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat(chunk, 5)) + "0\r\n\r\n", 413),
            }
        )
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port);
            var stream = client.GetStream();
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"POST /api/hooks/h15-raw HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\n{request}"
                )
            );
            using var reader = new StreamReader(stream);
            Assert.StartsWith($"HTTP/1.1 {status}", await reader.ReadLineAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(await hooks.Log("h15-raw"));
        Assert.Empty(await hooks.Rows("h15-raw"));
    }

    [Fact]
    public async Task H15_a_length_shorter_than_the_body_is_a_body_of_that_length_and_another_one_s_signature()
    {
        await Shopify("h15-short");
        var body = ShopTests.Order(15, "1.00", "paid");
        var address = hooks.Suite.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var stream = client.GetStream();
        var head = string.Concat(Webhooks.Shopify(Secret, body, "orders/paid").Select(header => $"{header.Item1}: {header.Item2}\r\n"));
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /api/hooks/h15-short HTTP/1.1\r\nHost: {address.Authority}\r\n{head}Content-Length: {body.Length - 9}\r\n\r\n"
            )
        );
        await stream.WriteAsync(body);
        using var reader = new StreamReader(stream);

        Assert.StartsWith("HTTP/1.1 401", await reader.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Empty(await hooks.Log("h15-short"));
        Assert.Empty(await hooks.Rows("h15-short"));
    }

    [Fact]
    public async Task H16_nothing_compressed_is_unpacked()
    {
        await Shopify("h16");
        var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(new byte[10_000_000]);
        foreach (var body in new[] { bomb.ToArray(), ShopTests.Order(16, "1.00", "paid") })
        {
            using var stranger = hooks.Suite.NewClient();
            using var content = new ByteArrayContent(body);
            content.Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
            using var answer = await stranger.PostAsync(new Uri("api/hooks/h16", UriKind.Relative), content);
            Assert.Equal(415, (int)answer.StatusCode);
        }

        Assert.Empty(await hooks.Log("h16"));
        Assert.Empty(await hooks.Rows("h16"));
    }

    public static TheoryData<string, string> Unreadable() =>
        new()
        {
            { "nested-65", string.Concat(Enumerable.Repeat("[", 65)) + string.Concat(Enumerable.Repeat("]", 65)) },
            { "nested-10000", string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000) },
            { "many", "[" + string.Join(',', Enumerable.Repeat("0", 100_000)) + "]" },
            { "long-key", $"{{\"{new string('k', 200_000)}\":1}}" },
            { "twice", """{"id":1,"email":"a@b.c","email":"b@b.c","updated_at":"2026-01-01T00:00:00Z"}""" },
            { "comment", "/* x */{}" },
            { "trailing", """{"id":1,}""" },
            { "nan", """{"id":NaN}""" },
            { "empty-object", "{}" },
            { "null", "null" },
            { "list", "[]" },
            { "text", "\"x\"" },
            { "nul", "{\"id\":\"\u0000\"}" },
        };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task H17_H18_H20_a_signed_body_that_cannot_be_read_is_quarantined_and_does_no_harm(string name, string body)
    {
        var id = $"h17-{name}";
        await Shopify(id);
        var bytes = Encoding.UTF8.GetBytes(body);

        var answer = await hooks.Send(id, bytes, Webhooks.Shopify(Secret, bytes, "customers/update"));

        Assert.Equal((200, (0, 0, 1)), (answer.Status, answer.Counts));
        Assert.Empty(await hooks.Log(id));
        var item = Assert.Single(await hooks.Quarantine(id));
        Assert.Contains((string)item["reason"]!, new[] { "unreadable", "unknown-topic" });
        Assert.Equal(bytes, Assert.Single(await hooks.Rows(id)).Body());
        await StillTakes(id);
    }

    [Fact]
    public async Task H18_bytes_that_are_no_text_are_kept_as_bytes_and_strange_members_mean_nothing()
    {
        await Shopify("h18");
        byte[][] broken =
        [
            [0xff, 0xfe, .. Encoding.Unicode.GetBytes("{}")],
            [.. "{\"id\":\""u8, 0xc0, 0xa0, .. "\"}"u8],
            [.. "{\"id\":1,\"email\":\"\\ud800\",\"updated_at\":\"2026-01-01T00:00:00Z\"}"u8],
        ];
        foreach (var body in broken)
        {
            Assert.Equal((0, 0, 1), (await hooks.Send("h18", body, Webhooks.Shopify(Secret, body, "customers/update"))).Counts);
        }

        Assert.Equal(3, (await hooks.Rows("h18")).Count);
        byte[] strange =
        [
            .. Encoding.UTF8.Preamble,
            .. """{"id":18,"__proto__":{"admin":true},"$type":"System.Diagnostics.Process","email":"h18@example.com","updated_at":"2026-01-01T00:00:00Z"}"""u8,
        ];
        Assert.Equal((1, 0, 0), (await hooks.Send("h18", strange, Webhooks.Shopify(Secret, strange, "customers/update"))).Counts);
        Assert.DoesNotContain("__proto__", Assert.Single(await hooks.Log("h18")).Data, StringComparison.Ordinal);
        await StillTakes("h18");
    }

    [Theory]
    [InlineData("1e400", "CNY", "2026-02-20T00:00:00Z", "amount")]
    [InlineData("1.234,56", "CNY", "2026-02-20T00:00:00Z", "amount")]
    [InlineData("-5.00", "CNY", "2026-02-20T00:00:00Z", "amount")]
    [InlineData("5.001", "CNY", "2026-02-20T00:00:00Z", "amount")]
    [InlineData("5.00", "LONG", "2026-02-20T00:00:00Z", "currency")]
    [InlineData("5.00", "XXX", "2026-02-20T00:00:00Z", "currency")]
    public async Task H19_figures_that_are_none_are_kept_with_the_field_named(string total, string currency, string updated, string field)
    {
        await Shopify("h19");
        var body = ShopTests.Order(
            Math.Abs(total.GetHashCode(StringComparison.Ordinal)),
            total,
            "paid",
            currency == "LONG" ? new string('C', 300) : currency,
            updated
        );
        var before = (await hooks.Log("h19")).Count;

        Assert.Equal((0, 0, 1), (await hooks.Send("h19", body, Webhooks.Shopify(Secret, body, "orders/paid"))).Counts);
        Assert.Equal(before, (await hooks.Log("h19")).Count);
        Assert.Contains(
            await hooks.Quarantine("h19"),
            item => (string)item["reason"]! == "invalid" && ((string)item["detail"]!).Contains($"data.{field}", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task H19_ids_beyond_two_to_the_53_keep_every_digit_and_times_that_are_none_are_not_guessed()
    {
        await Shopify("h19-ids");
        var body = ShopTests.Order(820982911946154509, "1.00", "paid", customer: "9007199254740993");
        Assert.Equal((1, 0, 0), (await hooks.Send("h19-ids", body, Webhooks.Shopify(Secret, body, "orders/paid"))).Counts);
        var data = JsonNode.Parse(Assert.Single(await hooks.Log("h19-ids")).Data)!;
        Assert.Equal(("820982911946154509", "9007199254740993"), ((string)data["orderId"]!, (string)data["customer"]!["id"]!));

        var bad = Encoding.UTF8.GetBytes(
            Encoding
                .UTF8.GetString(ShopTests.Order(820982911946154510, "1.00", "paid"))
                .Replace("2026-02-20T08:00:00+08:00", "0000-00-00T00:00:00+99:99", StringComparison.Ordinal)
        );
        Assert.Equal((1, 0, 0), (await hooks.Send("h19-ids", bad, Webhooks.Shopify(Secret, bad, "orders/paid"))).Counts);
        Assert.Equal(Suite.Now, (await hooks.Log("h19-ids"))[^1].OccurredAt);
    }

    [Fact]
    public async Task H20_of_a_batch_with_one_bad_item_the_others_are_taken()
    {
        await hooks.Source("h20", """{"provider":"hubspot","secrets":["s-of-a-test"],"url":"https://shop.example/h20"}""");
        var body = Encoding.UTF8.GetBytes(
            """
            [{"eventId":1,"subscriptionId":2,"portalId":3,"occurredAt":1771545600000,"subscriptionType":"contact.creation","objectId":20},
             7,
             {"eventId":2,"subscriptionId":2,"portalId":3,"occurredAt":1771545601000,"subscriptionType":"contact.propertyChange","objectId":20,"propertyName":"email","propertyValue":"h20@example.com"}]
            """
        );
        Assert.Equal(
            (2, 0, 1),
            (await hooks.Send("h20", body, Webhooks.HubSpot("s-of-a-test", body, "https://shop.example/h20", HookSuite.Now))).Counts
        );
        Assert.Equal(["customer.created", "customer.updated"], await hooks.Types("h20"));
        Assert.Contains("[1]", (string)Assert.Single(await hooks.Quarantine("h20"))["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "two raw requests",
        "--b\r\nContent-Disposition: form-data; name=\"submissionID\"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name=\"rawRequest\"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; name=\"rawRequest\"\r\n\r\n{}\r\n--b--\r\n"
    )]
    [InlineData(
        "no JSON",
        "--b\r\nContent-Disposition: form-data; name=\"submissionID\"\r\n\r\n2\r\n--b\r\nContent-Disposition: form-data; name=\"rawRequest\"\r\n\r\nnot json\r\n--b--\r\n"
    )]
    [InlineData("a path", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../../etc/passwd\"\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("broken off", "--b\r\nContent-Disposition: form-data; name=\"submissionID\"\r\n\r\n3")]
    [InlineData("many", "MANY")]
    public async Task H21_a_form_that_is_none_is_kept(string what, string body)
    {
        var id = $"h21-{what.Replace(' ', '-').ToLowerInvariant()}";
        await hooks.Source(id, """{"provider":"jotform","secrets":["a-long-random-text"]}""");
        if (body == "MANY")
            body =
                string.Concat(Enumerable.Range(0, 2000).Select(i => $"--b\r\nContent-Disposition: form-data; name=\"f{i}\"\r\n\r\nx\r\n"))
                + "--b--\r\n";

        var answer = await hooks.Send(
            id,
            Encoding.UTF8.GetBytes(body),
            [],
            "?key=a-long-random-text",
            contentType: "multipart/form-data; boundary=b"
        );

        Assert.Equal((200, (0, 0, 1)), (answer.Status, answer.Counts));
        Assert.Equal("unreadable", (string)Assert.Single(await hooks.Quarantine(id))["reason"]!);
        Assert.DoesNotContain("a-long-random-text", Assert.Single(await hooks.Rows(id)).Query ?? "", StringComparison.Ordinal);
        await hooks.Stranger(
            id,
            () =>
                hooks.Send(id, Encoding.UTF8.GetBytes(body), [], "?key=a-long-random-texT", contentType: "multipart/form-data; boundary=b")
        );
    }

    [Theory]
    [InlineData("an overlong id", "", "ce-specversion: 1.0|ce-type: visit|ce-source: s|ce-id: %C0%A0", 400)]
    [InlineData(
        "a content type of its own",
        "",
        "ce-specversion: 1.0|ce-type: visit|ce-source: s|ce-id: 1|ce-datacontenttype: application/json",
        400
    )]
    [InlineData(
        "no version",
        """{"id":"1","source":"s","type":"visit","data":{"customer":{"id":"22"}}}""",
        "Content-Type: application/cloudevents+json",
        400
    )]
    [InlineData(
        "data twice",
        """{"specversion":"1.0","id":"1","source":"s","type":"visit","data":{"customer":{"id":"22"}},"data_base64":"e30="}""",
        "Content-Type: application/cloudevents+json",
        400
    )]
    [InlineData(
        "mixed versions",
        """[{"specversion":"1.0","id":"1","source":"s","type":"visit","data":{"customer":{"id":"22"}}},{"specversion":"0.3","id":"2","source":"s","type":"visit","data":{"customer":{"id":"22"}}}]""",
        "Content-Type: application/cloudevents-batch+json",
        400
    )]
    [InlineData("another format", "<event/>", "Content-Type: application/cloudevents+xml", 415)]
    public async Task H22_a_CloudEvent_that_is_none_is_refused_whole_and_leaves_nothing(
        string what,
        string body,
        string headers,
        int status
    )
    {
        var id = $"h22-{what.Replace(' ', '-')}";
        await hooks.Source(id, """{"provider":"cloudevents","secrets":["a-long-random-token"]}""");
        var pairs = headers.Split('|').Select(header => header.Split(": ")).ToDictionary(pair => pair[0], pair => pair[1]);
        (string, string)[] sent =
        [
            ("Authorization", "Bearer a-long-random-token"),
            .. pairs.Where(pair => pair.Key != "Content-Type").Select(pair => (pair.Key, pair.Value)),
        ];
        var bytes = body.Length > 0 ? Encoding.UTF8.GetBytes(body) : """{"customer":{"id":"22"}}"""u8.ToArray();

        var answer = await hooks.Send(id, bytes, sent, contentType: pairs.GetValueOrDefault("Content-Type", "application/json"));

        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.Answer.ContentType?.MediaType));
        Assert.Empty(await hooks.Log(id));
        Assert.Empty(await hooks.Rows(id));
        await hooks.Stranger(
            id,
            () =>
                hooks.Send(
                    id,
                    bytes,
                    [.. sent.Skip(1), ("Authorization", "Bearer a-long-random-tokeN")],
                    contentType: pairs.GetValueOrDefault("Content-Type", "application/json")
                )
        );
    }

    [Theory]
    [InlineData("evil.example%0d%0aSet-Cookie: a=b", true)]
    [InlineData("evil.example, other.example", true)]
    [InlineData("evil.example", false)]
    public async Task H22_an_unknown_or_malformed_origin_gets_no_consent(string origin, bool withToken)
    {
        await hooks.Source("h22-origin", """{"provider":"cloudevents","secrets":["a-long-random-token"]}""");
        (string, string)[] headers =
        [
            ("WebHook-Request-Origin", origin),
            .. withToken ? [("Authorization", "Bearer a-long-random-token")] : Array.Empty<(string, string)>(),
        ];

        var answer = await hooks.Send("h22-origin", [], headers, method: "OPTIONS");

        Assert.Equal(405, answer.Status);
        Assert.DoesNotContain(
            answer.Headers.Keys,
            name => name.StartsWith("WebHook-", StringComparison.OrdinalIgnoreCase) || name == "Set-Cookie"
        );
        Assert.Equal(
            "example.com",
            (
                await hooks.Send(
                    "h22-origin",
                    [],
                    [("WebHook-Request-Origin", "example.com"), ("Authorization", "Bearer a-long-random-token")],
                    method: "OPTIONS"
                )
            ).Headers["WebHook-Allowed-Origin"]
        );
    }

    [Fact]
    public async Task H23_of_two_words_the_later_one_counts_whichever_came_first_and_a_deletion_may_come_before_the_creation()
    {
        await Shopify("h23");
        byte[] Customer(string at, string state) =>
            Encoding.UTF8.GetBytes(
                $$"""{"id":23,"email":"h23@example.com","created_at":"2026-01-01T00:00:00Z","updated_at":"{{at}}","state":"{{state}}"}"""
            );
        var (older, newer) = (Customer("2026-02-01T00:00:00Z", "old"), Customer("2026-02-02T00:00:00Z", "new"));
        Assert.Equal((1, 0, 0), (await hooks.Send("h23", newer, Webhooks.Shopify(Secret, newer, "customers/update"))).Counts);
        Assert.Equal((1, 0, 0), (await hooks.Send("h23", older, Webhooks.Shopify(Secret, older, "customers/update"))).Counts);
        Assert.Equal(["old", "new"], (await hooks.Log("h23")).Select(row => (string)JsonNode.Parse(row.Data)!["attributes"]!["state"]!));

        var (deleted, created) = (
            """{"id":24}"""u8.ToArray(),
            """{"id":24,"email":"h23-24@example.com","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}"""u8.ToArray()
        );
        Assert.Equal((1, 0, 0), (await hooks.Send("h23", deleted, Webhooks.Shopify(Secret, deleted, "customers/delete"))).Counts);
        Assert.Equal((1, 0, 0), (await hooks.Send("h23", created, Webhooks.Shopify(Secret, created, "customers/create"))).Counts);
        await hooks.Suite.Settle();
        Assert.Equal(2, (int)(await hooks.Suite.Customer("h23:24"))["events"]!);
        Assert.DoesNotContain(hooks.Suite.Host.Invocations, invocation => !invocation.Succeeded);
    }

    [Theory]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("Ann\r\nBcc: victim@example.com")]
    [InlineData("{{secret}} @all")]
    public async Task H24_what_a_name_says_is_a_name(string name)
    {
        var id = $"h24-{Math.Abs(name.GetHashCode(StringComparison.Ordinal))}";
        await Shopify(id);
        var body = Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["id"] = 24,
                ["email"] = $"{id}@example.com",
                ["first_name"] = name,
                ["created_at"] = "2026-01-01T00:00:00Z",
                ["updated_at"] = "2026-01-01T00:00:00Z",
            }.ToJsonString()
        );
        Assert.Equal((1, 0, 0), (await hooks.Send(id, body, Webhooks.Shopify(Secret, body, "customers/create"))).Counts);
        Assert.Equal(name, (string)JsonNode.Parse(Assert.Single(await hooks.Log(id)).Data)!["customer"]!["name"]!);
        await hooks.Suite.Settle();
        Assert.Equal(1, (int)(await hooks.Suite.Customer($"{id}:24"))["events"]!);
    }

    [Fact]
    public async Task H24_a_name_of_a_hundred_kilobytes_is_kept_aside()
    {
        await Shopify("h24-long");
        var body = Encoding.UTF8.GetBytes(
            $$"""{"id":24,"email":"h24@example.com","first_name":"{{new string('x', 100_000)}}","updated_at":"2026-01-01T00:00:00Z"}"""
        );
        Assert.Equal((0, 0, 1), (await hooks.Send("h24-long", body, Webhooks.Shopify(Secret, body, "customers/update"))).Counts);
        Assert.Empty(await hooks.Log("h24-long"));
        Assert.Equal("invalid", (string)Assert.Single(await hooks.Quarantine("h24-long"))["reason"]!);
    }

    internal static byte[] Stripe(string id) =>
        Encoding.UTF8.GetBytes(
            $$$"""{"id":"{{{id}}}","object":"event","created":1771545600,"type":"customer.created","data":{"object":{"id":"cus_{{{id}}}","object":"customer","email":"{{{id}}}@example.com"} } }"""
        );

    private Task Shopify(string id) => hooks.Source(id, $$"""{"provider":"shopify","secrets":["{{Secret}}"],"currency":"CNY"}""");

    private async Task StillTakes(string id)
    {
        var body = ShopTests.Order(HookSuite.Now.UtcTicks, "1.00", "paid");
        Assert.Equal((1, 0, 0), (await hooks.Send(id, body, Webhooks.Shopify(Secret, body, "orders/paid"))).Counts);
    }
}
