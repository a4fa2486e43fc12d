using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Keys;
using CrmFunctions.Cli.Start;
using CrmFunctions.Domain.Access;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.UnitTests.Demo;

public sealed class StartTests
{
    private readonly Installation place = new(
        "/nowhere",
        Path.Combine(Directory.CreateTempSubdirectory("crm-test-").FullName, "data"),
        7071
    );

    [Fact]
    public void The_keys_stay_the_same_at_the_next_start()
    {
        (string Admin, string Host) first;
        using (var folder = DataFolder.Open(place, null))
            first = (folder.Keys.Admin, folder.HostKey);
        using var again = DataFolder.Open(place, null);
        Assert.Equal(first, (again.Keys.Admin, again.HostKey));
        Assert.Null(ApiKey.Problem(first.Admin));
        Assert.True(first.Host.Length >= 32);
    }

    [Fact]
    public void A_key_that_is_named_replaces_the_admin_s_of_before_and_one_that_can_be_guessed_is_refused()
    {
        var chosen = ApiKey.New();
        DataFolder.Open(place, null).Dispose();
        DataFolder.Open(place, chosen).Dispose();
        using (var folder = DataFolder.Open(place, null))
            Assert.Equal(chosen, folder.Keys.Admin);
        foreach (var weak in new[] { "short", new string('a', 64), "crm_0123456789abcdef0123456789abcdef0123456700000000" })
        {
            var refused = Assert.Throws<CommandFailedException>(() => DataFolder.Open(place, weak));
            Assert.StartsWith("CRM_KEY is ", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(weak, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Only_its_owner_can_read_the_keys_and_look_into_the_folder()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = DataFolder.Open(place, null);
        foreach (var file in new[] { folder.Of("functions", "secrets", "host.json"), folder.Of(LocalKeys.FileName) })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
    }

    [Theory]
    [InlineData("functions/secrets/host.json")]
    [InlineData(LocalKeys.FileName)]
    public void A_key_file_that_cannot_be_read_is_named(string file)
    {
        using (var folder = DataFolder.Open(place, null))
            File.WriteAllText(folder.Of(file), "{");
        var failed = Assert.Throws<CommandFailedException>(() => DataFolder.Open(place, null));
        Assert.Contains($"{Path.GetFileName(file)} cannot be read", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Remove it", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_start_on_the_same_folder_is_refused_with_the_process_of_the_first()
    {
        using var first = DataFolder.Open(place, null);
        var refused = Assert.Throws<CommandFailedException>(() => DataFolder.Open(place, null));
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"as process {Environment.ProcessId}"),
            refused.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_process_that_is_left_over_and_stays_is_refused_with_its_process()
    {
        using var left = Process.Start("sleep", "600");
        try
        {
            using var folder = DataFolder.Open(place, null);
            File.WriteAllText(folder.Of("sleep.pid"), left.Id.ToString(CultureInfo.InvariantCulture));
            // A process that has only just been started has no command line yet.
            Assert.True(SpinWait.SpinUntil(() => Leftover.Running("sleep", folder.Of("sleep.pid")) is not null, TimeSpan.FromSeconds(30)));
            var refused = await Assert.ThrowsAsync<CommandFailedException>(() =>
                Leftover.Wait("sleep", folder.Of("sleep.pid"), new HurriedClock(), CancellationToken.None)
            );
            Assert.Contains(
                string.Create(CultureInfo.InvariantCulture, $"as process {left.Id}"),
                refused.Message,
                StringComparison.Ordinal
            );
        }
        finally
        {
            left.Kill();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a number")]
    [InlineData("2147483647")]
    public void A_process_file_without_a_running_process_does_not_stop_the_start(string text)
    {
        using var folder = DataFolder.Open(place, null);
        File.WriteAllText(folder.Of("azurite.pid"), text);
        Assert.Null(Leftover.Running("azurite", folder.Of("azurite.pid")));
    }

    [Fact]
    public void A_process_number_that_now_belongs_to_another_program_stops_no_start()
    {
        using var folder = DataFolder.Open(place, null);
        File.WriteAllText(folder.Of("azurite.pid"), Self);
        Assert.Null(Leftover.Running("no-such-program", folder.Of("azurite.pid")));
    }

    [Fact]
    public void A_port_that_is_taken_leads_to_the_next()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Assert.False(Ports.IsFree(port));
        Assert.InRange(Ports.FreeFrom(port, 100), port + 1, port + 99);
        Assert.Contains(
            "Name another with PORT",
            Assert.Throws<CommandFailedException>(() => Ports.FreeFrom(port, 1)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_lines_to_try_survive_a_key_with_a_quote()
    {
        var lines = Welcome.Curl(new Uri("http://127.0.0.1:7072"), "it's", "it's").ToList();
        Assert.Equal(3, lines.Count);
        Assert.All(lines, line => Assert.Contains("'Authorization: Bearer it'\\''s'", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains("http://127.0.0.1:7072/api/", line, StringComparison.Ordinal));
        Assert.DoesNotContain("\"time\"", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_demo_stands_at_its_instant_at_any_hour_and_real_use_does_not()
    {
        using var folder = DataFolder.Open(place, null);
        var demo = Settings.For(folder, 10_002, "bus", 7071, NodaTime.Instant.FromUtc(1998, 7, 1, 0, 0));
        Assert.Equal("1998-07-01T00:00:00Z", demo["Clock__Now"]);
        Assert.Equal(("00:00", "24:00"), (demo["BusinessHours__From"], demo["BusinessHours__To"]));
        Assert.DoesNotContain(
            Settings.For(folder, 10_002, "bus", 7071, null).Keys,
            k => k.StartsWith("Clock", StringComparison.Ordinal) || k.StartsWith("Business", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_new_folder_gets_a_secret_of_handles_for_its_owner_only_an_old_one_goes_on_without_and_the_demo_has_none()
    {
        using var folder = DataFolder.Open(place, null);
        var secret = HandleSecret.ReadOrMake(folder);
        Assert.Equal(1, HandleKeys.Read(secret!)!.Count);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(HandleSecret.PathIn(folder)));
        Directory.CreateDirectory(folder.Of("azurite"));
        Assert.Equal(secret, HandleSecret.ReadOrMake(folder));
        Assert.Equal(secret, Settings.For(folder, 10_002, "bus", 7071, null)["Handles__Key"]);
        Assert.DoesNotContain("Handles__Unkeyed", Settings.For(folder, 10_002, "bus", 7071, null).Keys);
        var demo = Settings.For(folder, 10_002, "bus", 7071, NodaTime.Instant.FromUtc(1998, 7, 1, 0, 0));
        Assert.Equal("true", demo["Handles__Unkeyed"]);
        Assert.DoesNotContain("Handles__Key", demo.Keys);

        File.Delete(HandleSecret.PathIn(folder));
        Assert.Null(HandleSecret.ReadOrMake(folder));
        Assert.Equal("true", Settings.For(folder, 10_002, "bus", 7071, null)["Handles__Unkeyed"]);
    }

    [Theory]
    [InlineData("--exit")]
    [InlineData("--data x.csv")]
    public async Task What_belongs_to_the_demo_is_refused_without_it(string line)
    {
        var (terminal, _, error) = Make.Terminal();
        Assert.Equal(2, await CommandLine.Run([new StartCommand()], ["start", .. line.Split(' ')], terminal, CancellationToken.None));
        Assert.Contains("belongs to the demo: add --demo", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_script_knows_the_options_of_the_command()
    {
        var script = File.ReadAllText(Path.Combine(Installation.Find(Make.Terminal().Terminal).Repository, "scripts", "start.sh"));
        var known = script.Split("known=' ")[1].Split(" '")[0].Split(' ').Order();
        Assert.Equal(new StartCommand().Options.Select(o => o.Name).Order(), known);
    }

    private static string Self => Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
}
