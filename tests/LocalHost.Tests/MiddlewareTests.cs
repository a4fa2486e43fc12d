using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalHost.Tests;

public sealed class MiddlewareTests
{
    [Fact]
    public async Task Middleware_stands_around_every_invocation_in_the_order_added()
    {
        await using var app = await TestApp.Start<MiddlewareFunctions>(compose: builder =>
        {
            builder.UseMiddleware<Noting>();
            builder.UseWhen<OnlyTimers>(context =>
                context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type == "timerTrigger")
            );
        });
        await app.FireTimer("Tick");
        await app.Client.GetAsync("api/web").Read();
        Assert.Equal(
            ["before Tick", "timer Tick", "tick", "after Tick", "before Page", "web", "after Page"],
            app.Services.GetRequiredService<Journal>().Lines
        );
    }

    [Fact]
    public async Task Middleware_sees_the_request_and_can_answer_in_the_functions_place()
    {
        await using var app = await TestApp.Start<MiddlewareFunctions>(compose: builder =>
            builder.UseMiddleware(
                async (context, next) =>
                {
                    if (context.GetHttpContext()!.Request.Query.ContainsKey("stop"))
                    {
                        context.GetInvocationResult().Value = Results.Text("stopped", statusCode: 403);
                        return;
                    }

                    await next();
                    Assert.IsAssignableFrom<IResult>(context.GetInvocationResult<IResult>().Value);
                    context.GetInvocationResult().Value = Results.Text("replaced");
                }
            )
        );
        Assert.Equal((403, "stopped"), await app.Client.GetAsync("api/web?stop=1").Read());
        Assert.Equal((200, "replaced"), await app.Client.GetAsync("api/web").Read());
    }

    [Fact]
    public async Task Middleware_that_throws_fails_the_invocation()
    {
        await using var app = await TestApp.Start<MiddlewareFunctions>(compose: builder =>
            builder.UseMiddleware((_, _) => throw new InvalidOperationException("not today"))
        );
        Assert.Equal((500, ""), await app.Client.GetAsync("api/web").Read());
        Assert.Equal("not today", (await app.FireTimer("Tick")).Exception!.Message);
    }

    [Fact]
    public async Task The_context_tells_what_is_known_of_the_invocation()
    {
        FunctionContext? seen = null;
        await using var app = await TestApp.Start<MiddlewareFunctions>(compose: builder =>
            builder
                .UseMiddleware(
                    (context, next) =>
                    {
                        seen = context;
                        context.Items["mine"] = 1;
                        context.Features.Set(new Feature("f"));
                        Assert.Same(
                            context.InstanceServices.GetRequiredService<PerInvocation>(),
                            context.InstanceServices.GetRequiredService<PerInvocation>()
                        );
                        return next();
                    }
                )
                .Services.AddScoped<PerInvocation>()
        );
        await app.Client.GetAsync("api/web").Read();

        Assert.Equal("Page", seen!.FunctionDefinition.Name);
        Assert.Equal("LocalHost.Tests.MiddlewareFunctions.Page", seen.FunctionDefinition.EntryPoint);
        Assert.Equal(seen.FunctionDefinition.Id, seen.FunctionId);
        Assert.Equal(
            ["request", "context", "perInvocation"],
            seen.FunctionDefinition.Parameters.Select(parameter => parameter.Name).Append("perInvocation")
        );
        Assert.True(Guid.TryParse(seen.InvocationId, out _));
        Assert.Equal(seen.InvocationId, Assert.Single(app.Invocations).InvocationId);
        Assert.Equal("f", seen.Features.Get<Feature>()!.Name);
        Assert.Equal(1, seen.Items["mine"]);
        Assert.Same(seen.GetHttpContext(), seen.Items["HttpRequestContext"]);
    }

    [Fact]
    public async Task The_trace_of_the_request_is_the_parent_of_the_invocation()
    {
        using var traces = new Traces();
        await using var app = await TestApp.Start<MiddlewareFunctions>();
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/web");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        await app.Client.SendAsync(request).Read();
        var invoke = Assert.Single(traces.Of("0af7651916cd43dd8448eb211c80319c"));
        Assert.Equal("b7ad6b7169203331", invoke.ParentSpanId.ToHexString());
        Assert.Equal("Invoke", invoke.OperationName);
    }

    [Fact]
    public async Task A_failure_is_logged_once_with_the_function_and_the_invocation()
    {
        var log = new ListLog();
        await using var app = await TestApp.Start<MiddlewareFunctions>(compose: builder => builder.Logging.AddProvider(log));
        var run = await app.FireTimer("Fails");
        Assert.False(run.Succeeded);
        var line = Assert.Single(log.Lines, line => line.Level >= LogLevel.Error);
        Assert.Equal("Microsoft.Azure.Functions.Worker.FunctionsApplication", line.Category);
        Assert.Contains("Fails", line.Text, StringComparison.Ordinal);
        Assert.Contains(run.InvocationId, line.Text, StringComparison.Ordinal);
        Assert.Equal("broken", line.Error!.Message);
    }

    private sealed record Feature(string Name);

    private sealed class PerInvocation;

    private sealed class Noting(Journal journal) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            journal.Add($"before {context.FunctionDefinition.Name}");
            await next(context);
            journal.Add($"after {context.FunctionDefinition.Name}");
        }
    }

    private sealed class OnlyTimers(Journal journal) : IFunctionsWorkerMiddleware
    {
        public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            journal.Add($"timer {context.FunctionDefinition.Name}");
            return next(context);
        }
    }
}

public sealed class MiddlewareFunctions(Journal journal)
{
    [Function("Page")]
    public IResult Page([HttpTrigger(AuthorizationLevel.Anonymous, Route = "web")] HttpRequest request, FunctionContext context)
    {
        Assert.Same(request.HttpContext, context.GetHttpContext());
        journal.Add("web");
        return Results.Ok();
    }

    [Function("Tick")]
    public void Tick([TimerTrigger("0 0 3 * * *")] TimerInfo timer) => journal.Add("tick");

    [Function("Fails")]
    public Task Fails([TimerTrigger("0 0 3 * * *")] TimerInfo timer) => throw new InvalidOperationException("broken");
}
