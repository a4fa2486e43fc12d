using System.Text.Json.Nodes;
using CrmFunctions.Domain.Permission;

namespace CrmFunctions.Notifications.Channels.Robots;

/// <summary>
/// Teams Workflows: an adaptive card posted to a flow's signed address. 202 says that the flow took it, not that it stands in the chat.
/// </summary>
/// <remarks>Source: learn.microsoft.com, incoming webhooks with Workflows: 28 KB, 4 requests a second.</remarks>
internal sealed class TeamsRobot : IRobotPlatform
{
    public string Name => "teams";

    public bool NeedsSecret => false;

    public IReadOnlyList<Rate> Rates { get; } = [new(4, TimeSpan.FromSeconds(1))];

    public int MostBytes => 8 * 1024;

    public (Uri Url, string Json) Request(RobotOptions robot, string text, DateTimeOffset now)
    {
        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.4",
            ["body"] = new JsonArray([
                .. text.Split('\n')
                    .Select(line => new JsonObject
                    {
                        ["type"] = "TextBlock",
                        ["text"] = line,
                        ["wrap"] = true,
                    }),
            ]),
        };
        var body = new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(
                new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["content"] = card }
            ),
        };
        return (robot.Url!, body.ToJsonString());
    }

    public SendOutcome Judge(PlatformAnswer answer) => JsonPost.ByStatus(answer) ?? new SendOutcome.Sent();
}
