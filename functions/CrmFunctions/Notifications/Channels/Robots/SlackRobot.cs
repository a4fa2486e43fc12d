using System.Net;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Permission;

namespace CrmFunctions.Notifications.Channels.Robots;

/// <summary>Slack incoming webhook: the address is the secret, and success is the text <c>ok</c>.</summary>
/// <remarks>Source: api.slack.com/docs/rate-limits and changelog 2016-05-17: one message a second, 429 with Retry-After.</remarks>
internal sealed class SlackRobot : IRobotPlatform
{
    public string Name => "slack";

    public bool NeedsSecret => false;

    public IReadOnlyList<Rate> Rates { get; } = [new(1, TimeSpan.FromSeconds(1))];

    public int MostBytes => 16 * 1024;

    public (Uri Url, string Json) Request(RobotOptions robot, string text, DateTimeOffset now) =>
        (
            robot.Url!,
            new JsonObject
            {
                ["text"] = text,
                ["mrkdwn"] = false,
                ["unfurl_links"] = false,
            }.ToJsonString()
        );

    public SendOutcome Judge(PlatformAnswer answer) =>
        answer switch
        {
            { Status: HttpStatusCode.OK, Body: "ok" } => new SendOutcome.Sent(),
            { Status: HttpStatusCode.OK } => new SendOutcome.Uncertain(SendReason.NoAnswer),
            // "rollup_error": Slack says that it could not, and that it may be tried again.
            { Status: HttpStatusCode.InternalServerError, Body: "rollup_error" } => new SendOutcome.Failed(SendReason.PlatformBusy),
            _ => JsonPost.ByStatus(answer) ?? new SendOutcome.Refused(SendReason.PlatformRefused),
        };
}
