using System.Security.Cryptography;
using Azure;
using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Sources;

/// <summary>
/// Seals secrets before they are kept, and opens them again. A sealed secret of one source cannot be opened as another's.
/// </summary>
public sealed class SecretKeeper(IVault vault, IOptions<SourceOptions> options)
{
    private readonly IDataProtector? protector = options.Value.KeyFolder is { Length: > 0 } folder
        ? DataProtectionProvider
            .Create(new DirectoryInfo(folder), keys => keys.SetApplicationName("CrmFunctions"))
            .CreateProtector("CrmFunctions.Sources")
        : null;

    /// <summary>Whether secrets can be sealed here. Otherwise they are named in a key vault.</summary>
    public bool CanSeal => protector is not null;

    /// <summary>Seals a secret.</summary>
    /// <exception cref="InvalidOperationException">There are no keys to seal with.</exception>
    public KeptSecret Seal(string source, string secret) => new(Of(source).Protect(secret), null);

    /// <summary>The secret itself.</summary>
    /// <exception cref="SecretUnavailableException">It cannot be had right now.</exception>
    public async ValueTask<string> Open(string source, KeptSecret secret, CancellationToken cancellationToken)
    {
        try
        {
            return secret.KeyVault is { } address
                ? await vault.Read(new Uri(address), cancellationToken)
                : Of(source).Unprotect(secret.Sealed!);
        }
        catch (Exception failed)
            when (failed
                    is CryptographicException
                        or RequestFailedException
                        or InvalidOperationException
                        or Azure.Identity.AuthenticationFailedException
            )
        {
            throw new SecretUnavailableException($"A secret of source {source} cannot be opened: {failed.GetType().Name}.", failed);
        }
    }

    private IDataProtector Of(string source) =>
        (
            protector
            ?? throw new InvalidOperationException(
                $"Setting {SourceOptions.Section}__{nameof(SourceOptions.KeyFolder)} is empty: there are no keys to seal secrets with."
            )
        ).CreateProtector(source);
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
