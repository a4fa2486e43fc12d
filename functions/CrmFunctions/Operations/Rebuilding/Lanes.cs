namespace CrmFunctions.Operations.Rebuilding;

/// <summary>The lanes in which everybody is worked through, side by side: ranges of the keys of handles.</summary>
public static class Lanes
{
    // Ranks of handles, and every fourth character of the hash's alphabet in the order of the storage.
    private const string Ranks = "abcdef";
    private const string Starts = "26cgkosw";

    /// <summary>How many there are.</summary>
    public const int Count = 48;

    /// <summary>The keys of a lane: from the first up to, and without, the second.</summary>
    public static (string From, string To) Range(int lane) => (Boundary(lane), Boundary(lane + 1));

    private static string Boundary(int lane) =>
        lane == Count ? $"{(char)(Ranks[^1] + 1)}" : $"{Ranks[lane / Starts.Length]}{Starts[lane % Starts.Length]}";
}
