using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Start;

/// <summary>Where things are: the repository, and the folder of this start's state.</summary>
/// <param name="Data">Absolute. Real use and every demo have one each.</param>
internal sealed record Installation(string Repository, string Data, int Port)
{
    private const int UsualPort = 7071;

    public string Azurite => Path.Combine(Repository, "scripts", "node_modules", ".bin", "azurite-table");

    public string Guard => Path.Combine(Repository, "scripts", "lib", "guard.sh");

    /// <summary>The function app as it was built beside this program, in the same configuration.</summary>
    public string App => Built("CrmFunctions", "CrmFunctions.dll");

    /// <summary>The Functions host that runs it.</summary>
    public string Host => Built("LocalHost", "LocalHost.dll");

    /// <summary>The queues that the app takes from and sends to.</summary>
    public string Queues => Built("CrmFunctions", "servicebus.json");

    /// <summary>The repository is the folder above this program that holds the solution; CRM_DATA and PORT are the user's.</summary>
    /// <exception cref="UsageException">PORT is no port.</exception>
    /// <exception cref="CommandFailedException">This program does not stand in a repository.</exception>
    public static Installation Find(Terminal terminal)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CrmFunctions.sln")))
            folder = folder.Parent;
        if (folder is null)
            throw new CommandFailedException("`crm start` runs from a clone of the repository: use its scripts/start.sh.");

        var data = terminal.Variable("CRM_DATA") is { Length: > 0 } named ? named : Path.Combine(folder.FullName, ".data");
        var port =
            terminal.Variable("PORT") is not { Length: > 0 } text ? UsualPort
            : int.TryParse(text, out var number) && number is > 0 and < 65_536 ? number
            : throw new UsageException($"PORT={text}: a port from 1 to 65535 is wanted.");
        return new Installation(folder.FullName, Path.GetFullPath(data), port);
    }

    public Installation ForDemo(string folder) => this with { Data = Path.Combine(Data, "demo", folder) };

    private string Built(string project, string file) =>
        Path.Combine(
            Repository,
            "artifacts",
            "bin",
            project,
            new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Name,
            file
        );
}
