using LocalHost.Hosting;
using Microsoft.Extensions.Configuration;

namespace LocalHost.Tests.Hosting;

public sealed class SettingsTests
{
    [Fact]
    public void Local_settings_are_read_as_the_environment_would_be()
    {
        using var folder = new Folder();
        folder.Write(
            "local.settings.json",
            """
            {
              // comments are allowed
              "IsEncrypted": false,
              "Values": { "Plain": "1", "Section__Inner": "2", "Section:Other": "3", },
              "Host": { "LocalHttpPort": 7099 },
              "ConnectionStrings": { "Bus": "x" }
            }
            """
        );
        var settings = SettingsFile.ReadLocalSettings(folder.Path);
        Assert.Equal("1", settings["Plain"]);
        Assert.Equal("2", settings["Section:Inner"]);
        Assert.Equal("3", settings["Section:Other"]);
        Assert.Equal("x", settings["ConnectionStrings:Bus"]);
        Assert.Equal(7099, Host(app: settings).Port);
    }

    [Theory]
    [InlineData("{ \"Values\": ", "local.settings.json: not valid JSON at line 1")]
    [InlineData("[]", "local.settings.json: must hold one JSON object")]
    [InlineData("""{ "IsEncrypted": true }""", "func settings decrypt")]
    [InlineData("""{ "Values": [] }""", "Values must be an object")]
    [InlineData("""{ "Values": { "A": { "B": 1 } } }""", "\"A__Inner\"")]
    public void A_malformed_local_settings_file_names_itself_and_what_is_wrong(string json, string message)
    {
        using var folder = new Folder();
        folder.Write("local.settings.json", json);
        Assert.Contains(
            message,
            Assert.Throws<HostStartException>(() => SettingsFile.ReadLocalSettings(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("{", "host.json: not valid JSON at line 1")]
    [InlineData("{}", "host.json: \"version\" must be \"2.0\"")]
    [InlineData("""{ "version": "1.0" }""", "host.json: \"version\" must be \"2.0\"")]
    public void A_malformed_host_json_names_itself_and_what_is_wrong(string json, string message)
    {
        using var folder = new Folder();
        folder.Write("host.json", json);
        Assert.Contains(
            message,
            Assert.Throws<HostStartException>(() => SettingsFile.ReadHostJson(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("functionTimeout", "soon", "host.json: functionTimeout is 'soon'; give a time span such as 00:05:00.")]
    [InlineData(
        "extensions:serviceBus:maxConcurrentCalls",
        "0",
        "host.json: extensions.serviceBus.maxConcurrentCalls is '0'; give a whole number from 1."
    )]
    [InlineData(
        "extensions:serviceBus:autoCompleteMessages",
        "maybe",
        "host.json: extensions.serviceBus.autoCompleteMessages is 'maybe'; give true or false."
    )]
    public void A_wrong_value_in_host_json_is_named(string path, string value, string message) =>
        Assert.Equal(message, Assert.Throws<HostStartException>(() => Host(hostJson: new() { [path] = value })).Message);

    [Theory]
    [InlineData("AzureFunctionsLocal:Host:LocalHttpPort", "70000", "local.settings.json: Host.LocalHttpPort is '70000'")]
    [InlineData("AzureFunctionsLocal:DrainTimeout", "long", "AzureFunctionsLocal:DrainTimeout is 'long'")]
    public void A_wrong_setting_of_the_host_is_named(string name, string value, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<HostStartException>(() => Host(app: new() { [name] = value })).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_port_of_the_command_line_is_above_that_of_the_file_and_a_wrong_one_is_named()
    {
        var file = new Dictionary<string, string?> { ["AzureFunctionsLocal:Host:LocalHttpPort"] = "7100", ["port"] = "9" };
        Assert.Equal(7100, Host(app: file).Port);
        Assert.Equal(7200, Host(app: file, port: "7200").Port);
        Assert.Contains("--port is 'x'", Assert.Throws<HostStartException>(() => Host(port: "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_said_is_as_on_the_platform()
    {
        var settings = Host();
        Assert.Equal("api", settings.RoutePrefix);
        Assert.Equal(7071, settings.Port);
        Assert.Equal(16, settings.MaxConcurrentCalls);
        Assert.Equal(1000, settings.MaxMessageBatchSize);
        Assert.Equal(TimeSpan.FromMinutes(5), settings.MaxAutoLockRenewal);
        Assert.Equal(TimeSpan.FromMinutes(30), settings.FunctionTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.DrainTimeout);
        Assert.True(settings.AutoCompleteMessages);
        Assert.EndsWith(Path.Combine(".data", "functions", "secrets"), settings.SecretsPath, StringComparison.Ordinal);
        Assert.EndsWith(Path.Combine(".data", "functions", "timers"), settings.TimersPath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_of_the_test_are_above_all_and_reach_the_app()
    {
        await using var app = await TestApp.Start<Idle>(options => options.Settings["Section__Name"] = "mine");
        Assert.Equal("mine", ((IConfiguration)app.Services.GetService(typeof(IConfiguration))!)["Section:Name"]);
    }

    [Fact]
    public async Task The_environment_can_override_host_json()
    {
        await using var app = await TestApp.Start<Idle>(options =>
            options.Settings["AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentCalls"] = "3"
        );
        Assert.Equal(3, app.Settings.MaxConcurrentCalls);
    }

    private static HostSettings Host(
        Dictionary<string, string?>? hostJson = null,
        Dictionary<string, string?>? app = null,
        string? port = null
    ) =>
        new(
            new ConfigurationBuilder().AddInMemoryCollection(hostJson ?? []).Build(),
            new ConfigurationBuilder().AddInMemoryCollection(app ?? []).Build(),
            port
        );

    public sealed class Idle;
}
