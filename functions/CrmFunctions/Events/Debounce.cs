using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Events;

/// <summary>How bursts about one customer become one recalculation.</summary>
public sealed class DebounceOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Debounce";

    /// <summary>Events of one handle within this time are one recalculation. 100 ms to 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long after the window's end its message is seen. Exceeds <see cref="ClockSkew"/> and an ordinary write of the log.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan Margin { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The most by which clocks of this process and the broker may differ. Less than <see cref="Margin"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>One window.</summary>
/// <param name="Number">Windows since the year 1.</param>
/// <param name="VisibleAt">When the message of the window is first seen.</param>
public readonly record struct DebounceWindow(long Number, DateTimeOffset VisibleAt)
{
    /// <summary>The window of an instant.</summary>
    public static DebounceWindow At(DateTimeOffset now, DebounceOptions options)
    {
        var number = now.UtcTicks / options.Window.Ticks;
        return new DebounceWindow(number, new DateTimeOffset((number + 1) * options.Window.Ticks, TimeSpan.Zero) + options.Margin);
    }

    /// <summary>Whether something written by now may have been written after the message of the window was seen.</summary>
    public bool MayHavePassed(DateTimeOffset now, DebounceOptions options) => now > VisibleAt - options.ClockSkew;
}
