using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Notifications;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.Notifications.Pacing;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.IntegrationTests.Notifications;

/// <summary>From the queue to real receivers and back, through the whole suite.</summary>
public sealed class OutgoingTests(OutgoingSuite outgoing) : IClassFixture<OutgoingSuite>
{
    [Fact]
    public async Task Without_a_record_of_consent_there_is_no_marketing_and_the_ledger_says_so_in_two_languages()
    {
        var customer = await outgoing.Customer("nobody-asked");

        var row = Assert.Single(await outgoing.Say(customer, "win-back", "p1", OutgoingSuite.WinBack("Ann")));

        Assert.Equal(("suppressed", "no-consent", "email"), Told(row));
        Assert.Equal("There is no record that the customer agreed to marketing on this channel.", (string)row["why"]!);
        Assert.Equal("没有客户对该渠道营销的同意记录。", (string)(await outgoing.Rows(customer, "win-back", language: "zh-CN"))[0]["why"]!);
    }

    [Fact]
    public async Task Who_agreed_gets_it_once_with_a_way_out_that_only_a_POST_takes()
    {
        var customer = await outgoing.Customer("agreed", agrees: true);
        var message = MessageRequest.Of(customer, "win-back", "p1", OutgoingSuite.WinBack("Ann\r\nBcc: x@example.com {{secret}}"));
        await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(_ => outgoing.Say(customer, "win-back", "p1", OutgoingSuite.WinBack("Ann\r\nBcc: x@example.com {{secret}}")))
        );
        await outgoing.Send(message);

        Assert.Equal(("sent", "SMTP 250", "email"), Told(Assert.Single(await outgoing.Rows(customer, "win-back"))));
        var mail = await outgoing.Mail("agreed@example.com");
        Assert.Equal("Ann Bcc: x@example.com {{secret}}, it has been a while", mail.GetProperty("subject").GetString());
        Assert.Equal("List-Unsubscribe=One-Click", Header(mail, "list-unsubscribe-post"));
        var link = new Uri(Header(mail, "list-unsubscribe")!.Trim('<', '>'));
        Assert.Contains(link.ToString(), mail.GetProperty("text").GetString(), StringComparison.Ordinal);

        using var stranger = outgoing.Suite.NewClient();
        var path = new Uri(link.AbsolutePath.TrimStart('/'), UriKind.Relative);
        using (var page = await stranger.GetAsync(path))
        {
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Contains("<form method=\"post\">", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(
            "sent",
            (string)Assert.Single(await outgoing.Say(customer, "win-back", "p2", OutgoingSuite.WinBack("Ann")))["status"]!
        );
        await outgoing.Mail("agreed@example.com");
        using (var one = await stranger.PostAsync(path, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")])))
            Assert.Equal(HttpStatusCode.OK, one.StatusCode);
        Assert.Equal(
            "consent-withdrawn",
            (string)Assert.Single(await outgoing.Say(customer, "win-back", "p3", OutgoingSuite.WinBack("Ann")))["reason"]!
        );

        // A letter changed, or added: nobody can make one.
        foreach (
            var forged in new[]
            {
                path.OriginalString[..^1] + (path.OriginalString[^1] == 'A' ? 'B' : 'A'),
                path.OriginalString + "A",
                path.OriginalString[..^4],
            }
        )
        {
            using var refused = await stranger.PostAsync(new Uri(forged, UriKind.Relative), null);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        // What was said of consent is exported, and forgotten.
        using var export = await outgoing.Suite.Client.PostAsync(
            new Uri($"api/customers/{customer.Key}/export", UriKind.Relative),
            JsonContent("""{"by":"ann","reason":"asked"}""")
        );
        var exported = await export.Content.ReadAsStringAsync();
        Assert.Contains("form 7", exported, StringComparison.Ordinal);
        Assert.Contains("one-click", exported, StringComparison.Ordinal);
        await outgoing.Suite.PostConfirmed($"customers/{customer.Key}/erase", """{"by":"ann","reason":"asked"}""", 202);
        await outgoing.Suite.Settle();
        await foreach (var row in outgoing.Suite.Tables.Consents.QueryAsync<Azure.Data.Tables.TableEntity>())
            Assert.NotEqual(customer.Key, row.PartitionKey);
    }

    [Fact]
    public async Task A_withdrawal_is_in_force_for_what_waits_already()
    {
        var customer = await outgoing.Customer("night-owl", agrees: true, timeZone: "America/New_York");

        var row = Assert.Single(await outgoing.Say(customer, "win-back", "p1", OutgoingSuite.WinBack("Ann")));
        Assert.Equal(("deferred", "quiet-hours", "email"), Told(row));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 13, 0, 0, TimeSpan.Zero), (DateTimeOffset)row["until"]!);
        Assert.Contains("it is tried again at 2026-03-02 13:00 UTC", (string)row["why"]!, StringComparison.Ordinal);

        await outgoing.Consent("night-owl", granted: false, Suite.Now.AddDays(-1));
        await outgoing.Suite.Settle();
        row = Assert.Single(await outgoing.Say(customer, "win-back", "p1", OutgoingSuite.WinBack("Ann") with { Language = "zh-CN" }));
        Assert.Equal(("suppressed", "consent-withdrawn", "email"), Told(row));
    }

    [Fact]
    public async Task Over_the_cap_it_is_suppressed_and_what_was_not_delivered_does_not_count()
    {
        var customer = await outgoing.Customer("capped", agrees: true);
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i => outgoing.Send(MessageRequest.Of(customer, "win-back", $"p{i}", OutgoingSuite.WinBack("Ann"))))
        );

        var rows = await outgoing.Rows(customer, "win-back");
        Assert.Equal(3, rows.Count(row => (string)row["status"]! == "sent"));
        Assert.Equal(5, rows.Count(row => (string?)row["reason"] == "frequency-cap"));

        var broken = await outgoing.Customer("broken", agrees: true, email: "rcpt-550@example.com");
        Assert.Equal(
            "refused",
            (string)Assert.Single(await outgoing.Say(broken, "win-back", "p0", OutgoingSuite.WinBack("Ann")))["status"]!
        );
        for (var i = 1; i < 5; i++)
            Assert.Equal(
                "bounced",
                (string)Assert.Single(await outgoing.Say(broken, "win-back", $"p{i}", OutgoingSuite.WinBack("Ann")))["reason"]!
            );
    }

