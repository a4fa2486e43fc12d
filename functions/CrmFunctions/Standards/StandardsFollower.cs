using System.ComponentModel.DataAnnotations;
using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Standards;

/// <summary>How changes of standards come into force.</summary>
public sealed class StandardOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Standards";

    /// <summary>How often every instance looks whether something else is in force. 1 s to 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan FollowEvery { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>
/// Keeps an instance's tiering engine in step with what is in force: one read every few seconds for any number of events.
/// </summary>
public sealed class StandardsFollower(
    TieringEngine engine,
    Clocks clocks,
    IOptions<StandardOptions> options,
    ILogger<StandardsFollower> log
) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.FollowEvery, clocks.Machine);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var before = engine.InForce.Revision;
                await engine.Follow(stoppingToken);
                if (engine.InForce.Revision != before)
                    log.Followed(engine.Standard.Name, engine.Calibration.Version, engine.InForce.Revision);
            }
            catch (Exception failed) when (failed is RequestFailedException or InvalidOperationException or FormatException)
            {
                // What was in force goes on deciding; the next look may succeed.
                log.NotFollowed(failed.Message);
            }
        }
    }
}
