using System.Net;
using LocalHost.Functions;
using LocalHost.Http;
using LocalHost.Protocol;
using LocalHost.Queues;
using LocalHost.Timers;
using LocalHost.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace LocalHost.Hosting;

/// <summary>What a host works with.</summary>
internal sealed record HostOptions
{
    /// <summary>Holds host.json.</summary>
    internal required string Folder { get; init; }

    /// <summary>The settings that bindings name, and the host's own.</summary>
    internal required IConfiguration Settings { get; init; }

    /// <summary>The argument <c>--port</c>; null where it was not given.</summary>
    internal string? Port { get; init; }

    /// <summary>The clock of schedules, retries and time-outs.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>False: timers fire by hand only.</summary>
    internal bool RunSchedules { get; init; } = true;

    /// <summary>Gets the list of functions at start.</summary>
    internal TextWriter Output { get; init; } = TextWriter.Null;

    /// <summary>Whether log lines, the worker's among them, are written to the console.</summary>
    internal bool LogToConsole { get; init; }
}

/// <summary>
/// A Functions host for one worker: listens for it, learns its functions, and starts them by HTTP, timers and queues until it is drained.
/// </summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    private readonly HostOptions options;
    private readonly ILoggerFactory loggers;
    private readonly ILogger log;
    private readonly WorkerChannel channel;
    private readonly WebApplication rpc;
    private WebApplication? front;
    private WorkerForwarder? forwarder;
    private HostDelay? delay;
    private MessagePumps? pumps;

    private FunctionsHost(HostOptions options)
    {
        this.options = options;
        var hostJson = new ConfigurationBuilder()
            .AddInMemoryCollection(SettingsFile.ReadHostJson(options.Folder))
            .AddInMemoryCollection(
                options
                    .Settings.GetSection("AzureFunctionsJobHost")
                    .AsEnumerable(makePathsRelative: true)
                    .Where(setting => setting.Value is not null)
            )
            .Build();
        Settings = new HostSettings(hostJson, options.Settings, options.Port);
        loggers = HostLogging.Create(hostJson, options.LogToConsole);
        log = loggers.CreateLogger("Host");
        channel = new WorkerChannel(options.LogToConsole ? line => HostLogging.Write(loggers, line) : static _ => { });
        Running = new RunningInvocations(Settings, options.Clock);
        rpc = BuildRpc();
    }

    internal HostSettings Settings { get; }

    internal RunningInvocations Running { get; }

    /// <summary>The app's timers. Null before the host serves.</summary>
    internal TimerRunners? Timers { get; private set; }

    /// <summary>Where the worker connects to.</summary>
    internal Uri RpcAddress => new(rpc.Urls.First());

    /// <summary>Where requests go to, with the port it was given.</summary>
    internal Uri Address => new(front!.Urls.First());

    /// <summary>Listens for the worker.</summary>
    /// <exception cref="HostStartException">host.json or a setting cannot be used.</exception>
    internal static async Task<FunctionsHost> Listen(HostOptions options)
    {
        var host = new FunctionsHost(options);
        await host.rpc.StartAsync();
        return host;
    }

    /// <summary>Waits for the worker, then serves its functions.</summary>
    /// <param name="appEnded">Completes when the app ends: then no worker comes.</param>
    /// <param name="listens">Where the app's web server listens, once it does; null: it has none.</param>
    /// <exception cref="HostStartException">A function is declared wrongly, a setting is missing, or the port is taken.</exception>
    internal async Task Serve(Task appEnded, Task<Uri?> listens)
    {
        var (metadata, worker) = await Handshake.Complete(channel, options.Folder, appEnded, listens);
        var functions = FunctionCatalog.Of(metadata, options.Settings, Settings);
        var invoker = new FunctionInvoker(channel, Running, Settings, loggers);
        delay = new HostDelay(options.Clock, Running);
        Timers = new TimerRunners(functions, invoker, Settings, delay, loggers);
        pumps = new MessagePumps(functions, invoker, Settings, loggers);
        front = BuildFront(functions, invoker, worker);
        try
        {
            await front.StartAsync();
        }
        catch (IOException error)
        {
            throw new HostStartException(
                $"Port {Settings.Port} on 127.0.0.1 cannot be used: {error.Message} Give another with --port, or 0 for any free one.",
                error
            );
        }

        Banner.Write(options.Output, functions, Address);
        await pumps.Start();
        if (options.RunSchedules)
            Timers.Start();
    }

    /// <summary>
    /// Begins nothing new, and waits for what runs; what has not ended in time is cancelled, and its messages are given back.
    /// </summary>
    internal async Task Drain()
    {
        Running.IsDraining = true;
        HostLog.Draining(log, Running.Count, Settings.DrainTimeout);
        Timers?.Stop();
        var stopped = pumps?.Stop() ?? Task.CompletedTask;

        // The drain is measured by the machine's clock, not by the clock of the timers.
        using var limit = new CancellationTokenSource(Settings.DrainTimeout);
        await Running.Quiet().WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Running.Count > 0)
        {
            HostLog.DrainEnded(log, Running.Count);
            Running.CancelAll();
        }

        pumps?.EndDrain();
        await stopped;
    }

    /// <summary>Tells the worker to end.</summary>
    internal void EndWorker() => channel.Tell(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });

    public async ValueTask DisposeAsync()
    {
        if (pumps is not null)
            await pumps.DisposeAsync();
        Timers?.Dispose();
        delay?.Dispose();
        channel.Dispose();
        if (front is not null)
            await front.DisposeAsync();
        forwarder?.Dispose();
        await rpc.DisposeAsync();
        Running.Dispose();
        loggers.Dispose();
    }

    private WebApplication BuildRpc()
    {
        var builder = Web();
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(channel);
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null));
        var app = builder.Build();
        app.MapGrpcService<WorkerChannel>();
        return app;
    }

    private WebApplication BuildFront(FunctionCatalog functions, FunctionInvoker invoker, Uri? worker)
    {
        var builder = Web();
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, Settings.Port, endpoint => endpoint.Protocols = HttpProtocols.Http1);
                kestrel.Limits.MaxRequestBodySize = Settings.RequestBodyLimit;
                kestrel.AddServerHeader = false;
            });
        builder.Services.AddRouting();
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        if (worker is not null)
            forwarder = new WorkerForwarder(app.Services.GetRequiredService<IHttpForwarder>(), worker);
        else if (functions.All.FirstOrDefault(function => function.Trigger is HttpTrigger) is { } http)
            throw new HostStartException(
                $"{http.EntryPoint}: HTTP functions need the ASP.NET Core integration; call builder.ConfigureFunctionsWebApplication()."
            );

        var keys = new KeyStore(Settings, loggers.CreateLogger<KeyStore>());
        keys.Prepare(
            functions.All.Where(function => function.Trigger is HttpTrigger { Level: KeyLevel.Function }).Select(function => function.Name)
        );
        var check = new KeyCheck(keys);
        Endpoint[] endpoints =
        [
            .. new HttpFunctions(functions, invoker, check, Running, forwarder).Endpoints(),
            .. new AdminEndpoints(functions, Timers!, check, Running).Endpoints(),
        ];
        ((IEndpointRouteBuilder)app).DataSources.Add(new DefaultEndpointDataSource(endpoints));
        app.UseRouting();
        app.Use(next =>
            http =>
            {
                var known = http.GetEndpoint()?.Metadata.GetMetadata<HostEndpoint>() is not null;
                if (known && !(http.Request.ContentLength > Settings.RequestBodyLimit))
                    return next(http);
                http.Response.StatusCode = known ? StatusCodes.Status500InternalServerError : StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }
        );
        app.UseEndpoints(_ => { });
        return app;
    }

    /// <summary>Knows no settings of the machine's: a variable for another server is not for this one.</summary>
    private WebApplicationBuilder Web()
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ContentRootPath = options.Folder, EnvironmentName = "Production" }
        );
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<Microsoft.Extensions.Hosting.IHostLifetime, NoSignals>();
        return builder;
    }
}

/// <summary>For apps that stop when the host says so, and not on a signal.</summary>
internal sealed class NoSignals : Microsoft.Extensions.Hosting.IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