    [Fact]
    public async Task The_next_channel_carries_what_one_may_not_and_each_has_its_reason()
    {
        var customer = await outgoing.Customer("fallback", email: "rcpt-553@example.com");

        var rows = await outgoing.Say(customer, "welcome", "p1", OutgoingSuite.Welcome("Ann", "acs-sms", "sales", "email", "webhook"));

        Assert.Equal(
            [
                ("suppressed", "no-channel", "acs-sms"),
                ("refused", "email-recipient-refused (SMTP 553)", "email"),
                ("suppressed", "no-address", "sales"),
                ("sent", "HTTP 204", "webhook"),
            ],
            rows.Select(Told).OrderBy(row => row.Channel, StringComparer.Ordinal)
        );
        Assert.Equal("welcome", (string)JsonNode.Parse((await outgoing.Hook.Next()).Body)!["data"]!["template"]!);
    }

    [Fact]
    public async Task A_missing_variable_or_template_refuses_and_is_named()
    {
        var customer = await outgoing.Customer("holes");

        var hole = await outgoing.Say(
            customer,
            "welcome",
            "p1",
            OutgoingSuite.Welcome("Ann") with
            {
                Variables = new Dictionary<string, string> { ["name"] = "Ann" },
            }
        );
        var none = await outgoing.Say(customer, "welcome", "p2", OutgoingSuite.Welcome("Ann") with { Template = "nothing" });
        var both = await outgoing.Say(customer, "welcome", "p3", OutgoingSuite.Welcome("Ann") with { Purpose = "marketing" });

        Assert.Equal(("refused", "template-variable: next", "email"), Told(Assert.Single(hole)));
        Assert.Equal("The template lacks a variable: next.", (string)hole[0]["why"]!);
        Assert.Equal(("refused", "template-missing: nothing", "email"), Told(Assert.Single(none)));
        Assert.Equal("no-consent", (string)Assert.Single(both)["reason"]!);
    }

