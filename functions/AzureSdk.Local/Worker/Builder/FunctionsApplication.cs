using AzureSdk.Local.Hosting;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where a functions app begins.</summary>
public class FunctionsApplication
{
    /// <summary>A builder with settings, logging and the triggers' host already in place.</summary>
    /// <param name="args">Settings as <c>--name value</c>; <c>--port N</c> is the port to listen on.</param>
    /// <exception cref="AzureSdk.Local.HostStartException">host.json or local.settings.json cannot be read.</exception>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args, HostSetup.Current);
}
