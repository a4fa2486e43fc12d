using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.IntegrationTests.Notifications;

/// <summary>Robots and Azure Communication Services, as composed, against receivers that answer as the platforms do.</summary>
public sealed class PlatformTests
{
    private static readonly DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(1582163555000);

    [Theory]
    [InlineData("wecom")]
    [InlineData("dingtalk")]
    [InlineData("feishu")]
    [InlineData("slack")]
    [InlineData("teams")]
    public async Task What_is_said_to_a_robot_is_said_and_who_is_too_fast_is_asked_to_wait(string platform)
    {
        var clock = new ManualClock(now);
        await using var stub = new RobotStub(platform, clock);
        await using var services = Services(clock, Robot(platform, stub.Url));
        var robot = services.GetServices<IChannel>().OfType<RobotChannel>().Single();

        Assert.IsType<SendOutcome.Sent>(await robot.Send([Message("one\nline"), Message("二")], default));
        Assert.Equal(["one line", "二"], stub.Lines);

        SendOutcome outcome = new SendOutcome.Sent();
        for (var i = 0; outcome is SendOutcome.Sent && i < 200; i++)
            outcome = await robot.Send(Message($"{i}"), default);
        Assert.True(Assert.IsType<SendOutcome.Failed>(outcome).RetryAfter > TimeSpan.Zero, outcome.ToString());
        Assert.Equal(SendReason.PlatformThrottled, ((SendOutcome.Failed)outcome).Reason);
        Assert.Equal(stub.Taken.Count, robot.Pace.Rates.Min(rate => rate.Count));
    }

