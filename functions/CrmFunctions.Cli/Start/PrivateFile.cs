namespace CrmFunctions.Cli.Start;

/// <summary>Files that nobody but their owner can read.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder that only its owner can look into; one that is there already becomes so.</summary>
    public static void MakeFolder(string path)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Writes a file beside and moves it over, so that a process that dies here leaves the old file or the new one.</summary>
    public static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = path + ".new";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new StreamWriter(beside, options))
            file.Write(text);
        File.Move(beside, path, overwrite: true);
    }
}
