using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.ServiceBus;
using CrmFunctions.Domain.Access;
using LocalServiceBus;
using NodaTime;
using NodaTime.Text;

namespace CrmFunctions.Cli.Start;

/// <summary>
/// Azurite, the local Service Bus and the function app on loopback; the Service Bus runs in this process. Disposing stops all, the app
/// first.
/// </summary>
internal sealed class Suite(Installation place, DataFolder folder, Terminal terminal, TextWriter says) : IAsyncDisposable
{
    private const int PortsToTry = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private LocalTables? azurite;
    private ServiceBusServer? bus;
    private Guarded? app;

    /// <summary>Of the app, once it is started.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <param name="now">Where the business clock stands; <c>null</c> lets it go.</param>
    /// <param name="cancellationToken">Stops the wait; what was started stays until <see cref="DisposeAsync"/>.</param>
    /// <exception cref="CommandFailedException">
    /// One of them ended, or did not answer in time, or the Service Bus cannot use its file.
    /// </exception>
    public async Task Start(Instant? now, CancellationToken cancellationToken)
    {
        says.WriteLine(terminal.Texts["start.azurite"]);
        var handles = now is null ? HandleSecret.ReadOrMake(folder) : null;
        if (now is null && handles is null)
            says.WriteLine(terminal.Texts["start.unkeyed"]);
        azurite = await LocalTables.Start(place, folder, folder.Of("azurite"), terminal.Clock, cancellationToken);

        bus = await LocalBus.Start(
            new ServiceBusServerOptions { DataFile = folder.Of("servicebus.db"), QueuesFile = place.Queues },
            cancellationToken
        );
        says.WriteLine(terminal.Texts["start.app"]);
        for (var port = Ports.FreeFrom(place.Port, PortsToTry); ; port = Ports.FreeFrom(port + 1, PortsToTry))
        {
            app = await Guarded.Start(
                place,
                folder,
                "app",
                "TERM",
                AppCommand(port),
                Settings.For(folder, azurite.Port, bus.ConnectionString, port, now),
                terminal.Clock,
                cancellationToken
            );
            Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
            try
            {
                await Until(app, () => IsHealthy(cancellationToken), cancellationToken);
                await folder.Keys.Complete(Address, cancellationToken);
                return;
            }
            catch (CommandFailedException) when (app.Exited.IsCompleted && !Ports.IsFree(port))
            {
                // Another process took the port between looking and listening.
                await app.DisposeAsync();
                app = null;
            }
        }
    }

    /// <summary>Does the work, unless one of the two ends before it is done.</summary>
    /// <exception cref="CommandFailedException">One of them ended.</exception>
    public async Task<T> While<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = work(ended.Token);
        if (await Task.WhenAny(working, app!.Exited, azurite!.Process.Exited) == working)
            return await working;

        await ended.CancelAsync();
        await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw (app.Exited.IsCompleted ? app : azurite.Process).Ended();
    }

    /// <summary>Waits for Ctrl-C or SIGTERM.</summary>
    public Task UntilStopped(CancellationToken cancellationToken) =>
        While(
            async cancel =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, terminal.Clock, cancel);
                return true;
            },
            cancellationToken
        );

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
        if (bus is not null)
            await bus.DisposeAsync();
        if (azurite is not null)
            await azurite.DisposeAsync();
    }

    private string[] AppCommand(int port) => ["dotnet", place.Host, place.App, "--port", port.ToString(CultureInfo.InvariantCulture)];

    private async Task Until(Guarded process, Func<Task<bool>> ready, CancellationToken cancellationToken)
    {
        for (
            var started = terminal.Clock.GetTimestamp();
            !process.Exited.IsCompleted;
            await Task.Delay(Look, terminal.Clock, cancellationToken)
        )
        {
            if (await ready() && !process.Exited.IsCompleted)
                return;
            if (terminal.Clock.GetElapsedTime(started) > Patience)
                throw process.NotReady(Patience);
        }

        throw process.Ended();
    }

    private async Task<bool> IsHealthy(CancellationToken cancellationToken)
    {
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            using var response = await http.GetAsync(new Uri(Address, "/api/health"), cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception notYet)
            when (notYet is HttpRequestException or IOException or SocketException
                || (notYet is TaskCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return false;
        }
    }
}

/// <summary>The app's settings, in the names that the app and the Functions host read.</summary>
internal static class Settings
{
    public static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    public static IReadOnlyDictionary<string, string> For(DataFolder folder, int tablePort, string bus, int port, Instant? now)
    {
        var tables = LocalTables.ConnectionTo(tablePort);
        var settings = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = tables,
            ["CrmStorage"] = tables,
            ["ServiceBusConnection"] = bus,
            ["Keys__Admin"] = ApiKey.Hash(folder.Keys.Admin),
            ["AzureFunctionsLocal__DataPath"] = folder.Of("functions"),
            ["Sources__KeyFolder"] = folder.Of("keys"),

            // Mails are files here, to be looked at; nobody is written to.
            ["Notifications__MailFolder__Path"] = folder.Of("mail"),
            ["Notifications__To"] = "team@example.com",
            ["Unsubscribe__Url"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/api/unsubscribe"),
            ["Unsubscribe__Key"] = Secret(folder, "unsubscribe"),
            ["Calendar__Key"] = Secret(folder, "calendar"),
        };

        // The demo is a base that everybody has; its ids and its hash are the same everywhere.
        if (now is null && HandleSecret.Read(folder) is { } handles)
            settings["Handles__Key"] = handles;
        else
            settings["Handles__Unkeyed"] = "true";
        if (now is not { } instant)
            return settings;

        // A clock that stands still may stand outside business hours.
        settings["Clock__Now"] = InstantPattern.ExtendedIso.Format(instant);
        settings["BusinessHours__From"] = "00:00";
        settings["BusinessHours__To"] = "24:00";
        settings["BusinessHours__Days"] = "Mon,Tue,Wed,Thu,Fri,Sat,Sun";
        return settings;
    }

    // The same for as long as the folder is: addresses that were given out go on.
    private static string Secret(DataFolder folder, string name) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{folder.HostKey}")));
}