    [Fact]
    public async Task Requests_are_signed_with_their_time()
    {
        var clock = new ManualClock(now);
        await using var ding = new RobotStub("dingtalk", clock);
        await using var feishu = new RobotStub("feishu", clock);
        await using var services = Services(
            clock,
            [
                .. Robot("dingtalk", ding.Url, "a", "SECb90923e19e58b466481e9e7b7a5b4f108a4531abde590ad3967fb29f0eae5c68"),
                .. Robot("feishu", feishu.Url, "b"),
            ]
        );

        foreach (var robot in services.GetServices<IChannel>())
            await robot.Send(Message("x"), default);

        Assert.Equal("?key=k&timestamp=1582163555000&sign=BQKsG%2BQOCl%2BbYJOLc6pxDHxjVquzlZPWgvRzeN2J5zY%3D", ding.Taken.Single().Query);
        Assert.False((bool)JsonNode.Parse(ding.Taken.Single().Body)!["at"]!["isAtAll"]!);
        var signed = JsonNode.Parse(feishu.Taken.Single().Body)!;
        Assert.Equal(
            (
                "1582163555",
                Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes("1582163555\nsecret"), ReadOnlySpan<byte>.Empty))
            ),
            ((string)signed["timestamp"]!, (string)signed["sign"]!)
        );
    }

    [Theory]
    [InlineData("wecom", 200, """{"errcode":93000,"errmsg":"invalid webhook url"}""", "Refused errcode 93000")]
    [InlineData("wecom", 200, """{"errcode":-1}""", "Failed errcode -1")]
    [InlineData("wecom", 200, "<html>", "Uncertain HTTP 200")]
    [InlineData("wecom", 500, "", "Uncertain HTTP 500")]
    [InlineData("wecom", 404, "", "Refused HTTP 404")]
    [InlineData("wecom", 302, "", "Refused HTTP 302")]
    [InlineData("dingtalk", 200, """{"errcode":310000,"errmsg":"sign not match"}""", "Refused errcode 310000")]
    [InlineData("feishu", 200, """{"code":19021,"msg":"sign match fail"}""", "Refused code 19021")]
    [InlineData("feishu", 400, """{"code":9499,"msg":"Bad Request"}""", "Refused code 9499")]
    [InlineData("feishu", 200, """{"StatusCode":0,"StatusMessage":"success"}""", "Sent code 0")]
    [InlineData("slack", 200, "invalid", "Uncertain HTTP 200")]
    [InlineData("slack", 410, "channel_is_archived", "Refused HTTP 410")]
    [InlineData("slack", 500, "rollup_error", "Failed HTTP 500")]
    [InlineData("teams", 400, "", "Refused HTTP 400")]
    [InlineData("teams", 502, "", "Uncertain HTTP 502")]
    public async Task Success_is_what_the_platform_says_and_not_the_status(string platform, int status, string answer, string expected)
    {
        await using var stub = new RobotStub(platform);
        stub.Faults.Enqueue(StubApi.Says(status, answer, ("Location", "http://127.0.0.1:1/")));
        await using var services = Services(TimeProvider.System, Robot(platform, stub.Url));

        var outcome = await services.GetServices<IChannel>().Single().Send(Message("x"), default);

        Assert.Equal(expected, $"{outcome.GetType().Name} {outcome.Detail}");
        Assert.Empty(stub.Taken);
    }

    [Theory]
    [InlineData("wecom", "http://localhost/", "false", "", "Url")]
    [InlineData("wecom", "https://169.254.169.254/", "false", "", "Url")]
    [InlineData("wecom", "https://example.com@127.0.0.1/", "true", "", "Url")]
    [InlineData("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=x", "false", "", "Secret")]
    [InlineData("irc", "https://example.com/", "false", "", "Platform")]
    public void A_robot_that_cannot_work_stops_the_start_and_names_the_setting(
        string platform,
        string url,
        string loopback,
        string secret,
        string setting
    )
    {
        using var services = Services(
            TimeProvider.System,
            ("Robots:r:Platform", platform),
            ("Robots:r:Url", url),
            ("Robots:r:AllowLoopback", loopback),
            ("Robots:r:Secret", secret)
        );

        var refused = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() =>
            services.GetRequiredService<Microsoft.Extensions.Options.IStartupValidator>().Validate()
        );

        Assert.Contains($"Notifications:Robots:r:{setting}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Azure_takes_signed_requests_that_say_who_repeats_what()
    {
        await using var azure = await Receiver.Start(async context =>
        {
            context.Response.StatusCode = 202;
            if (context.Request.Path == "/sms")
                await context.Response.WriteAsync(
                    """{"value":[{"to":"+8613800138000","messageId":"m1","httpStatusCode":202,"successful":true}]}"""
                );
        });
        await using var services = Services(new ManualClock(now), Azure(azure));
        var channels = services.GetServices<IChannel>().ToDictionary(channel => channel.Name);

        for (var i = 0; i < 2; i++)
            Assert.IsType<SendOutcome.Sent>(
                await channels["acs-email"].Send(Message("text") with { Unsubscribe = "https://example.com/u" }, default)
            );
        Assert.Equal(
            "m1",
            Assert.IsType<SendOutcome.Sent>(await channels["acs-sms"].Send(Message("text", "+86 138 0013 8000"), default)).ProviderReference
        );
        Assert.Equal(new SendOutcome.Refused(SendReason.SmsNumber), await channels["acs-sms"].Send(Message("text", "nobody"), default));

        var (first, again, sms) = (await azure.Next(), await azure.Next(), await azure.Next());
        Assert.Equal(first.Headers["operation-id"], again.Headers["operation-id"]);
        Assert.Equal("<https://example.com/u>", (string)JsonNode.Parse(first.Body)!["headers"]!["List-Unsubscribe"]!);
        Assert.Equal(
            ("+8613800138000", "Thu, 20 Feb 2020 01:52:35 GMT"),
            (
                (string)JsonNode.Parse(sms.Body)!["smsRecipients"]![0]!["to"]!,
                (string)JsonNode.Parse(sms.Body)!["smsRecipients"]![0]!["repeatabilityFirstSent"]!
            )
        );
        foreach (var (received, target) in new[] { (first, "/emails:send?api-version=2023-03-31"), (sms, "/sms?api-version=2021-03-07") })
        {
            var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(received.Body)));
            var signature = Convert.ToBase64String(
                HMACSHA256.HashData(
                    Convert.FromBase64String("a2V5"),
                    Encoding.UTF8.GetBytes($"POST\n{target}\nThu, 20 Feb 2020 01:52:35 GMT;{azure.Url.Authority};{hash}")
                )
            );
            Assert.EndsWith($"&Signature={signature}", received.Headers["authorization"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(202, """{"value":[{"httpStatusCode":400,"successful":false}]}""", "Refused SMS 400")]
    [InlineData(202, """{"value":[{"httpStatusCode":503,"successful":false}]}""", "Failed SMS 503")]
    [InlineData(202, "{}", "Uncertain HTTP 202")]
    [InlineData(429, "{}", "Failed HTTP 429")]
    [InlineData(401, "{}", "Refused HTTP 401")]
    [InlineData(500, "{}", "Uncertain HTTP 500")]
    public async Task Azure_says_of_each_SMS_what_became_of_it(int status, string answer, string expected)
    {
        await using var azure = await Receiver.Start(async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(answer);
        });
        await using var services = Services(TimeProvider.System, Azure(azure));

        var outcome = await services
            .GetServices<IChannel>()
            .Single(channel => channel.Name == "acs-sms")
            .Send(Message("text", "+8613800138000"), default);

        Assert.Equal(expected, $"{outcome.GetType().Name} {outcome.Detail}");
    }

    private static (string, string?)[] Robot(string platform, Uri url, string name = "sales", string secret = "secret") =>
        [
            ($"Robots:{name}:Platform", platform),
            ($"Robots:{name}:Url", url.ToString()),
            ($"Robots:{name}:AllowLoopback", "true"),
            ($"Robots:{name}:Secret", secret),
        ];

    private static (string, string?)[] Azure(Receiver receiver) =>
        [
            ("Acs:Endpoint", receiver.Url.GetLeftPart(UriPartial.Authority)),
            ("Acs:Key", "a2V5"),
            ("Acs:EmailFrom", "crm@example.com"),
            ("Acs:SmsFrom", "+18005550100"),
            ("Acs:AllowLoopback", "true"),
        ];

    private static RenderedMessage Message(string text, string recipient = "ann@example.com") =>
        Make.Rendered("key:1", recipient, "Subject", text, language: "en", at: now);

    private static ServiceProvider Services(TimeProvider clock, params (string Name, string? Value)[] settings) =>
        new ServiceCollection()
            .AddLogging()
            .AddSingleton(clock)
            .AddChannels(
                new ConfigurationBuilder()
                    .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Notifications:{setting.Name}", setting.Value)))
                    .Build()
            )
            .BuildServiceProvider();
}
