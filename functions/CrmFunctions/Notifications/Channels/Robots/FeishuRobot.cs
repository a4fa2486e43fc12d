using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Permission;

namespace CrmFunctions.Notifications.Channels.Robots;

/// <summary>飞书 custom bot, signed: time and signature stand in the body.</summary>
/// <remarks>
/// Source: open.feishu.cn, custom bots: base64(HMAC-SHA256(key = time in seconds, line feed, secret; empty message)); 100 messages a minute
/// and 5 a second, 20 KB a body.
/// </remarks>
internal sealed class FeishuRobot : IRobotPlatform
{
    public string Name => "feishu";

    public bool NeedsSecret => true;

    public IReadOnlyList<Rate> Rates { get; } = [new(5, TimeSpan.FromSeconds(1)), new(100, TimeSpan.FromMinutes(1))];

    // With the frame around it, and each byte escaped at worst.
    public int MostBytes => 6 * 1024;

    public (Uri Url, string Json) Request(RobotOptions robot, string text, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        var body = new JsonObject
        {
            ["timestamp"] = seconds.ToString(CultureInfo.InvariantCulture),
            ["sign"] = RobotSignatures.Feishu(robot.Secret, seconds),
            ["msg_type"] = "text",
            ["content"] = new JsonObject { ["text"] = text },
        };
        return (robot.Url!, body.ToJsonString());
    }

    public SendOutcome Judge(PlatformAnswer answer)
    {
        // A bad request has its code in the body, under HTTP 400.
        var code = answer.Number("code") ?? answer.Number("StatusCode");
        return code switch
        {
            0 when (int)answer.Status is >= 200 and < 300 => new SendOutcome.Sent { Detail = "code 0" },
            11232 => new SendOutcome.Failed(SendReason.PlatformThrottled, TimeSpan.FromMinutes(1)) { Detail = "code 11232" },
            { } other when JsonPost.ByStatus(answer) is null or SendOutcome.Refused => new SendOutcome.Refused(SendReason.PlatformRefused)
            {
                Detail = $"code {other}",
            },
            _ => JsonPost.ByStatus(answer) ?? new SendOutcome.Uncertain(SendReason.NoAnswer),
        };
    }
}
