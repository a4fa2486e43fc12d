using System.Diagnostics;

namespace LocalServiceBus.Tests;

/// <summary>A server in a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, string connectionString) => (this.process, ConnectionString) = (process, connectionString);

    public string ConnectionString { get; }

    public static async Task<ServerProcess> Start(string file, string queuesFile)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "LocalServiceBus.Crasher.dll"), "server", file, queuesFile]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return new ServerProcess(
            process,
            await process.StandardOutput.ReadLineAsync(timeout.Token) ?? throw new InvalidOperationException("The server ended.")
        );
    }

    /// <summary>Kills it (SIGKILL).</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
