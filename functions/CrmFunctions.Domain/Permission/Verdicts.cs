namespace CrmFunctions.Domain.Permission;

/// <summary>Whether a message may go now.</summary>
public abstract record SendDecision
{
    private SendDecision() { }

    /// <summary>It may.</summary>
    public sealed record Allowed : SendDecision;

    /// <summary>Not now: at an instant it is asked again.</summary>
    public sealed record Deferred(DateTimeOffset Until, string Reason) : SendDecision;

    /// <summary>It may not, and will not.</summary>
    public sealed record Suppressed(string Reason) : SendDecision;
}

/// <summary>What is asked before each send.</summary>
/// <param name="Purpose">Why it is sent.</param>
/// <param name="Channel">The medium: <c>email</c>, <c>sms</c>, <c>webhook</c> …</param>
/// <param name="HasAddress">The customer has an address on it.</param>
/// <param name="Expires">From then on it is worth nothing.</param>
/// <param name="Consents">The consent ledger of all the customer's handles.</param>
/// <param name="InControlGroup">The customer is left alone.</param>
/// <param name="Zones">Where the customer is, or may be.</param>
/// <param name="Taken">Places taken of the caps, this message's own left out.</param>
public sealed record SendRequest(
    Purpose Purpose,
    string Channel,
    bool HasAddress,
    DateTimeOffset Expires,
    IReadOnlyCollection<ConsentEntry> Consents,
    bool InControlGroup,
    IReadOnlyCollection<TimeZoneInfo> Zones,
    SlidingWindows Taken
);

/// <summary>Decides whether a message to a customer may go now. Asked at each try, so that what changed while it waited counts.</summary>
/// <remarks>Source: Permission/Permission.md, section 1.</remarks>
public static class Permissions
{
    /// <summary>The verdict.</summary>
    public static SendDecision Of(SendRequest asked, QuietHours hours, IReadOnlyCollection<Rate> caps, DateTimeOffset now)
    {
        if (now >= asked.Expires)
            return new SendDecision.Suppressed(SendReasons.Expired);
        if (!asked.HasAddress)
            return new SendDecision.Suppressed(SendReasons.NoAddress);
        if (Consents.Forbids(asked.Consents, asked.Channel, asked.Purpose) is { } forbidden)
            return new SendDecision.Suppressed(forbidden);
        if (asked.Purpose == Purpose.Transactional)
            return new SendDecision.Allowed();

        if (asked.InControlGroup)
            return new SendDecision.Suppressed(SendReasons.ControlGroup);
        if (hours.OpenFrom(asked.Zones, now) is not { } open)
            return new SendDecision.Suppressed(SendReasons.NoCommonHours);
        if (open >= asked.Expires)
            return new SendDecision.Suppressed(SendReasons.Expired);
        if (open > now)
            return new SendDecision.Deferred(open, SendReasons.QuietHours);
        return asked.Taken.HasRoom(caps, now) ? new SendDecision.Allowed() : new SendDecision.Suppressed(SendReasons.FrequencyCap);
    }
}
