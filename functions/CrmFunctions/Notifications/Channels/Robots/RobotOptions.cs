using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using CrmFunctions.Http;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels.Robots;

/// <summary>Robots of group chats, by name. A robot's name is the name of its channel.</summary>
public sealed partial class RobotsOptions : IValidatableObject
{
    /// <summary>The section of the configuration; the robots stand below it.</summary>
    public const string Section = "Notifications:Robots";

    /// <summary>The robots.</summary>
    public IDictionary<string, RobotOptions> Robots { get; } = new Dictionary<string, RobotOptions>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, robot) in Robots)
        {
            var at = $"{Section}:{name}";
            if (!Name().IsMatch(name) || name is "webhook" or "email" or "acs-email" or "acs-sms")
                yield return new($"{at}: a robot's name is 1 to 40 lower case letters, digits and dashes, and no other channel's.");
            if (RobotPlatforms.Of(robot.Platform) is not { } platform)
            {
                yield return new($"{at}:Platform must be one of {string.Join(", ", RobotPlatforms.All.Select(one => one.Name))}.");
                continue;
            }

            if (robot.Url is null || robot.Rules.Refusal(robot.Url) is not null)
                yield return new($"{at}:Url must be the https address that the platform gave.");
            if (platform.NeedsSecret && robot.Secret.Length == 0)
                yield return new($"{at}:Secret is missing: switch on signing for the robot, and set the secret the platform shows.");
        }
    }

    [GeneratedRegex("^[a-z0-9-]{1,40}$")]
    private static partial Regex Name();
}

/// <summary>One robot.</summary>
public sealed class RobotOptions
{
    /// <summary>wecom, dingtalk, feishu, slack or teams.</summary>
    public string Platform { get; set; } = "";

    /// <summary>The address that the platform gave. Who knows it can write into the chat: a secret.</summary>
    public Uri? Url { get; set; }

    /// <summary>What DingTalk and Feishu sign with.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Lets the robot be on this machine, over http too. For local trials; default false.</summary>
    public bool AllowLoopback { get; set; }

    internal OutgoingRules Rules => new(AllowLoopback);
}

/// <summary>Stops the start when the section is wrong.</summary>
[OptionsValidator]
public sealed partial class RobotsOptionsValidator : IValidateOptions<RobotsOptions>;
