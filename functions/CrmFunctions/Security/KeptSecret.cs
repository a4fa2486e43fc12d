namespace CrmFunctions.Security;

/// <summary>A secret as it is kept: sealed, or where it is in a key vault. Exactly one of the two is there.</summary>
/// <param name="Sealed">The secret, encrypted with keys that are kept elsewhere.</param>
/// <param name="KeyVault">Address of a secret in Azure Key Vault.</param>
public sealed record KeptSecret(string? Sealed, string? KeyVault)
{
    /// <summary>Says what kind it is, and never more: it may end up in a log.</summary>
    public override string ToString() => KeyVault is null ? "a sealed secret" : "a secret in a key vault";
}
