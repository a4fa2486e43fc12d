namespace CrmFunctions.Domain.Permission;

/// <summary>One line of the consent ledger, which only grows.</summary>
/// <param name="Channel">What it is about: <c>email</c>, <c>sms</c> …, or <see cref="Consents.Any"/>.</param>
/// <param name="Purpose"><c>marketing</c>, <c>transactional</c>, or <see cref="Consents.Any"/>.</param>
/// <param name="State">What was said or happened.</param>
/// <param name="At">When. UTC.</param>
public sealed record ConsentEntry(string Channel, string Purpose, ConsentState State, DateTimeOffset At);

/// <summary>What a line of the consent ledger says.</summary>
public enum ConsentState
{
    /// <summary>The customer agreed.</summary>
    Granted,

    /// <summary>The customer withdrew consent, by any channel or wording.</summary>
    Denied,

    /// <summary>STOP, 退订: nothing more on this channel, for any purpose.</summary>
    Stopped,

    /// <summary>The address does not exist.</summary>
    Bounced,

    /// <summary>The customer called a message spam.</summary>
    Complained,
}

/// <summary>Reads the consent ledger of one customer.</summary>
/// <remarks>Source: Permission/Permission.md, section 2.</remarks>
public static class Consents
{
    /// <summary>Stands for every channel, or every purpose.</summary>
    public const string Any = "*";

    /// <summary>Why the ledger forbids a message; null: it does not.</summary>
    /// <param name="entries">Those of all handles of the customer, in any order.</param>
    /// <param name="channel">The medium, such as <c>email</c>.</param>
    /// <param name="purpose">Why it is sent.</param>
    public static string? Forbids(IEnumerable<ConsentEntry> entries, string channel, Purpose purpose)
    {
        var about = entries.Where(entry => Matches(entry.Channel, channel)).ToList();
        if (about.Any(entry => entry.State == ConsentState.Bounced))
            return SendReasons.Bounced;

        // A STOP is undone by a later yes; of one instant the no counts.
        if (Last(about, entry => entry.State is ConsentState.Stopped or ConsentState.Granted) is ConsentState.Stopped)
            return SendReasons.Stopped;
        if (purpose == Purpose.Transactional)
        {
            return
                Last(about, entry => entry.State is ConsentState.Denied or ConsentState.Granted && entry.Purpose == purpose.Code())
                is ConsentState.Denied
                ? SendReasons.ConsentWithdrawn
                : null;
        }

        if (about.Any(entry => entry.State == ConsentState.Complained))
            return SendReasons.Complained;
        return Last(
            about,
            entry => entry.State is ConsentState.Denied or ConsentState.Granted && Matches(entry.Purpose, purpose.Code())
        ) switch
        {
            ConsentState.Granted => null,
            ConsentState.Denied => SendReasons.ConsentWithdrawn,
            _ => SendReasons.NoConsent,
        };
    }

    private static ConsentState? Last(IEnumerable<ConsentEntry> entries, Func<ConsentEntry, bool> which) =>
        entries.Where(which).OrderBy(entry => entry.At).ThenBy(entry => entry.State == ConsentState.Granted ? 0 : 1).LastOrDefault()?.State;

    private static bool Matches(string said, string asked) => said == Any || string.Equals(said, asked, StringComparison.OrdinalIgnoreCase);
}
