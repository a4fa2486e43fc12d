namespace CrmFunctions.Domain.Access;

/// <summary>Whether a secret that was made elsewhere could be guessed.</summary>
public static class SecretStrength
{
    /// <summary>What is wrong with a secret; null: nothing. Placeholders that were copied with the rest are short or of few characters.</summary>
    /// <param name="value">The secret.</param>
    /// <param name="shortest">Its least number of characters.</param>
    /// <param name="fewest">Its least number of different characters.</param>
    public static string? Problem(string value, int shortest, int fewest) =>
        value.Length < shortest ? $"is too weak: it has {value.Length} characters, and at least {shortest} are wanted, drawn by chance"
        : value.Distinct().Count() < fewest ? $"is too weak: it has {value.Distinct().Count()} different characters"
        : null;
}
