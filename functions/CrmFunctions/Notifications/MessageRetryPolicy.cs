using CrmFunctions.Notifications.Channels;

namespace CrmFunctions.Notifications;

/// <summary>
/// Whether a message whose try did not succeed is tried again, and after how long. The ledger's row remembers how often it was tried, and
/// the queue keeps the request until then: a wait outlives the process.
/// </summary>
/// <remarks>
/// Source: Notifications/NOTIFICATIONS.md, "Again"; Notifications/DESIGN.md says why Polly does not do it. A robot's message has its next
/// place in the platform's pace in place of a wait.
/// </remarks>
public static class MessageRetryPolicy
{
    private const int MostTries = 12;

    // Who asks for a second again and again would have used up all tries within a minute.
    private const int MostTimesAsked = 3;
    private const int Factor = 3;
    private static readonly TimeSpan firstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan longestWait = TimeSpan.FromHours(2);

    /// <summary>How long a message waits for its next try; null: there is none.</summary>
    /// <param name="outcome">What the try came to.</param>
    /// <param name="tries">Tries before this one that are counted in the row.</param>
    /// <param name="resendIsSafe">The receiver drops a second copy, so that an unknown outcome may be repeated.</param>
    /// <param name="left">How long the message is worth something still.</param>
    public static TimeSpan? WaitAfter(SendOutcome outcome, int tries, bool resendIsSafe, TimeSpan left) =>
        outcome switch
        {
            SendOutcome.Failed failed when IsWorthIt(tries + 1, left) => WaitAfter(failed, tries + 1),
            // It may have been delivered, and is judged by the tries before it.
            SendOutcome.Uncertain when resendIsSafe && IsWorthIt(tries, left) => WaitOf(tries + 1),
            _ => null,
        };

    private static TimeSpan WaitAfter(SendOutcome.Failed failed, int tries) =>
        failed.RetryAfter is { } asked && (tries <= MostTimesAsked || asked > WaitOf(tries)) ? asked : WaitOf(tries);

    private static bool IsWorthIt(int tries, TimeSpan left) => tries < MostTries && WaitOf(tries) < left;

    private static TimeSpan WaitOf(int tries)
    {
        var wait = firstWait * Math.Pow(Factor, Math.Max(0, tries - 1));
        return wait < longestWait ? wait : longestWait;
    }
}