    [Fact]
    public async Task The_longest_text_arrives_whole_and_one_that_grew_beyond_any_is_refused_and_says_so()
    {
        var customer = await outgoing.Customer("reader");
        var plain = new System.Text.Json.JsonSerializerOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        var text = string.Concat(Enumerable.Repeat("尊敬的客户，", 1300)) + "{{name}}";
        var template = new JsonObject
        {
            ["name"] = "letter",
            ["purpose"] = "transactional",
            ["texts"] = new JsonArray(
                new JsonObject
                {
                    ["language"] = "zh-CN",
                    ["subject"] = "{{name}}",
                    ["text"] = text,
                }
            ),
        };
        using (
            var put = await outgoing.Suite.Client.PutAsync(
                new Uri("api/templates/letter", UriKind.Relative),
                JsonContent(template.ToJsonString(plain))
            )
        )
            put.EnsureSuccessStatusCode();
        Touch Letter(string name) => OutgoingSuite.Welcome(name, "webhook") with { Template = "letter" };

        Assert.Equal("sent", (string)Assert.Single(await outgoing.Say(customer, "letter", "p1", Letter("\"王芳\"")))["status"]!);
        var data = JsonNode.Parse((await outgoing.Hook.Next()).Body)!["data"]!;
        Assert.Equal(text.Replace("{{name}}", "\"王芳\"", StringComparison.Ordinal), (string)data["text"]!);
        Assert.Equal("\"王芳\"", (string)data["subject"]!);

        foreach (var name in Enumerable.Range(0, 3).Select(i => $"v{i}"))
            text += $"{{{{{name}}}}}";
        template["texts"]![0]!["text"] = text;
        using (
            var put = await outgoing.Suite.Client.PutAsync(
                new Uri("api/templates/letter", UriKind.Relative),
                JsonContent(template.ToJsonString(plain))
            )
        )
            put.EnsureSuccessStatusCode();
        var long2 = Letter("Ann") with
        {
            Variables = Enumerable
                .Range(0, 3)
                .Select(i => KeyValuePair.Create($"v{i}", new string('长', 2000)))
                .Append(new("name", "Ann"))
                .ToDictionary(),
        };
        Assert.Equal(
            ("refused", "text-too-long: 13803", "webhook"),
            Told(Assert.Single(await outgoing.Say(customer, "letter", "p2", long2)))
        );
    }

    [Fact]
    public async Task What_is_taken_back_or_no_longer_true_is_withdrawn()
    {
        var customer = await outgoing.Customer("changed-mind", agrees: true, timeZone: "America/New_York");
        await outgoing.Say(customer, "win-back", "p1", OutgoingSuite.WinBack("Ann"));

        await outgoing.Send(MessageRequest.Withdrawal(customer, "win-back", "p1"));
        await outgoing.Say(customer, "win-back", "p1", OutgoingSuite.WinBack("Ann") with { Language = "zh-CN" });
        await outgoing.Say(customer, "welcome", "p1", OutgoingSuite.Welcome("Ann") with { While = ["churned"] });

        Assert.All(
            await outgoing.Rows(customer, "win-back"),
            row => Assert.Equal(("withdrawn", "no-longer-true"), ((string)row["status"]!, (string)row["reason"]!))
        );
        Assert.Equal(("withdrawn", "no-longer-true", "*"), Told(Assert.Single(await outgoing.Rows(customer, "welcome"))));
    }

    [Fact]
    public async Task Outcomes_join_the_message_bounces_suppress_and_a_reply_is_an_event()
    {
        var customer = await outgoing.Customer("answers");
        Assert.Equal("sent", (string)Assert.Single(await outgoing.Say(customer, "welcome", "p1", OutgoingSuite.Welcome("Ann")))["status"]!);
        var key = $"{customer.Key}:welcome:p1:email";

        Assert.Equal(HttpStatusCode.Unauthorized, await outgoing.Tell(key, "delivered", secret: Convert.ToBase64String(new byte[24])));
        Assert.Equal(HttpStatusCode.NotFound, await outgoing.Tell($"{customer.Key}:welcome:p9:email", "delivered"));
        Assert.Equal(HttpStatusCode.BadRequest, await outgoing.Tell(key, "eaten"));
        foreach (var kind in new[] { "delivered", "opened", "replied", "replied", "converted" })
            Assert.Equal(HttpStatusCode.OK, await outgoing.Tell(key, kind));
        await outgoing.Suite.Settle();

        var outcomes = Assert.Single(await outgoing.Rows(customer, "welcome"))["outcomes"]!.AsObject().Select(one => one.Key);
        Assert.Equal(["converted", "delivered", "opened", "replied"], outcomes.Order(StringComparer.Ordinal));
        var replies = (await outgoing.Suite.Get($"customers/{customer.Key}/timeline"))["items"]!
            .AsArray()
            .Where(item => (string)item!["type"]! == "interaction")
            .ToList();
        Assert.Equal(("in", "welcome"), ((string)Assert.Single(replies)!["data"]!["direction"]!, (string)replies[0]!["data"]!["rule"]!));

        Assert.Equal(HttpStatusCode.OK, await outgoing.Tell(key, "bounced", more: ""","kind":"soft" """));
        Assert.Equal("sent", (string)Assert.Single(await outgoing.Say(customer, "welcome", "p2", OutgoingSuite.Welcome("Ann")))["status"]!);
        Assert.Equal(HttpStatusCode.OK, await outgoing.Tell(key, "bounced"));
        Assert.Equal(
            "bounced",
            (string)Assert.Single(await outgoing.Say(customer, "welcome", "p3", OutgoingSuite.Welcome("Ann")))["reason"]!
        );
    }

