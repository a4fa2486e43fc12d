using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Permission;

namespace CrmFunctions.Notifications.Channels.Robots;

/// <summary>钉钉 custom robot, signed: time and signature stand in the address.</summary>
/// <remarks>
/// Source: open.dingtalk.com, custom robots, "signature": urlencode(base64(HMAC-SHA256(secret, time in milliseconds, line feed, secret)));
/// 20 messages a
/// minute, then none for ten minutes (130101).
/// </remarks>
internal sealed class DingTalkRobot : IRobotPlatform
{
    public string Name => "dingtalk";

    public bool NeedsSecret => true;

    public IReadOnlyList<Rate> Rates { get; } = [new(20, TimeSpan.FromMinutes(1))];

    public int MostBytes => 16 * 1024;

    public (Uri Url, string Json) Request(RobotOptions robot, string text, DateTimeOffset now)
    {
        var url = robot.Url!.AbsoluteUri;
        var time = now.ToUnixTimeMilliseconds();
        var signed = string.Create(
            CultureInfo.InvariantCulture,
            $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}timestamp={time}&sign={RobotSignatures.DingTalk(robot.Secret, time)}"
        );
        var body = new JsonObject
        {
            ["msgtype"] = "text",
            ["text"] = new JsonObject { ["content"] = text },
            ["at"] = new JsonObject { ["isAtAll"] = false },
        };
        return (new Uri(signed), body.ToJsonString());
    }

    public SendOutcome Judge(PlatformAnswer answer) =>
        JsonPost.ByStatus(answer)
        ?? answer.Number("errcode") switch
        {
            0 => new SendOutcome.Sent { Detail = "errcode 0" },
            130101 => new SendOutcome.Failed(SendReason.PlatformThrottled, TimeSpan.FromMinutes(10)) { Detail = "errcode 130101" },
            -1 => new SendOutcome.Failed(SendReason.PlatformBusy) { Detail = "errcode -1" },
            { } code => new SendOutcome.Refused(SendReason.PlatformRefused) { Detail = $"errcode {code}" },
            null => new SendOutcome.Uncertain(SendReason.NoAnswer),
        };
}
