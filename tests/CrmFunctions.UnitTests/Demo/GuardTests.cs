using System.Diagnostics;
using CrmFunctions.Cli.Start;

namespace CrmFunctions.UnitTests.Demo;

public sealed class GuardTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("crm-test-").FullName;

    [Fact]
    public async Task What_is_guarded_ends_when_its_starter_lets_go_and_leaves_no_process_file()
    {
        using var guard = Start("sleep", "600");
        guard.StandardInput.Close();
        await guard.WaitForExitAsync();
        Assert.Equal(128 + 15, guard.ExitCode);
        Assert.False(File.Exists(Path.Combine(folder, "pid")));
    }

    [Fact]
    public async Task The_children_of_what_is_guarded_end_with_it()
    {
        using var guard = Start("bash", "-c", "sleep 600 & echo $! > child; wait");
        // The guarded writes before it waits, so letting go can only come after its child is known or before it was born.
        guard.StandardInput.Close();
        await guard.WaitForExitAsync();
        var child = Path.Combine(folder, "child");
        if (File.Exists(child))
            Assert.Null(Leftover.Running("sleep", child));
    }

    [Fact]
    public async Task What_ends_by_itself_ends_the_guard_with_the_same_status()
    {
        using var guard = Start("bash", "-c", "echo said; exit 7");
        await guard.WaitForExitAsync();
        Assert.Equal((7, "said\n"), (guard.ExitCode, await File.ReadAllTextAsync(Path.Combine(folder, "log"))));
    }

    [Fact]
    public async Task What_cannot_be_found_says_so_in_the_log()
    {
        using var guard = Start("no-such-program-anywhere");
        await guard.WaitForExitAsync();
        Assert.Equal(127, guard.ExitCode);
        Assert.Contains("no-such-program-anywhere", await File.ReadAllTextAsync(Path.Combine(folder, "log")), StringComparison.Ordinal);
    }

    private Process Start(params string[] command)
    {
        var guard = Installation.Find(Make.Terminal().Terminal).Guard;
        return Process.Start(
            new ProcessStartInfo("bash", [guard, "TERM", Path.Combine(folder, "pid"), Path.Combine(folder, "log"), .. command])
            {
                RedirectStandardInput = true,
                WorkingDirectory = folder,
            }
        )!;
    }
}
