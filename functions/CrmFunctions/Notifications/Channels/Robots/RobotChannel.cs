using System.Text;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Http;
using CrmFunctions.Notifications.Channels.Robots;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.Notifications.Channels;

/// <summary>A robot in a group chat of ours. It drops no repetitions, so an unknown outcome is never repeated.</summary>
public sealed class RobotChannel : IChannel, IDisposable
{
    private readonly IRobotPlatform platform;
    private readonly RobotOptions robot;
    private readonly HttpClient http;
    private readonly TimeProvider clock;
    private readonly ILogger logger;

    internal RobotChannel(string name, RobotOptions robot, TimeProvider clock, ILogger logger, OutgoingNetwork? network = null)
    {
        (Name, this.robot, this.clock, this.logger) = (name, robot, clock, logger);
        platform = RobotPlatforms.Of(robot.Platform)!;
        http = OutgoingHttp.CreateClient(robot.Rules, network);

        // The platform counts by the robot, under any name of ours.
        Pace = new ChannelRateLimit($"robot-{Base32.Hash(robot.Url!.AbsoluteUri, 26)}", platform.Rates);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Medium => Channels.Medium.Robot;

    /// <inheritdoc cref="IChannel.Pace"/>
    public ChannelRateLimit Pace { get; }

    ChannelRateLimit? IChannel.Pace => Pace;

    /// <summary>False: no platform knows a message again.</summary>
    public bool ResendIsSafe => false;

    /// <summary>The most bytes of one message.</summary>
    public int MostBytes => platform.MostBytes;

    /// <inheritdoc/>
    public Task<SendOutcome> Send(RenderedMessage message, CancellationToken cancellationToken) => Send([message], cancellationToken);

    /// <summary>Says several things in one message.</summary>
    public async Task<SendOutcome> Send(IReadOnlyList<RenderedMessage> messages, CancellationToken cancellationToken)
    {
        var text = string.Join('\n', messages.Select(message => Fitting(message.Text.ReplaceLineEndings(" "), MostBytes / messages.Count)));
        var (url, json) = platform.Request(robot, text, clock.GetUtcNow());
        var outcome = await JsonPost.Post(http, url, Encoding.UTF8.GetBytes(json), [], platform.Judge, clock, cancellationToken);
        foreach (var message in messages)
            logger.Tried(this, message, outcome);
        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    // Whole characters only, and all of a text that fits: lines are gathered so that together they do.
    private string Fitting(string text, int share)
    {
        var most = Math.Max(share, 64) - 4;
        if (Encoding.UTF8.GetByteCount(text) <= MostBytes - 4 && Encoding.UTF8.GetByteCount(text) <= most)
            return text;
        var (kept, bytes) = (new StringBuilder(), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > most)
                return kept.Append('…').ToString();
            kept.Append(rune.ToString());
        }

        return kept.ToString();
    }
}
