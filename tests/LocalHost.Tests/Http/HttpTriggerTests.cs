using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Tests.Http;

public sealed class HttpTriggerTests
{
    [Theory]
    [InlineData("api/Plain", "plain")]
    [InlineData("api/items/7", "item 7")]
    [InlineData("api/files/a/b/c.txt", "file a/b/c.txt")]
    [InlineData("api/pages", "page 1")]
    [InlineData("api/pages/4", "page 4")]
    [InlineData("api/things/0191f3a2-0000-7000-8000-000000000001", "thing 0191f3a2-0000-7000-8000-000000000001")]
    [InlineData("api/maybe", "maybe nothing")]
    [InlineData("api/maybe/x", "maybe x")]
    [InlineData("API/ITEMS/7", "item 7")]
    public async Task A_request_reaches_the_function_of_its_route(string path, string body)
    {
        await using var app = await TestApp.Start<RouteFunctions>();
        Assert.Equal((200, body), await app.Client.GetAsync(path).Read());
    }

    [Theory]
    [InlineData("GET", "api/unknown")]
    [InlineData("GET", "items/7")]
    [InlineData("GET", "api/items/seven")]
    [InlineData("POST", "api/items/7")]
    [InlineData("GET", "")]
    public async Task An_unknown_route_or_method_is_not_found_and_has_no_body(string method, string path)
    {
        await using var app = await TestApp.Start<RouteFunctions>();
        Assert.Equal((404, ""), await app.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)).Read());
        Assert.Empty(app.Invocations);
    }

    [Fact]
    public async Task Functions_can_share_a_route_by_their_methods()
    {
        await using var app = await TestApp.Start<RouteFunctions>();
        Assert.Equal((200, "gone 7"), await app.Client.DeleteAsync("api/items/7").Read());
        Assert.Equal((200, "item 7"), await app.Client.GetAsync("api/items/7").Read());
    }

    [Theory]
    [InlineData("", "Plain")]
    [InlineData("v1/crm", "v1/crm/Plain")]
    public async Task The_route_prefix_is_that_of_host_json(string prefix, string path)
    {
        await using var app = await TestApp.Start<RouteFunctions>(options =>
            options.HostJson = $$"""{ "version": "2.0", "extensions": { "http": { "routePrefix": "{{prefix}}" } } }"""
        );
        Assert.Equal((200, "plain"), await app.Client.GetAsync(path).Read());
    }

    [Theory]
    [InlineData("action", 201, "made")]
    [InlineData("result", 202, "\"taken\"")]
    [InlineData("value-task", 200, "\"value\"")]
    [InlineData("written", 418, "tea")]
    [InlineData("static", 204, "")]
    public async Task Results_are_written_as_ASP_NET_Core_writes_them(string path, int status, string body)
    {
        await using var app = await TestApp.Start<ResultFunctions>();
        Assert.Equal((status, body), await app.Client.GetAsync($"api/{path}").Read());
    }

    [Fact]
    public async Task A_plain_object_is_not_written_as_in_the_official_integration()
    {
        await using var app = await TestApp.Start<ResultFunctions>();
        Assert.Equal((200, ""), await app.Client.GetAsync("api/object").Read());
        Assert.Equal(new ResultFunctions.Plain("x"), Assert.Single(app.Invocations).Result);
    }

    [Fact]
    public async Task A_function_that_throws_answers_500_without_a_body_and_the_host_lives_on()
    {
        await using var app = await TestApp.Start<ResultFunctions>();
        Assert.Equal((500, ""), await app.Client.GetAsync("api/throws").Read());
        Assert.Equal((200, "\"value\""), await app.Client.GetAsync("api/value-task").Read());
        Assert.Equal("no", app.Invocations[0].Exception!.Message);
    }

    [Fact]
    public async Task A_chunked_body_is_read_by_the_function_as_it_comes()
    {
        await using var app = await TestApp.Start<BodyFunctions>();
        using var content = new StreamedContent();
        var answer = app.Client.PostAsync("api/first-byte", content);
        await content.Write(new string('a', 100_000));
        Assert.Equal("got a", await app.Services.GetRequiredService<Journal>().Next());
        content.End();
        Assert.Equal(200, (await answer.Read()).Status);
    }

    [Fact]
    public async Task A_body_larger_than_the_platform_takes_fails_with_500_as_there()
    {
        await using var app = await TestApp.Start<BodyFunctions>();
        using var content = new ByteArrayContent([]);
        content.Headers.ContentLength = (100 * 1024 * 1024) + 1;
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/first-byte") { Content = content };
        request.Headers.ExpectContinue = true;
        using var answer = await app.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    [Fact]
    public async Task A_body_that_breaks_the_protocol_is_the_callers_fault_whether_it_is_found_before_or_after_the_function_begins()
    {
        const int Callers = 8;
        const int Times = 10;
        await using var app = await TestApp.Start<BodyFunctions>();
        var broken = Encoding.Latin1.GetBytes("POST /api/first-byte HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(async _ =>
                {
                    var lines = new List<string?>();
                    for (var time = 0; time < Times; time++)
                    {
                        using var connection = new TcpClient();
                        await connection.ConnectAsync(IPAddress.Loopback, app.Client.BaseAddress!.Port);
                        var stream = connection.GetStream();
                        await stream.WriteAsync(broken);
                        using var reader = new StreamReader(stream, Encoding.Latin1);
                        lines.Add(await reader.ReadLineAsync());
                    }

                    return lines;
                })
        );
        Assert.Equal(["HTTP/1.1 400 Bad Request"], answers.SelectMany(lines => lines).Distinct());
    }

    [Fact]
    public async Task The_cancellation_token_is_cancelled_when_the_caller_hangs_up()
    {
        await using var app = await TestApp.Start<BodyFunctions>();
        using var hangUp = new CancellationTokenSource();
        var answer = app.Client.GetAsync("api/waits", hangUp.Token);
        var journal = app.Services.GetRequiredService<Journal>();
        Assert.Equal("waits", await journal.Next());
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Equal("cancelled", await journal.Next());
    }

    [Fact]
    public async Task A_route_value_that_is_not_of_the_parameters_type_fails_the_invocation()
    {
        await using var app = await TestApp.Start<RouteFunctions>();
        Assert.Equal((500, ""), await app.Client.GetAsync("api/loose/seven").Read());
        Assert.Contains("'number'", app.Invocations[0].Exception!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api/items/7?headers=x")]
    [InlineData("api/items/7?QUERY=x")]
    [InlineData("api/items/7?ID=8")]
    public async Task A_query_that_is_called_as_other_binding_data_does_no_harm(string path)
    {
        await using var app = await TestApp.Start<RouteFunctions>();
        Assert.Equal((200, "item 7"), await app.Client.GetAsync(path).Read());
    }

    [Fact]
    public async Task Binding_data_holds_route_and_query_values_but_not_the_key()
    {
        await using var app = await TestApp.Start<RouteFunctions>();
        var (_, body) = await app.Client.GetAsync("api/data/5?q=x&code=secret").Read();
        Assert.Equal("5 x ", body);
    }

    /// <summary>A body that the test writes piece by piece.</summary>
    private sealed class StreamedContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task Write(string text)
        {
            var stream = await opened.Task;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
            await stream.FlushAsync();
        }

        public void End() => ended.TrySetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            opened.TrySetResult(stream);
            return ended.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

public sealed class RouteFunctions
{
    [Function("Plain")]
    public IResult Plain([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => Results.Text("plain");

    [Function("Item")]
    public IResult Item([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{id:int}")] HttpRequest request, int id) =>
        Results.Text($"item {id}");

    [Function("RemoveItem")]
    public IResult Remove([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "items/{id:int}")] HttpRequest request, int id) =>
        Results.Text($"gone {id}");

    [Function("File")]
    public IResult File([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "files/{*path}")] HttpRequest request, string path) =>
        Results.Text($"file {path}");

    [Function("Numbered")]
    public IResult Numbered(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "pages/{number:int=1}")] HttpRequest request,
        int number
    ) => Results.Text($"page {number}");

    [Function("Thing")]
    public IResult Thing([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/{id:guid}")] HttpRequest request, Guid id) =>
        Results.Text($"thing {id}");

    [Function("Maybe")]
    public IResult Maybe([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "maybe/{what?}")] HttpRequest request, string? what) =>
        Results.Text($"maybe {what ?? "nothing"}");

    [Function("Loose")]
    public IResult Loose([HttpTrigger(AuthorizationLevel.Anonymous, Route = "loose/{number}")] HttpRequest request, int number) =>
        Results.Text($"{number}");

    [Function("Data")]
    public IResult Data([HttpTrigger(AuthorizationLevel.Anonymous, Route = "data/{id}")] HttpRequest request, FunctionContext context)
    {
        var data = context.BindingContext.BindingData;
        return Results.Text($"{data["ID"]} {data["q"]} {data.GetValueOrDefault("code")}");
    }
}

public sealed class ResultFunctions
{
    [Function("Action")]
    public IActionResult Action([HttpTrigger(AuthorizationLevel.Anonymous, Route = "action")] HttpRequest request) =>
        new ObjectResult("made") { StatusCode = 201 };

    [Function("Result")]
    public Task<IResult> Result([HttpTrigger(AuthorizationLevel.Anonymous, Route = "result")] HttpRequest request) =>
        Task.FromResult(Results.Json("taken", statusCode: 202));

    [Function("ValueTask")]
    public async ValueTask<IResult> Value([HttpTrigger(AuthorizationLevel.Anonymous, Route = "value-task")] HttpRequest request)
    {
        await Task.Yield();
        return TypedResults.Ok("value");
    }

    [Function("Written")]
    public async Task Written([HttpTrigger(AuthorizationLevel.Anonymous, Route = "written")] HttpRequest request)
    {
        request.HttpContext.Response.StatusCode = 418;
        await request.HttpContext.Response.WriteAsync("tea");
    }

    [Function("Static")]
    public static IResult Static([HttpTrigger(AuthorizationLevel.Anonymous, Route = "static")] HttpRequest request) => Results.NoContent();

    [Function("Object")]
    public Plain Object([HttpTrigger(AuthorizationLevel.Anonymous, Route = "object")] HttpRequest request) => new("x");

    [Function("Throws")]
    public IResult Throws([HttpTrigger(AuthorizationLevel.Anonymous, Route = "throws")] HttpRequest request) =>
        throw new InvalidOperationException("no");

    public sealed record Plain(string Name);
}

public sealed class BodyFunctions(Journal journal)
{
    [Function("FirstByte")]
    public async Task<IResult> FirstByte(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "first-byte")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[1];
        await request.Body.ReadExactlyAsync(buffer, cancellationToken);
        journal.Add($"got {Encoding.UTF8.GetString(buffer)}");
        return Results.Ok();
    }

    [Function("Waits")]
    public async Task<IResult> Waits(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "waits")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        journal.Add("waits");
        try
        {
            await journal.Gate(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            journal.Add("cancelled");
        }

        return Results.Ok();
    }
}
