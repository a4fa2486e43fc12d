using Microsoft.Extensions.Configuration;

namespace LocalHost.Queues;

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
        throw new HostStartException(
            settings[$"{name}:fullyQualifiedNamespace"] is null
                ? $"{place}: setting '{shown}' is not set. Set it to a Service Bus connection string in the environment or under Values in local.settings.json."
                : $"{place}: setting '{shown}' names a namespace to reach with an identity; the local host needs a connection string in '{shown}' itself."
        );
    }

    private static string Check(string value, string setting, string place)
    {
        try
        {
            Azure.Messaging.ServiceBus.ServiceBusConnectionStringProperties.Parse(value);
            return value;
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new HostStartException($"{place}: setting '{setting}': {error.Message}", error);
        }
    }
}
