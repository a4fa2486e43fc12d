using CrmFunctions.Domain.Identity;
using Microsoft.Extensions.Configuration;

namespace CrmFunctions.Security;

/// <summary>The secret of handles in the folder of the keys, for a deployment on one machine whose settings do not say it.</summary>
public static class HandleSecretFile
{
    private const string Name = "handles.key";

    /// <summary>
    /// Adds the secret to the settings, and makes it where the folder has none: on tables that were written without, the check of the secret
    /// refuses the start then, and says so.
    /// </summary>
    /// <param name="settings">Nothing is added where they say a secret, or that there is none.</param>
    /// <param name="folder">Of the keys; null or empty: there is none.</param>
    public static void AddTo(IConfigurationManager settings, string? folder)
    {
        var handles = settings.GetSection(HandleOptions.Section);
        if (
            string.IsNullOrEmpty(folder)
            || handles[nameof(HandleOptions.Key)] is { Length: > 0 }
            || (bool.TryParse(handles[nameof(HandleOptions.Unkeyed)], out var unkeyed) && unkeyed)
        )
            return;
        settings.AddInMemoryCollection([
            KeyValuePair.Create($"{HandleOptions.Section}:{nameof(HandleOptions.Key)}", (string?)ReadOrMake(folder)),
        ]);
    }

    private static string ReadOrMake(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            Make(path);
        return File.ReadAllText(path).Trim();
    }

    // Beside, and moved to its place: of several processes that start at once one makes it, and no other reads half of it.
    private static void Make(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter(beside, options))
            file.Write(HandleKeys.NewSecret());
        try
        {
            File.Move(beside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(beside);
        }
    }
}
