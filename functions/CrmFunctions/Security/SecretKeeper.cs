using System.Security.Cryptography;
using Azure;
using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using Microsoft.AspNetCore.DataProtection;

namespace CrmFunctions.Security;

/// <summary>What secrets are sealed with.</summary>
/// <param name="KeyFolder">Folder of the keys; empty: there are none.</param>
/// <param name="Purpose">What is sealed for one purpose cannot be opened for another.</param>
/// <param name="Setting">The setting that names the folder, for messages.</param>
public sealed record SecretSeal(string KeyFolder, string Purpose, string Setting);

/// <summary>
/// Seals secrets before they are kept, and opens them again. A sealed secret of one owner cannot be opened as another's.
/// </summary>
public sealed class SecretKeeper(IVault vault, SecretSeal seal)
{
    private readonly IDataProtector? protector = seal.KeyFolder is { Length: > 0 } folder
        ? DataProtectionProvider
            .Create(new DirectoryInfo(folder), keys => keys.SetApplicationName("CrmFunctions"))
            .CreateProtector(seal.Purpose)
        : null;

    /// <summary>Whether secrets can be sealed here. Otherwise they are named in a key vault.</summary>
    public bool CanSeal => protector is not null;

    /// <summary>Seals a secret.</summary>
    /// <exception cref="InvalidOperationException">There are no keys to seal with.</exception>
    public KeptSecret Seal(string owner, string secret) => new(Of(owner).Protect(secret), null);

    /// <summary>The secret itself.</summary>
    /// <exception cref="SecretUnavailableException">It cannot be had right now.</exception>
    public async ValueTask<string> Open(string owner, KeptSecret secret, CancellationToken cancellationToken)
    {
        try
        {
            return secret.KeyVault is { } address
                ? await vault.Read(new Uri(address), cancellationToken)
                : Of(owner).Unprotect(secret.Sealed!);
        }
        catch (Exception failed)
            when (failed
                    is CryptographicException
                        or RequestFailedException
                        or InvalidOperationException
                        or Azure.Identity.AuthenticationFailedException
            )
        {
            throw new SecretUnavailableException($"A secret of {owner} cannot be opened: {failed.GetType().Name}.", failed);
        }
    }

    private IDataProtector Of(string owner) =>
        (
            protector ?? throw new InvalidOperationException($"Setting {seal.Setting} is empty: there are no keys to seal secrets with.")
        ).CreateProtector(owner);
}

/// <summary>A secret is known to be there and cannot be had: our failure, not the sender's.</summary>
public sealed class SecretUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The key vaults outside.</summary>
public interface IVault
{
    /// <summary>The secret at an address such as <c>https://name.vault.azure.net/secrets/name</c>.</summary>
    Task<string> Read(Uri secret, CancellationToken cancellationToken);
}

/// <summary>Azure Key Vault, as the app's own identity.</summary>
public sealed class AzureVault(TokenCredential credential) : IVault
{
    private static readonly string[] hosts = [".vault.azure.net", ".vault.azure.cn", ".vault.usgovcloudapi.net"];

    /// <inheritdoc/>
    public async Task<string> Read(Uri secret, CancellationToken cancellationToken)
    {
        var id = new KeyVaultSecretIdentifier(secret);
        var client = new SecretClient(id.VaultUri, credential);
        return (await client.GetSecretAsync(id.Name, id.Version, cancellationToken: cancellationToken)).Value.Value;
    }

    /// <summary>Whether an address is that of a secret in a vault of Azure: the app's token is sent nowhere else.</summary>
    public static bool Is(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri.Scheme == Uri.UriSchemeHttps
        && uri.IsDefaultPort
        && uri.UserInfo.Length == 0
        && uri.Query.Length == 0
        && uri.Fragment.Length == 0
        && hosts.Any(host => uri.Host.EndsWith(host, StringComparison.OrdinalIgnoreCase))
        && KeyVaultSecretIdentifier.TryCreate(uri, out _)
        && uri.AbsolutePath.StartsWith("/secrets/", StringComparison.Ordinal);
}
