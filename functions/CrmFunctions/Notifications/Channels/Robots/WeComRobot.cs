using System.Text.Json.Nodes;
using CrmFunctions.Domain.Permission;

namespace CrmFunctions.Notifications.Channels.Robots;

/// <summary>企业微信 group robot: the key in the address is the secret; HTTP 200 with an error code is a failure.</summary>
/// <remarks>Source: developer.work.weixin.qq.com/document/path/91770 and /99398: 20 messages a minute, texts of 2,048 bytes.</remarks>
internal sealed class WeComRobot : IRobotPlatform
{
    public string Name => "wecom";

    public bool NeedsSecret => false;

    public IReadOnlyList<Rate> Rates { get; } = [new(20, TimeSpan.FromMinutes(1))];

    public int MostBytes => 2048;

    public (Uri Url, string Json) Request(RobotOptions robot, string text, DateTimeOffset now) =>
        (
            robot.Url!,
            new JsonObject
            {
                ["msgtype"] = "text",
                ["text"] = new JsonObject { ["content"] = text },
            }.ToJsonString()
        );

    public SendOutcome Judge(PlatformAnswer answer) =>
        JsonPost.ByStatus(answer)
        ?? answer.Number("errcode") switch
        {
            0 => new SendOutcome.Sent { Detail = "errcode 0" },
            45009 => new SendOutcome.Failed(SendReason.PlatformThrottled, TimeSpan.FromMinutes(1)) { Detail = "errcode 45009" },
            // The platform is busy, and says that nothing was done.
            -1 => new SendOutcome.Failed(SendReason.PlatformBusy) { Detail = "errcode -1" },
            { } code => new SendOutcome.Refused(SendReason.PlatformRefused) { Detail = $"errcode {code}" },
            null => new SendOutcome.Uncertain(SendReason.NoAnswer),
        };
}
