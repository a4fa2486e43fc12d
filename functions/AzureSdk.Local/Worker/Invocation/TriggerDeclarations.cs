using AzureSdk.Local.Timers;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace AzureSdk.Local.Invocation;

/// <summary>What starts a function, with its settings resolved.</summary>
internal abstract record TriggerDeclaration(string BindingType, string Parameter);

/// <param name="Methods">Empty for all.</param>
internal sealed record HttpDeclaration(string Parameter, AuthorizationLevel Level, IReadOnlyList<string> Methods, RoutePattern Route)
    : TriggerDeclaration("httpTrigger", Parameter);

internal sealed record TimerDeclaration(string Parameter, TimerSchedule Schedule, bool UseMonitor, bool RunOnStartup, RetryPolicy? Retry)
    : TriggerDeclaration("timerTrigger", Parameter);

/// <param name="Connection">The connection string.</param>
internal sealed record QueueDeclaration(string Parameter, Type PayloadType, string Queue, string Connection, bool IsBatched, bool AutoComplete)
    : TriggerDeclaration("serviceBusTrigger", Parameter);
