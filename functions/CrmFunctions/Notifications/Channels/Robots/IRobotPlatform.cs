using CrmFunctions.Domain.Permission;

namespace CrmFunctions.Notifications.Channels.Robots;

/// <summary>A platform whose group chats take messages from robots.</summary>
internal interface IRobotPlatform
{
    /// <summary>Its name in settings.</summary>
    string Name { get; }

    /// <summary>Its robots must sign.</summary>
    bool NeedsSecret { get; }

    /// <summary>How fast one robot may write, as documented.</summary>
    IReadOnlyList<Rate> Rates { get; }

    /// <summary>The most bytes of a text.</summary>
    int MostBytes { get; }

    /// <summary>Where and what to post.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="text">What to say: no marks, no mentions.</param>
    /// <param name="now">For signatures.</param>
    (Uri Url, string Json) Request(RobotOptions robot, string text, DateTimeOffset now);

    /// <summary>What an answer means.</summary>
    SendOutcome Judge(PlatformAnswer answer);
}

/// <summary>The platforms.</summary>
internal static class RobotPlatforms
{
    internal static IReadOnlyList<IRobotPlatform> All { get; } =
    [new WeComRobot(), new DingTalkRobot(), new FeishuRobot(), new SlackRobot(), new TeamsRobot()];

    internal static IRobotPlatform? Of(string name) => All.FirstOrDefault(platform => platform.Name == name);
}
