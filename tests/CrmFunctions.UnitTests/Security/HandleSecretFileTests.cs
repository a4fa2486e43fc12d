using CrmFunctions.Domain.Identity;
using CrmFunctions.Security;
using Microsoft.Extensions.Configuration;

namespace CrmFunctions.UnitTests.Security;

public sealed class HandleSecretFileTests : IDisposable
{
    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("handles").FullName, "keys");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);

    [Fact]
    public async Task Of_many_processes_that_start_at_once_all_have_one_secret_that_its_owner_alone_can_read()
    {
        var read = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Setting([]))));
        Assert.NotNull(HandleKeys.Read(Assert.Single(read.Distinct())!));
        var file = Assert.Single(Directory.GetFiles(folder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData("Handles:Key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("Handles:Unkeyed", "true")]
    public void What_the_settings_say_stays_and_no_secret_is_made(string name, string value)
    {
        Assert.Equal(name == "Handles:Key" ? value : null, Setting([KeyValuePair.Create<string, string?>(name, value)]));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void Without_a_folder_there_is_none()
    {
        var settings = new ConfigurationManager();
        HandleSecretFile.AddTo(settings, "");
        Assert.Null(settings["Handles:Key"]);
    }

    private string? Setting(IEnumerable<KeyValuePair<string, string?>> said)
    {
        var settings = new ConfigurationManager();
        settings.AddInMemoryCollection(said);
        HandleSecretFile.AddTo(settings, folder);
        return settings["Handles:Key"];
    }
}
