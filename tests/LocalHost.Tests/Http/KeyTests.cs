using LocalHost.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Tests.Http;

public sealed class KeyTests
{
    public static TheoryData<string, string?, int> Doors =>
        new()
        {
            { "open", null, 200 },
            { "open", "wrong", 200 },
            { "function", null, 401 },
            { "function", "wrong", 401 },
            { "function", "", 401 },
            { "function", "function", 200 },
            { "function", "other function", 401 },
            { "function", "host", 200 },
            { "function", "master", 200 },
            { "admin", null, 401 },
            { "admin", "function", 401 },
            { "admin", "host", 401 },
            { "admin", "master", 200 },
            { "system", "host", 401 },
            { "system", "master", 200 },
        };

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_key_opens_what_its_level_allows_and_no_more(string door, string? key, int status)
    {
        await using var app = await TestApp.Start<Doorways>();
        using var byHeader = new HttpRequestMessage(HttpMethod.Get, $"api/{door}");
        if (key is not null)
        {
            byHeader.Headers.TryAddWithoutValidation("x-functions-key", Value(app, key));
        }

        Assert.Equal((status, ""), await app.Client.SendAsync(byHeader).Read());
        Assert.Equal(
            (status, ""),
            await app.Client.GetAsync($"api/{door}{(key is null ? "" : $"?code={Uri.EscapeDataString(Value(app, key))}")}").Read()
        );
    }

    [Fact]
    public async Task A_refused_request_is_no_invocation()
    {
        await using var app = await TestApp.Start<Doorways>();
        await app.Client.GetAsync("api/function").Read();
        Assert.Empty(app.Invocations);
    }

    [Fact]
    public async Task A_key_of_a_thousand_characters_is_refused_and_does_no_harm()
    {
        await using var app = await TestApp.Start<Doorways>();
        Assert.Equal((401, ""), await app.Client.GetAsync($"api/function?code={new string('x', 1000)}").Read());
    }

    [Fact]
    public async Task Keys_are_made_at_the_first_start_and_stay()
    {
        using var folder = new Folder();
        string key;
        await using (var first = await TestApp.Start<Doorways>(options => options.DataPath = folder.Path))
        {
            key = first.Key("Guarded");
            Assert.Equal(4, new[] { key, first.Key(), first.Key(name: "master"), first.Key("Other") }.Distinct().Count());
        }

        await using var second = await TestApp.Start<Doorways>(options => options.DataPath = folder.Path);
        Assert.Equal(key, second.Key("Guarded"));
    }

    [Fact]
    public async Task Key_files_can_be_read_by_their_owner_only()
    {
        using var folder = new Folder();
        await using var app = await TestApp.Start<Doorways>(options => options.DataPath = folder.Path);
        var files = Directory.GetFiles(Path.Combine(folder.Path, "secrets"));
        Assert.Equal(["Guarded.json", "Other.json", "host.json"], files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in files)
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public async Task A_changed_key_counts_from_the_next_request()
    {
        using var folder = new Folder();
        await using var app = await TestApp.Start<Doorways>(options => options.DataPath = folder.Path);
        var old = app.Key();
        WriteHostKeys(folder, "rotated");
        Assert.Equal(401, (await app.Client.GetAsync($"api/function?code={Uri.EscapeDataString(old)}").Read()).Status);
        Assert.Equal(200, (await app.Client.GetAsync("api/function?code=rotated").Read()).Status);
    }

    [Fact]
    public async Task Keys_stay_in_force_while_their_file_cannot_be_read()
    {
        using var folder = new Folder();
        await using var app = await TestApp.Start<Doorways>(options => options.DataPath = folder.Path);
        var key = app.Key();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "secrets", "host.json"), "{ \"masterKey\": ");
        Assert.Equal(200, (await app.Client.GetAsync($"api/function?code={Uri.EscapeDataString(key)}").Read()).Status);
    }

    [Fact]
    public async Task A_broken_key_file_stops_the_start_and_is_named()
    {
        using var folder = new Folder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "secrets"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "secrets", "host.json"),
            """{"masterKey":{"name":"master","value":"x","encrypted":true}}"""
        );
        var error = await Assert.ThrowsAsync<HostStartException>(() => TestApp.Start<Doorways>(options => options.DataPath = folder.Path));
        Assert.Contains("secrets", error.Message, StringComparison.Ordinal);
        Assert.Contains("'master' is encrypted", error.Message, StringComparison.Ordinal);
    }

    private static void WriteHostKeys(Folder folder, string key) =>
        File.WriteAllText(
            Path.Combine(folder.Path, "secrets", "host.json"),
            $$"""{"masterKey":{"name":"master","value":"m","encrypted":false},"functionKeys":[{"name":"default","value":"{{key}}","encrypted":false}],"systemKeys":[]}"""
        );

    private static string Value(FunctionsTestHost app, string key) =>
        key switch
        {
            "function" => app.Key("Guarded"),
            "other function" => app.Key("Other"),
            "host" => app.Key(),
            "master" => app.Key(name: "master"),
            _ => key,
        };
}

public sealed class Doorways
{
    [Function("Open")]
    public IResult Open([HttpTrigger(AuthorizationLevel.Anonymous, Route = "open")] HttpRequest request) => Results.Ok();

    [Function("Guarded")]
    public IResult Guarded([HttpTrigger(AuthorizationLevel.Function, Route = "function")] HttpRequest request) => Results.Ok();

    [Function("Other")]
    public IResult Other([HttpTrigger] HttpRequest request) => Results.Ok();

    [Function("Admin")]
    public IResult Admin([HttpTrigger(AuthorizationLevel.Admin, Route = "admin")] HttpRequest request) => Results.Ok();

    [Function("System")]
    public IResult System([HttpTrigger(AuthorizationLevel.System, Route = "system")] HttpRequest request) => Results.Ok();
}
