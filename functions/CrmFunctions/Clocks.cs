using Microsoft.Extensions.Configuration;

namespace CrmFunctions;

/// <summary>The two clocks.</summary>
/// <param name="Business">What time it is for customers and decisions. May be made to stand, to look at a base as of a date.</param>
/// <param name="Machine">What time it is for windows, waits and locks. Always runs.</param>
public sealed record Clocks(TimeProvider Business, TimeProvider Machine)
{
    /// <summary>The setting at which the business clock stands; empty: it runs.</summary>
    public const string Setting = "Clock:Now";

    /// <summary>The instant of the business clock. UTC.</summary>
    public DateTimeOffset Now => Business.GetUtcNow();

    /// <summary>The clocks as the settings say.</summary>
    /// <exception cref="InvalidOperationException">The setting is no instant.</exception>
    public static Clocks From(IConfiguration settings) =>
        settings[Setting] switch
        {
            null or "" => new Clocks(TimeProvider.System, TimeProvider.System),
            var text when Domain.Events.Instants.Parse(text) is { } instant => new Clocks(new StandingClock(instant), TimeProvider.System),
            var text => throw new InvalidOperationException(
                $"Setting {Setting} is '{text}'; it must be an instant such as 2026-01-01T00:00:00Z."
            ),
        };

    private sealed class StandingClock(DateTimeOffset instant) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => instant;
    }
}
