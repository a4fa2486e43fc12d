using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace LocalHost.Tests.Processes;

/// <summary>The sample app as a process of its own.</summary>
internal sealed partial class SampleProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();

    public SampleProcess(IReadOnlyDictionary<string, string> settings)
    {
        process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Built("LocalHost"), Built("LocalHost.SampleApp"), "--port", "0"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        foreach (var (name, value) in settings)
        {
            process.StartInfo.Environment[name] = value;
        }

        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The address it says it listens on.</summary>
    public async Task<Uri> Address() => new(Listening().Match(await Line("Listening on ")).Value);

    /// <summary>Reads on until a line that holds this text.</summary>
    public async Task<string> Line(string text)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var line = await lines.Reader.ReadAsync(limit.Token);
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }
    }

    public void Type(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
    }

    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        kill.WaitForExit();
    }

    public void Kill() => process.Kill();

    public async Task<int> ExitCode()
    {
        using var limit = new CancellationTokenSource(Limit);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    /// <summary>A program as it was built beside the tests: in a folder of its own, as an app's is.</summary>
    private static string Built(string project) =>
        Path.GetFullPath(
            Path.Combine(
                AppContext.BaseDirectory,
                "..",
                "..",
                project,
                Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
                $"{project}.dll"
            )
        );

    private void Take(string? line)
    {
        if (line is not null)
        {
            lines.Writer.TryWrite(line);
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Listening();
}
