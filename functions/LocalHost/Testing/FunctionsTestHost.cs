using System.Collections.Concurrent;
using System.Reflection;
using LocalHost.Hosting;
using LocalHost.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalHost.Testing;

/// <summary>
/// A whole functions app inside a test: the official worker as the app composes it, and a host around it with real HTTP on a free loopback
/// port, keys, queues and timers, and a clock that the test turns. Any number can run side by side.
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
    private const string FolderVariable = "FUNCTIONS_APPLICATION_DIRECTORY";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    // The worker looks for its generated code in the entry assembly, and for host.json in the folder that a variable names: both are the
    // process's.
    private static readonly SemaphoreSlim Starting = new(1, 1);

    private readonly ConcurrentQueue<CapturedInvocation> invocations = new();
    private readonly FunctionsTestHostOptions options;
    private readonly string ownFolder = Directory.CreateTempSubdirectory("functions-").FullName;
    private FunctionsHost? host;
    private IHost? app;
    private bool isStopped;

    private FunctionsTestHost(FunctionsTestHostOptions options)
    {
        this.options = options;
        if (options.HostJson is null)
            return;
        File.WriteAllText(Path.Combine(ownFolder, "host.json"), options.HostJson);
        options.Folder = ownFolder;
    }

    /// <summary>Sends to the app. Its base address is the app's root: a route begins with the prefix, as in <c>api/hello</c>.</summary>
    public HttpClient Client => field ??= NewClient();

    /// <summary>The app's root on the loopback interface.</summary>
    public Uri Address => host!.Address;

    /// <summary>How the host works.</summary>
    internal HostSettings Settings => host!.Settings;

    /// <summary>The app's services.</summary>
    public IServiceProvider Services => app!.Services;

    /// <summary>Every invocation that ended, in that order.</summary>
    public IReadOnlyList<CapturedInvocation> Invocations => [.. invocations];

    /// <summary>Starts an app.</summary>
    /// <param name="compose">What the app's Program does between CreateBuilder and Build.</param>
    /// <param name="configure">What is different in this test.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="HostStartException">A function is declared wrongly, or host.json or a setting cannot be used.</exception>
    public static async Task<FunctionsTestHost> Start(
        Action<FunctionsApplicationBuilder> compose,
        Action<FunctionsTestHostOptions>? configure = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(compose);
        var options = new FunctionsTestHostOptions();
        configure?.Invoke(options);
        options.App ??= compose.Method.Module.Assembly;
        var test = new FunctionsTestHost(options);
        try
        {
            await test.Run(compose, cancellationToken);
            return test;
        }
        catch
        {
            await test.DisposeAsync();
            throw;
        }
    }

    /// <summary>A further client; follows no redirects, so that a test sees them.</summary>
    public HttpClient NewClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };

    /// <summary>The value of a key: of the host's file (<c>master</c>, <c>default</c>), or of a function's.</summary>
    /// <param name="function">Null for the host's file.</param>
    /// <param name="name">The key's name.</param>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public string Key(string? function = null, string name = "default") =>
        KeyFile.Value(File.ReadAllText(Path.Combine(host!.Settings.SecretsPath, $"{function ?? "host"}.json")), name);

    /// <summary>Fires a timer by hand.</summary>
    /// <returns>The run, its last try, when it has ended.</returns>
    /// <exception cref="KeyNotFoundException">There is no such timer.</exception>
    public async Task<CapturedInvocation> FireTimer(string name)
    {
        var run = await host!.Timers!.Of(name).FireNow();
        return invocations.FirstOrDefault(invocation => invocation.InvocationId == run.Id)
            ?? throw new InvalidOperationException($"Timer '{name}' did not run: {run.Failure}");
    }

    /// <summary>The next run of a timer by its schedule; null if none is set.</summary>
    /// <exception cref="KeyNotFoundException">There is no such timer.</exception>
    public DateTimeOffset? NextRun(string timer) => host!.Timers!.Of(timer).NextRun;

    /// <summary>
    /// Completes when no invocation runs and <see cref="FunctionsTestHostOptions.HasMore"/> says no. Retries of timers that wait for the
    /// clock are not waited for.
    /// </summary>
    /// <exception cref="OperationCanceledException">It did not come to that in time.</exception>
    public async Task Idle(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await host!.Running.Quiet().WaitAsync(cancellationToken);
            if (options.HasMore?.Invoke() != true && host.Running.Quiet().IsCompleted)
            {
                return;
            }

            await Task.Delay(Look, cancellationToken);
        }
    }

    /// <summary>Stops as on SIGTERM: running invocations may end within the drain time.</summary>
    public async Task Stop(CancellationToken cancellationToken = default)
    {
        if (isStopped)
            return;
        isStopped = true;
        if (host is not null)
            await host.Drain();
        if (app is not null)
            await app.StopAsync(cancellationToken);
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
            if (host is not null)
                await host.DisposeAsync();
            if (app is IAsyncDisposable disposable)
                await disposable.DisposeAsync();
            Directory.Delete(ownFolder, recursive: true);
        }
    }

    private async Task Run(Action<FunctionsApplicationBuilder> compose, CancellationToken cancellationToken)
    {
        var overrides = options
            .Settings.Append(new("AzureFunctionsLocal:DataPath", options.DataPath ?? ownFolder))
            .ToDictionary(
                setting => setting.Key.Replace("__", ":", StringComparison.Ordinal),
                setting => setting.Value,
                StringComparer.OrdinalIgnoreCase
            );
        host = await FunctionsHost.Listen(
            new LocalHost.Hosting.HostOptions
            {
                Folder = options.Folder,
                Settings = new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection(overrides).Build(),
                Port = "0",
                Clock = options.TimeProvider ?? TimeProvider.System,
                RunSchedules = options.TimeProvider is not null,
                Output = options.Output,
            }
        );
        overrides["Functions:Worker:HostEndpoint"] = host.RpcAddress.AbsoluteUri;
        overrides["Functions:Worker:WorkerId"] = Guid.NewGuid().ToString();
        overrides["Functions:Worker:GrpcMaxMessageLength"] = $"{int.MaxValue}";

        await Starting.WaitAsync(cancellationToken);
        try
        {
            app = Build(compose, overrides);
            AppServer.ListenAtAnyPort(app.Services);
            await app.StartAsync(cancellationToken);

            // The variable names the folder of host.json while that is read, and then that of the app's assembly.
            Environment.SetEnvironmentVariable(FolderVariable, options.Folder);
            _ = app.Services.GetService<EndpointDataSource>()?.Endpoints;
            Environment.SetEnvironmentVariable(FolderVariable, Path.GetDirectoryName(options.App!.Location));
            await host.Serve(Task.Delay(Timeout.Infinite, cancellationToken), Task.FromResult(AppServer.AddressOf(app.Services)));
        }
        finally
        {
            Starting.Release();
        }
    }

    private IHost Build(Action<FunctionsApplicationBuilder> compose, Dictionary<string, string?> overrides)
    {
        var entry = Assembly.GetEntryAssembly();
        FunctionsApplicationBuilder builder;
        try
        {
            Assembly.SetEntryAssembly(options.App);
            builder = FunctionsApplication.CreateBuilder([
                "--hostBuilder:reloadConfigOnChange=false",
                $"--environment={Environments.Development}",
            ]);
            builder.Configuration.AddInMemoryCollection(overrides);
            builder.Use(Capture);
            compose(builder);
        }
        finally
        {
            Assembly.SetEntryAssembly(entry);
        }

        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Error);
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoSignals>());
        if (options.Classes.Count > 0)
            builder.Services.AddSingleton<IFunctionMetadataTransformer>(new OnlyOf(options.Classes));
        options.Services?.Invoke(builder.Services);
        return builder.Build();
    }

    private FunctionExecutionDelegate Capture(FunctionExecutionDelegate next) =>
        async context =>
        {
            Exception? thrown = null;
            try
            {
                await next(context);
            }
            catch (Exception error)
            {
                thrown = error;
                throw;
            }
            finally
            {
                invocations.Enqueue(
                    new CapturedInvocation(
                        context.FunctionDefinition.Name,
                        context.InvocationId,
                        thrown,
                        thrown is null ? context.GetInvocationResult().Value : null
                    )
                );
            }
        };

    /// <summary>Leaves the functions of these classes, and takes the app's others away.</summary>
    private sealed class OnlyOf(IEnumerable<Type> classes) : IFunctionMetadataTransformer
    {
        public string Name => nameof(OnlyOf);

        public void Transform(IList<IFunctionMetadata> original)
        {
            for (var i = original.Count - 1; i >= 0; i--)
            {
                if (!classes.Any(type => original[i].EntryPoint?.StartsWith($"{type.FullName}.", StringComparison.Ordinal) == true))
                    original.RemoveAt(i);
            }
        }
    }
}
