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
            PrivateFile.Write(PathIn(folder), HandleKeys.NewSecret());
        return Read(folder);
    }
}
