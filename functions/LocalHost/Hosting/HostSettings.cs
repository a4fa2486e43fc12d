using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace LocalHost.Hosting;

/// <summary>
/// How the host works: host.json with the environment's <c>AzureFunctionsJobHost</c> over it, and the host's own section
/// <c>AzureFunctionsLocal</c>. A value that cannot be read stops the start.
/// </summary>
internal sealed class HostSettings
{
    private readonly IConfiguration hostJson;
    private readonly IConfiguration own;

    /// <param name="hostJson">host.json, with the environment's overrides.</param>
    /// <param name="app">The app's settings.</param>
    /// <param name="port">The argument <c>--port</c>; null if not given.</param>
    internal HostSettings(IConfiguration hostJson, IConfiguration app, string? port)
    {
        this.hostJson = hostJson;
        own = app.GetSection("AzureFunctionsLocal");

        RoutePrefix = (hostJson["extensions:http:routePrefix"] ?? "api").Trim('/');
        FunctionTimeout =
            hostJson["functionTimeout"] == "-1" ? Timeout.InfiniteTimeSpan : Span("functionTimeout", TimeSpan.FromMinutes(30));
        MaxConcurrentCalls = Number("extensions:serviceBus:maxConcurrentCalls", 16, 1);
        MaxMessageBatchSize = Number("extensions:serviceBus:maxMessageBatchSize", 1000, 1);
        PrefetchCount = Number("extensions:serviceBus:prefetchCount", 0, 0);
        MaxAutoLockRenewal = Span("extensions:serviceBus:maxAutoLockRenewalDuration", TimeSpan.FromMinutes(5));
        AutoCompleteMessages = Flag("extensions:serviceBus:autoCompleteMessages", true);

        DataPath = Path.GetFullPath(own["DataPath"] ?? Path.Combine(".data", "functions"));
        SecretsPath = Path.GetFullPath(own["SecretsPath"] ?? Path.Combine(DataPath, "secrets"));
        TimersPath = Path.GetFullPath(own["TimersPath"] ?? Path.Combine(DataPath, "timers"));
        DrainTimeout =
            own["DrainTimeout"] is not { } drain ? TimeSpan.FromSeconds(30)
            : TimeSpan.TryParse(drain, CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero ? span
            : throw new HostStartException($"Setting AzureFunctionsLocal:DrainTimeout is '{drain}'; give a time span such as 00:00:30.");
        RequestBodyLimit =
            app["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"] is not { } limit ? 100 * 1024 * 1024
            : long.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes
            : throw new HostStartException($"Setting FUNCTIONS_REQUEST_BODY_SIZE_LIMIT is '{limit}'; give a number of bytes.");
        Port = ReadPort(port, app);
    }

    /// <summary>The first segment of every route; empty for none.</summary>
    internal string RoutePrefix { get; }

    /// <summary>When an invocation is cancelled; infinite for never.</summary>
    internal TimeSpan FunctionTimeout { get; }

    /// <summary>Invocations of one Service Bus function at a time.</summary>
    internal int MaxConcurrentCalls { get; }

    /// <summary>Messages in one batch at most.</summary>
    internal int MaxMessageBatchSize { get; }

    /// <summary>Messages taken from the queue before a function is free for them.</summary>
    internal int PrefetchCount { get; }

    /// <summary>How long a message's lock is renewed while its function runs.</summary>
    internal TimeSpan MaxAutoLockRenewal { get; }

    internal bool AutoCompleteMessages { get; }

    internal string DataPath { get; }

    /// <summary>Holds the key files.</summary>
    internal string SecretsPath { get; }

    /// <summary>Holds the timers' monitor files.</summary>
    internal string TimersPath { get; }

    /// <summary>How long running invocations may take when the host stops.</summary>
    internal TimeSpan DrainTimeout { get; }

    /// <summary>Bytes of a request's body; a longer one fails with 500, as on the platform.</summary>
    internal long RequestBodyLimit { get; }

    /// <summary>Zero for any free port.</summary>
    internal int Port { get; }

    private static int ReadPort(string? argument, IConfiguration app)
    {
        var (name, text) = argument is not null
            ? ("--port", argument)
            : ("local.settings.json: Host.LocalHttpPort", app["AzureFunctionsLocal:Host:LocalHttpPort"] ?? "7071");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort
            ? port
            : throw new HostStartException($"{name} is '{text}'; give a port from 1 to 65535, or 0 for any free one.");
    }

    private int Number(string path, int otherwise, int atLeast) =>
        hostJson[path] is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= atLeast ? number
        : throw Wrong(path, text, $"a whole number from {atLeast}");

    private TimeSpan Span(string path, TimeSpan otherwise) =>
        hostJson[path] is not { } text ? otherwise
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero ? span
        : throw Wrong(path, text, "a time span such as 00:05:00");

    private bool Flag(string path, bool otherwise) =>
        hostJson[path] is not { } text ? otherwise
        : bool.TryParse(text, out var flag) ? flag
        : throw Wrong(path, text, "true or false");

    private static HostStartException Wrong(string path, string text, string right) =>
        new($"host.json: {path.Replace(':', '.')} is '{text}'; give {right}.");
}
