using LocalHost.Timers;
using Microsoft.AspNetCore.Routing.Patterns;

namespace LocalHost.Functions;

/// <summary>Which key a request must bring.</summary>
internal enum KeyLevel
{
    /// <summary>None.</summary>
    Anonymous,

    /// <summary>A key of the function, a host key, or the master key.</summary>
    Function,

    /// <summary>A system key or the master key.</summary>
    System,

    /// <summary>The master key.</summary>
    Admin,
}

/// <summary>What starts a function, with its settings resolved.</summary>
/// <param name="BindingType">As in the function's metadata, such as httpTrigger.</param>
/// <param name="Parameter">The name of the bound parameter.</param>
internal abstract record Trigger(string BindingType, string Parameter);

/// <param name="Level">The key that is asked for.</param>
/// <param name="Methods">Empty for all.</param>
/// <param name="Route">Below the root, with the route prefix.</param>
internal sealed record HttpTrigger(string Parameter, KeyLevel Level, IReadOnlyList<string> Methods, RoutePattern Route)
    : Trigger("httpTrigger", Parameter);

internal sealed record TimerTrigger(string Parameter, TimerSchedule Schedule, bool UseMonitor, bool RunOnStartup, RetryPolicy? Retry)
    : Trigger("timerTrigger", Parameter);

/// <param name="Queue">The queue's name.</param>
/// <param name="Connection">The connection string.</param>
/// <param name="IsBatched">One invocation takes many messages.</param>
/// <param name="AutoComplete">A message is completed when the function returns.</param>
/// <param name="AsModel">The worker reads the message itself; false: it is given its body.</param>
/// <param name="AsBytes">The body is given as bytes; false: as text.</param>
internal sealed record QueueTrigger(
    string Parameter,
    string Queue,
    string Connection,
    bool IsBatched,
    bool AutoComplete,
    bool AsModel,
    bool AsBytes
) : Trigger("serviceBusTrigger", Parameter);
