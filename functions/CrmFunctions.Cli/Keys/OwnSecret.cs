using System.Security.Cryptography;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Keys;

/// <summary>A secret that the suite itself holds, with a place for the one before it: both are taken while others change over.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="Setting">Its setting.</param>
/// <param name="OldSetting">The setting of the one before.</param>
/// <param name="Prefix">What a value begins with.</param>
internal sealed record OwnSecret(string Name, string Setting, string OldSetting, string Prefix)
{
    private const int Bytes = 32;

    /// <summary>
    /// All of them. Secrets that seal those of sources renew themselves (ASP.NET Core Data Protection); those of sources are rotated at the
    /// source.
    /// </summary>
    public static readonly IReadOnlyList<OwnSecret> All =
    [
        new("unsubscribe", "Unsubscribe__Key", "Unsubscribe__OldKey", ""),
        new("outcomes", "Outcomes__Secret", "Outcomes__OldSecret", "whsec_"),
    ];

    /// <summary>A new random value.</summary>
    public string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>What a setting's value is called in the vault: <c>Unsubscribe__OldKey</c> is <c>unsubscribe-old-key</c>.</summary>
    public static string InVault(string setting) =>
        System
            .Text.RegularExpressions.Regex.Replace(setting.Replace("__", "-", StringComparison.Ordinal), "(?<=[a-z])([A-Z])", "-$1")
            .ToLowerInvariant();

    /// <summary>
    /// Puts a new value into the vault, the one of before into its old place first: at no moment is a value refused that is in use.
    /// </summary>
    public async Task Rotate(Az az, string vault, CancellationToken cancellationToken)
    {
        await Write(az, vault, OldSetting, await Current(az, vault, cancellationToken), cancellationToken);
        await Write(az, vault, Setting, New(), cancellationToken);
    }

    /// <summary>Ends the one of before: its place gets the value in use.</summary>
    public async Task EndOld(Az az, string vault, CancellationToken cancellationToken) =>
        await Write(az, vault, OldSetting, await Current(az, vault, cancellationToken), cancellationToken);

    private Task<string> Current(Az az, string vault, CancellationToken cancellationToken) =>
        az.Ask(
            ["keyvault", "secret", "show", "--vault-name", vault, "--name", InVault(Setting), "--query", "value", "--output", "tsv"],
            cancellationToken
        );

    private static async Task Write(Az az, string vault, string setting, string value, CancellationToken cancellationToken)
    {
        if (value.Length == 0)
            throw new CommandFailedException($"The vault's {InVault(setting)} would be empty; nothing was changed.");
        var folder = Directory.CreateTempSubdirectory("crm-keys-");
        try
        {
            // The folder is for nobody but us, and the file is gone when the vault has it.
            var file = Path.Combine(folder.FullName, "value");
            if (!az.IsDry)
                await File.WriteAllTextAsync(file, value, cancellationToken);
            await az.Run(
                [
                    "keyvault",
                    "secret",
                    "set",
                    "--vault-name",
                    vault,
                    "--name",
                    InVault(setting),
                    "--file",
                    file,
                    "--encoding",
                    "utf-8",
                    "--output",
                    "none",
                ],
                cancellationToken
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
