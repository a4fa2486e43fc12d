using System.Text;
using System.Text.Json;
using LocalHost.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Tests.Http;

public sealed class AdminTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"input":"x"}""")]
    public async Task A_timer_fired_by_hand_is_accepted_and_runs(string body)
    {
        await using var app = await TestApp.Start<AdminFunctions>();
        Assert.Equal((202, ""), await Post(app, "Nightly", body, app.Key(name: "master")));
        await app.Idle();
        Assert.True(Assert.Single(app.Invocations).Succeeded);
    }

    [Fact]
    public async Task The_answer_does_not_wait_for_the_run()
    {
        await using var app = await TestApp.Start<AdminFunctions>();
        Assert.Equal(202, (await Post(app, "Long", "{}", app.Key(name: "master"))).Status);
        Assert.Empty(app.Invocations);
        app.Services.GetRequiredService<Journal>().OpenGate();
        await app.Idle();
        Assert.Single(app.Invocations);
    }

    [Theory]
    [InlineData("Nightly", "{}", "", 401)]
    [InlineData("Nightly", "{}", "host", 401)]
    [InlineData("Unknown", "{}", "", 401)]
    [InlineData("Unknown", "{}", "master", 404)]
    [InlineData("Web", "{}", "master", 400)]
    [InlineData("Nightly", "", "master", 400)]
    [InlineData("Nightly", "[]", "master", 400)]
    [InlineData("nightly", "{}", "master", 202)]
    public async Task Firing_needs_the_master_key_a_timer_and_an_object(string function, string body, string key, int status)
    {
        await using var app = await TestApp.Start<AdminFunctions>();
        Assert.Equal(
            status,
            (
                await Post(
                    app,
                    function,
                    body,
                    key switch
                    {
                        "master" => app.Key(name: "master"),
                        "host" => app.Key(),
                        _ => null,
                    }
                )
            ).Status
        );
    }

    [Fact]
    public async Task The_functions_and_the_state_can_be_asked_for()
    {
        await using var app = await TestApp.Start<AdminFunctions>(options => options.Settings["AzureWebJobs.Web.Disabled"] = "true");
        var functions = await Get(app, "admin/functions");
        Assert.Equal(
            ["Long", "Nightly", "Web"],
            functions.EnumerateArray().Select(function => function.GetProperty("name").GetString()).Order()
        );
        Assert.True(
            functions
                .EnumerateArray()
                .Single(function => function.GetProperty("name").GetString() == "Web")
                .GetProperty("isDisabled")
                .GetBoolean()
        );
        Assert.Equal("Running", (await Get(app, "admin/host/status")).GetProperty("state").GetString());
        Assert.Equal(401, (await app.Client.GetAsync("admin/host/status").Read()).Status);
    }

    private static Task<(int Status, string Body)> Post(FunctionsTestHost app, string function, string body, string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"admin/functions/{function}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return app.Client.SendAsync(key is null ? request : request.WithKey(key)).Read();
    }

    private static async Task<JsonElement> Get(FunctionsTestHost app, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path).WithKey(app.Key(name: "master"));
        return JsonSerializer.Deserialize<JsonElement>((await app.Client.SendAsync(request).Read()).Body);
    }
}

public sealed class AdminFunctions(Journal journal)
{
    [Function("Nightly")]
    public void Nightly([TimerTrigger("0 0 3 * * *")] TimerInfo timer) => journal.Add($"nightly {timer.IsPastDue}");

    [Function("Long")]
    public Task Long([TimerTrigger("0 0 3 * * *")] TimerInfo timer, CancellationToken cancellationToken) => journal.Gate(cancellationToken);

    [Function("Web")]
    public IResult Web([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Results.Ok();
}
