using AzureSdk.Local.ServiceBus;
using Microsoft.Extensions.Configuration;

namespace AzureSdk.Local.ServiceBusTriggers;

/// <summary>Finds the connection string that a trigger's <c>Connection</c> names.</summary>
internal static class ConnectionSetting
{
    internal static string Resolve(string? connection, IConfiguration settings, string place)
    {
        var name = connection is null ? "ServiceBus" : connection.Trim('%');
        foreach (var setting in new[] { $"AzureWebJobs{name}", name, $"ConnectionStrings:{name}" })
        {
            if (settings[setting] is { Length: > 0 } value)
            {
                return Check(value, setting, place);
            }
        }

        var shown = connection is null ? "AzureWebJobsServiceBus" : name;
        throw new HostStartException(settings[$"{name}:fullyQualifiedNamespace"] is null
            ? $"{place}: setting '{shown}' is not set. Set it to the broker's connection string in the environment or under Values in local.settings.json."
            : $"{place}: setting '{shown}' names a namespace to reach with an identity; the local broker needs a connection string in '{shown}' itself.");
    }

    private static string Check(string value, string setting, string place)
    {
        try
        {
            LocalConnectionString.Parse(value);
            return value;
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new HostStartException($"{place}: setting '{setting}': {error.Message}", error);
        }
    }
}
