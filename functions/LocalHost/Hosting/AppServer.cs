using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Hosting;

/// <summary>The web server of an app that serves HTTP itself (ASP.NET Core integration); other apps have none.</summary>
internal static class AppServer
{
    /// <summary>
    /// Has the server, which is not started yet, take a free port of loopback when it binds. The worker's own choice is a port that was
    /// free some time before: another process may have taken it since, and it is one for the whole process.
    /// </summary>
    internal static void ListenAtAnyPort(IServiceProvider services) => Addresses(services)?.Add("http://127.0.0.1:0");

    /// <summary>Where the server, which is started, listens. Null: there is none.</summary>
    internal static Uri? AddressOf(IServiceProvider services) =>
        Addresses(services)?.FirstOrDefault() is { } address ? new Uri(address) : null;

    private static ICollection<string>? Addresses(IServiceProvider services) =>
        services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses;
}
