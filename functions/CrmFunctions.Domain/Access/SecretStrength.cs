namespace CrmFunctions.Domain.Access;

/// <summary>Whether a secret that was made elsewhere could be guessed.</summary>
public static class SecretStrength
{
    private const int FewestDifferent = 5;

    /// <summary>What is wrong with a secret; null: nothing. Placeholders that were copied with the rest are short or of few characters.</summary>
    /// <param name="value">The secret.</param>
    /// <param name="shortest">Its least number of characters.</param>
    public static string? Problem(string value, int shortest) =>
        value.Length < shortest ? $"is too weak: it has {value.Length} characters, and at least {shortest} are wanted, drawn by chance"
        : value.Distinct().Count() < FewestDifferent ? $"is too weak: it has {value.Distinct().Count()} different characters"
        : null;
}
