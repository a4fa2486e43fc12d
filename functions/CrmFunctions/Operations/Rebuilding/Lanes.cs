using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>The lanes in which everybody is worked through, side by side: ranges of the keys of handles.</summary>
public static class Lanes
{
    // Ranks of handles, and every fourth character of the hash's alphabet in the order of the storage. Claims, the last rank, are few: they
    // are in the last lane.
    private const string Ranks = "abcde";
    private const string End = "g";
    private const string Starts = "26cgkosw";

    /// <summary>How many there are.</summary>
    public const int Count = 40;

    /// <summary>The keys of a lane: from the first up to, and without, the second.</summary>
    public static (string From, string To) Range(int lane) => Range(lane, HandleKeys.InForce);

    /// <summary>The same where handles are made with certain secrets: the id of the secret stands between rank and hash.</summary>
    public static (string From, string To) Range(int lane, HandleKeys keys) => (Boundary(lane, keys), Boundary(lane + 1, keys));

    // The first lane of a rank begins with the rank, so that every key is in one lane.
    private static string Boundary(int lane, HandleKeys keys) =>
        lane == Count ? End
        : lane % Starts.Length == 0 ? $"{Ranks[lane / Starts.Length]}"
        : $"{Ranks[lane / Starts.Length]}{keys.Id}{Starts[lane % Starts.Length]}";
}