    [Fact]
    public async Task Alerts_to_a_robot_are_gathered_into_few_messages_and_each_is_said_once()
    {
        var customers = new List<Handle>();
        for (var i = 0; i < 3; i++)
            customers.Add(await outgoing.Customer($"alert-{i}"));
        var duty = new Touch(
            "transactional",
            "duty",
            new Dictionary<string, string>
            {
                ["title"] = "call <@all>",
                ["customer"] = "Ann @all",
                ["due"] = "today",
                ["why"] = "a **complaint**",
            },
            ["sales"],
            Audience.OfTeam(),
            Suite.Now
        );
        Azure.Messaging.ServiceBus.ServiceBusMessage[] all =
        [
            .. customers.SelectMany(customer =>
                Enumerable
                    .Range(0, 15)
                    .Select(i =>
                        MessageRequest.Of(
                            customer,
                            "duty",
                            $"d{i}",
                            duty with
                            {
                                Variables = new Dictionary<string, string>(duty.Variables) { ["due"] = $"{customer.Key}-{i}." },
                            }
                        )
                    )
            ),
        ];
        await outgoing.Send(all);
        await outgoing.Send([.. customers.Select(customer => MessageRequest.Of(customer, "duty", "d0", duty with { Language = "zh-CN" }))]);
        foreach (var customer in customers)
            await Eventually.Holds(async () => (await outgoing.Rows(customer, "duty")).All(row => (string)row["status"]! == "sent"));

        Assert.Equal(0, outgoing.Robot.TooFast);
        foreach (var customer in customers)
            await outgoing.Say(customer, "duty", "d0", duty with { Language = "zh-CN" });
        var messages = outgoing.Robot.Taken.Count(message => message.Body.Contains("Ann", StringComparison.Ordinal));
        var lines = outgoing.Robot.Lines.Where(line => line.StartsWith("Ann", StringComparison.Ordinal)).ToList();
        Assert.InRange(messages, 3, 12);
        Assert.Equal(45, lines.Count);
        Assert.Equal(45, lines.Distinct().Count());
        Assert.All(lines, line => Assert.Contains("Ann ＠all: call ＜＠all＞", line, StringComparison.Ordinal));
    }

    private static (string? Status, string? Reason, string? Channel) Told(JsonNode row) =>
        ((string?)row["status"], (string?)row["reason"], (string?)row["channel"]);

    private static string? Header(JsonElement mail, string name) =>
        mail.GetProperty("headers")
            .EnumerateArray()
            .Where(header => header.GetProperty("key").GetString() == name)
            .Select(header => header.GetProperty("value").GetString())
            .FirstOrDefault();

    private static StringContent JsonContent(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    [Fact]
    public async Task A_robots_message_that_was_held_up_beyond_its_place_goes_with_another_one_and_is_said_once()
    {
        var customer = await outgoing.Customer("held-up");
        var services = outgoing.Suite.Host.Services;
        var robot = services.GetServices<IChannel>().OfType<RobotChannel>().Single();
        var (slots, now) = (services.GetRequiredService<SlotStore>(), TimeProvider.System.GetUtcNow());
        await services.GetRequiredService<Reservations>().Block(ReservationKey.Of(robot.Pace), now.AddSeconds(5), default);
        var about = new MessagePayload(customer.Key, "duty", "held", null, null, null, null, "");
        var row = MessageLedger.Row(customer, new MessageRequest(customer.Key, "duty", "held"), robot.Name);
        row.Keep(new RenderedMessage("subject", $"{customer.Key} was held up", Suite.Now, about));
        await services.GetRequiredService<RobotSlots>().Join(row, robot, default);

        var slot = (await slots.Open(robot.Pace.Key, default)).Slot!;
        slot.Status = SlotRow.Sending;
        Assert.True(await slots.Replace(slot, default));
        await services.GetRequiredService<SlotSender>().Send(slot, robot, leaves: now.AddSeconds(-1), default);

        Assert.Null(await slots.Get(robot.Pace.Key, slot.RowKey, default));
        Assert.Equal("deferred", (string)Assert.Single(await outgoing.Rows(customer, "duty"))["status"]!);
        await Eventually.Holds(async () => (string)Assert.Single(await outgoing.Rows(customer, "duty"))["status"]! == "sent");
        Assert.Single(outgoing.Robot.Lines, line => line == $"{customer.Key} was held up");
    }
}
