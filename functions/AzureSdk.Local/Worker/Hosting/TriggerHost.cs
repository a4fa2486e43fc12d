using AzureSdk.Local.Http;
using AzureSdk.Local.Invocation;
using AzureSdk.Local.ServiceBusTriggers;
using AzureSdk.Local.Timers;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AzureSdk.Local.Hosting;

/// <summary>Starts the triggers when all else has started, and lets running invocations end when the host stops.</summary>
internal sealed class TriggerHost(
    FunctionCatalog functions, KeyStore keys, TimerRunners timers, MessagePumps pumps, RunningInvocations running,
    HostServices host) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource drained = new();
    private Task drainLimit = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var function in functions.All)
        {
            function.CheckServices(host.Services);
        }

        keys.Prepare(functions.All
            .Where(function => function.Trigger is HttpDeclaration { Level: AuthorizationLevel.Function })
            .Select(function => function.Name));
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Banner.Write(host.Setup.Output, functions, host.Address);
        pumps.Start();
        timers.Start();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        running.IsDraining = true;
        Log.Draining(host.Log, running.Count, host.Settings.DrainTimeout);
        timers.Stop();
        pumps.StopReceiving();
        drainLimit = CancelLate();
        return Task.CompletedTask;
    }

    /// <summary>Kestrel has stopped by now; what still runs are timers and messages.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAny(running.Quiet(), drainLimit);
        await drained.CancelAsync();
        await pumps.Close();
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => drained.Dispose();

    /// <summary>The drain is the machine's time, whatever clock the timers follow.</summary>
    private async Task CancelLate()
    {
        await Task.Delay(host.Settings.DrainTimeout, drained.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.Count > 0)
        {
            Log.DrainEnded(host.Log, running.Count);
            running.CancelAll();
        }
    }
}

/// <summary>What the host knows of itself.</summary>
internal sealed class HostServices(HostSettings settings, HostSetup setup, IServer server, IServiceProviderIsService services, ILogger<HostServices> log)
{
    internal HostSettings Settings => settings;

    internal HostSetup Setup => setup;

    internal IServiceProviderIsService Services => services;

    internal ILogger Log => log;

    /// <summary>Where Kestrel listens, with the port it was given.</summary>
    internal Uri Address => new(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
