using System.Diagnostics;

namespace CrmFunctions.TestKit;

/// <summary>Node packages and programs that tests use: installed once, as their lock file says, and ended with the tests.</summary>
public static class NodeTools
{
    private const string EndWithParent =
        "data:text/javascript,process.stdin.on('close',()=>process.exit()).on('error',()=>process.exit()).resume().unref()";

    /// <summary>The folder that has <c>CrmFunctions.sln</c>, above the tests' own.</summary>
    /// <exception cref="InvalidOperationException">The tests do not run from within the repository.</exception>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>
    /// Installs a folder's packages if they are not there, or are older than its lock file. Safe for any number of test processes at once.
    /// </summary>
    /// <param name="folder">Within the repository, with a <c>package-lock.json</c>.</param>
    /// <returns>The folder's full path.</returns>
    /// <exception cref="InvalidOperationException">npm failed; the message has what it said.</exception>
    public static string Install(string folder)
    {
        var path = Path.Combine(RepositoryRoot, folder);
        var installed = Path.Combine(path, "node_modules", ".package-lock.json");
        using var mutex = new Mutex(
            false,
            "Global\\crmfunctions-"
                + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(path)))[..16]
        );
        try
        {
            mutex.WaitOne();
        }
        catch (AbandonedMutexException)
        {
            // Another process died while it installed. The mutex is ours now, and npm starts afresh.
        }

        try
        {
            // npm writes this file last: there is no half an installation that looks whole.
            if (File.GetLastWriteTimeUtc(installed) < File.GetLastWriteTimeUtc(Path.Combine(path, "package-lock.json")))
                Npm(path);
        }
        finally
        {
            mutex.ReleaseMutex();
        }

        return path;
    }

    /// <summary>Starts a program of Node that ends when the returned process is killed, and also when this process dies.</summary>
    /// <remarks>Its standard input is a pipe from this process, which the system closes whatever way this process ends.</remarks>
    public static Process Start(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("node", ["--import", EndWithParent, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
    }

    /// <summary>Runs a program of Node to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It ended with an error; the message has what it said.</exception>
    public static async Task<string> Run(string folder, params IEnumerable<string> arguments)
    {
        using var node = Start(folder, arguments);
        var errors = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return node.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} failed:\n{output}\n{await errors}");
    }

    private static void Npm(string path)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Process.Start(start) ?? throw new InvalidOperationException("npm did not start.");
        var errors = npm.StandardError.ReadToEndAsync();
        var output = npm.StandardOutput.ReadToEnd();
        npm.WaitForExit();
        if (npm.ExitCode != 0)
            throw new InvalidOperationException($"npm ci in {path} failed:\n{output}\n{errors.Result}");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CrmFunctions.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"There is no CrmFunctions.sln above {AppContext.BaseDirectory}.");
    }
}
