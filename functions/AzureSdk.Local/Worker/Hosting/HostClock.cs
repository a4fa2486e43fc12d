using Microsoft.Extensions.DependencyInjection;

namespace AzureSdk.Local;

/// <summary>
/// The clock of the host's own work: schedules, retries, function timeouts. It is not the app's <see cref="TimeProvider"/>: an app that
/// registers a frozen one for its business does not freeze the host. Register a keyed <see cref="TimeProvider"/> to replace it.
/// </summary>
public static class HostClock
{
    /// <summary>The key under which the host looks for its clock: <c>services.AddKeyedSingleton(HostClock.Key, clock)</c>.</summary>
    public const string Key = "AzureFunctionsLocal";

    internal static TimeProvider Of(IServiceProvider services, TimeProvider? first) =>
        first ?? services.GetKeyedService<TimeProvider>(Key) ?? TimeProvider.System;
}
