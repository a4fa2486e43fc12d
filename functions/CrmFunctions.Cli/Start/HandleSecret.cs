using System.Security.Cryptography;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Cli.Start;

/// <summary>The secret of handles on this machine: a file in the folder of the keys, for its owner alone.</summary>
internal static class HandleSecret
{
    /// <summary>The file of a folder.</summary>
    public static string PathIn(DataFolder folder) => folder.Of("keys", "handles.key");

    /// <summary>The value of <c>Handles__Key</c>; null where there is none: the folder is from before there was a secret.</summary>
    public static string? Read(DataFolder folder) => File.Exists(PathIn(folder)) ? File.ReadAllText(PathIn(folder)).Trim() : null;

    /// <summary>The same, and one is made where the folder has no tables yet. To be asked before they are.</summary>
    public static string? ReadOrMake(DataFolder folder)
    {
        if (!File.Exists(PathIn(folder)) && !Directory.Exists(folder.Of("azurite")))
            Write(PathIn(folder), New());
        return Read(folder);
    }

    /// <summary>A new secret.</summary>
    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(HandleKeys.SecretBytes));

    /// <summary>Writes the value beside the file and moves it over: a start that dies here leaves none, or the whole.</summary>
    public static void Write(string path, string value)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = $"{path}.new";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter(beside, options))
            file.WriteLine(value);
        File.Move(beside, path, overwrite: true);
    }
}
