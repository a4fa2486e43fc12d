using System.Collections.Concurrent;
using AzureSdk.Local.Hosting;
using AzureSdk.Local.Invocation;
using AzureSdk.Local.ServiceBusTriggers;
using AzureSdk.Local.Timers;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AzureSdk.Local.Testing;

/// <summary>
/// A whole functions app inside a test: real Kestrel on a free loopback port, real routing, keys, middleware, queues and timers, and a clock
/// that the test turns. Any number can run side by side.
/// </summary>
/// <example>
/// <code>
/// await using var app = await FunctionsTestHost.Start(Composition.Compose, options => options.Settings["Greeting"] = "Hi");
/// var answer = await app.Client.GetAsync("api/hello");
/// await app.FireTimer("Nightly");
/// await app.Idle();
/// Assert.All(app.Invocations, invocation => Assert.True(invocation.Succeeded));
/// </code>
/// </example>
public sealed class FunctionsTestHost : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentQueue<CapturedInvocation> invocations = new();
    private readonly IHost host;
    private readonly string? ownFolder;
    private bool isStopped;

    private FunctionsTestHost(Func<HostSetup, IHost> build, FunctionsTestHostOptions options)
    {
        ownFolder = options.DataPath is null ? Directory.CreateTempSubdirectory("functions-").FullName : null;
        host = build(new HostSetup
        {
            Embedded = true,
            Folder = options.Folder,
            HostJson = options.HostJson,
            Settings = new Dictionary<string, string?>(options.Settings)
            {
                ["AzureFunctionsLocal:DataPath"] = ownFolder ?? options.DataPath,
            },
            Assemblies = [.. options.Assemblies],
            Classes = [.. options.Classes],
            TimeProvider = options.TimeProvider,
            RunSchedules = options.TimeProvider is not null,
            Output = options.Output,
            OverrideServices = options.Services,
            InvocationEnded = (context, failure) =>
                invocations.Enqueue(new CapturedInvocation(context.Function.Name, context.InvocationId, failure, context.Result)),
        });
    }

    /// <summary>Sends to the app. Its base address is the app's root: a route begins with the prefix, as in <c>api/hello</c>.</summary>
    public HttpClient Client => field ??= NewClient();

    /// <summary>The app's root on the loopback interface.</summary>
    public Uri Address => Services.GetRequiredService<HostServices>().Address;

    /// <summary>The app's services.</summary>
    public IServiceProvider Services => host.Services;

    /// <summary>Every invocation that ended, in that order.</summary>
    public IReadOnlyList<CapturedInvocation> Invocations => [.. invocations];

    /// <summary>Starts an app.</summary>
    /// <param name="compose">What the app's Program does between CreateBuilder and Build.</param>
    /// <param name="configure">What is different in this test.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="HostStartException">The app cannot start.</exception>
    public static async Task<FunctionsTestHost> Start(
        Action<FunctionsApplicationBuilder> compose, Action<FunctionsTestHostOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(compose);
        var options = new FunctionsTestHostOptions();
        configure?.Invoke(options);
        if (options.Assemblies.Count + options.Classes.Count == 0)
        {
            options.Assemblies.Add(compose.Method.Module.Assembly);
        }

        var app = new FunctionsTestHost(setup => Build(compose, setup), options);
        try
        {
            await app.host.StartAsync(cancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>A further client; follows no redirects, so that a test sees them.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };

    /// <summary>The value of a key: of the host's file (<c>master</c>, <c>default</c>), or of a function's.</summary>
    /// <param name="function">Null for the host's file.</param>
    /// <param name="name">The key's name.</param>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public string Key(string? function = null, string name = "default") =>
        Http.KeyFile.Value(File.ReadAllText(Path.Combine(Services.GetRequiredService<HostSettings>().SecretsPath, $"{function ?? "host"}.json")), name);

    /// <summary>Fires a timer by hand.</summary>
    /// <returns>The run, its last try, when it has ended.</returns>
    /// <exception cref="KeyNotFoundException">There is no such timer.</exception>
    public async Task<CapturedInvocation> FireTimer(string name)
    {
        var run = await Services.GetRequiredService<TimerRunners>().Of(name).FireNow();
        return new CapturedInvocation(run.Context.Function.Name, run.Context.InvocationId, run.Failure, run.Context.Result);
    }

    /// <summary>The next run of a timer by its schedule; null if none is set.</summary>
    /// <exception cref="KeyNotFoundException">There is no such timer.</exception>
    public DateTimeOffset? NextRun(string timer) => Services.GetRequiredService<TimerRunners>().Of(timer).NextRun;

    /// <summary>
    /// Completes when no invocation runs and no message is visible in a queue of the app's functions. Messages scheduled for later, locked
    /// by somebody else or dead-lettered are not waited for, nor are retries of timers that wait for the clock.
    /// </summary>
    /// <exception cref="OperationCanceledException">It did not come to that in time.</exception>
    public async Task Idle(CancellationToken cancellationToken = default)
    {
        var running = Services.GetRequiredService<RunningInvocations>();
        var pumps = Services.GetRequiredService<MessagePumps>();
        while (true)
        {
            await running.Quiet().WaitAsync(cancellationToken);
            if (!await pumps.AnyVisible() && running.Quiet().IsCompleted)
            {
                return;
            }

            await Task.Delay(Look, cancellationToken);
        }
    }

    /// <summary>Stops as on SIGTERM: running invocations may end within the drain time.</summary>
    public async Task Stop(CancellationToken cancellationToken = default)
    {
        if (!isStopped)
        {
            isStopped = true;
            await host.StopAsync(cancellationToken);
        }
    }

    /// <summary>Stops, and deletes the host's own folder.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Stop();
        }
        finally
        {
            await ((IAsyncDisposable)host).DisposeAsync();
            if (ownFolder is not null)
            {
                Directory.Delete(ownFolder, recursive: true);
            }
        }
    }

    private static IHost Build(Action<FunctionsApplicationBuilder> compose, HostSetup setup)
    {
        var builder = new FunctionsApplicationBuilder([], setup);
        compose(builder);
        return builder.Build();
    }
}
