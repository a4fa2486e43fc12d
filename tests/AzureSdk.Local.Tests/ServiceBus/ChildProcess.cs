using System.Diagnostics;

namespace AzureSdk.Local.Tests.ServiceBus;

/// <summary>A process of its own that uses the broker file of a test.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process process;

    public ChildProcess(LocalBus bus, string queue, string what, string prefix)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in new[]
        {
            Path.Combine(AppContext.BaseDirectory, "AzureSdk.Local.Crasher.dll"), bus.ConnectionString, queue, what, prefix,
        })
            start.ArgumentList.Add(argument);
        process = Process.Start(start) ?? throw new InvalidOperationException("The child process did not start.");
    }

    /// <summary>The next line it says.</summary>
    public async Task<string> Line() => await LineOrEnd() ?? throw new InvalidOperationException("The child process ended.");

    /// <summary>The next line it says; null: it has ended.</summary>
    public async Task<string?> LineOrEnd()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await process.StandardOutput.ReadLineAsync(timeout.Token);
    }

    /// <summary>Tells it to end.</summary>
    public void Stop() => process.StandardInput.Close();

    /// <summary>Kills it (SIGKILL) and gives what it had said until then; a torn last line is not said.</summary>
    public async Task<IReadOnlyList<string>> Kill()
    {
        process.Kill();
        var rest = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return rest.Split('\n')[..^1];
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
