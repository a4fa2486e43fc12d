using System.Diagnostics;

namespace CrmFunctions;

/// <summary>
/// The points between two effects of the flow at which a process may die. Each is marked by an activity of no length, so that a
/// listener (a trace, or a test that kills the process there) sees it pass.
/// </summary>
public static class CrashPoints
{
    /// <summary>Name of the source, for listeners.</summary>
    public const string SourceName = "CrmFunctions.CrashPoints";

    /// <summary>Recalculation asked for, log not written.</summary>
    public const string Asked = "intake.asked";

    /// <summary>Log written, not asked again.</summary>
    public const string Logged = "intake.logged";

    /// <summary>All done but the answer.</summary>
    public const string Filed = "intake.filed";

    /// <summary>What was kept aside is in the log, and not deleted from the quarantine.</summary>
    public const string Released = "quarantine.released";

    /// <summary>Review row written, state not saved.</summary>
    public const string DueWritten = "recalculation.due";

    /// <summary>Another customer joined into this one, state not saved.</summary>
    public const string Joined = "recalculation.joined";

    /// <summary>State saved, nothing sent.</summary>
    public const string Saved = "recalculation.saved";

    /// <summary>Announcements sent, not struck off.</summary>
    public const string Announced = "recalculation.announced";

    /// <summary>An owner's place taken, the customer not on the owner's list and nothing struck off.</summary>
    public const string Placed = "service.placed";

    /// <summary>Review messages sent, their rows not deleted.</summary>
    public const string ReviewsSent = "reviews.sent";

    /// <summary>Ledger row claimed, message not sent.</summary>
    public const string Claimed = "notify.claimed";

    /// <summary>Message sent, ledger not closed.</summary>
    public const string Sent = "notify.sent";

    /// <summary>Message deferred in the ledger, not asked for again.</summary>
    public const string Deferred = "notify.deferred";

    /// <summary>A robot's message begun, not asked for.</summary>
    public const string SlotBegun = "robots.begun";

    /// <summary>File kept in chunks, none of them asked for.</summary>
    public const string ImportKept = "import.kept";

    /// <summary>What a source had and no webhook told is filed, the gap not kept.</summary>
    public const string GapsFiled = "reconciliation.filed";

    /// <summary>Chunk of an import filed, its result not written.</summary>
    public const string ChunkFiled = "import.filed";

    /// <summary>Standard or calibration put into force, its rollout not known to be asked for in time.</summary>
    public const string InForceWritten = "standards.inForce";

    /// <summary>A part of everybody asked to be decided again, the next part not asked for.</summary>
    public const string RolloutAsked = "standards.rollout";

    /// <summary>Base read and calibrated, nothing kept.</summary>
    public const string Calibrated = "calibrations.made";

    /// <summary>A part of a lane rebuilt or verified, how far it came not written.</summary>
    public const string LaneWorked = "rebuilding.worked";

    /// <summary>Erasure planned, nothing erased.</summary>
    public const string ErasurePlanned = "erasure.planned";

    /// <summary>All erased, the request not closed.</summary>
    public const string Erased = "erasure.done";

    /// <summary>What an erasure has set aside is in the totals again, and set aside still.</summary>
    public const string TotalsFiled = "erasure.totals";

    private static readonly ActivitySource source = new(SourceName);

    /// <summary>Marks that a crash point has been reached.</summary>
    public static void Passed(string crashPoint) => source.StartActivity(crashPoint)?.Dispose();
}
