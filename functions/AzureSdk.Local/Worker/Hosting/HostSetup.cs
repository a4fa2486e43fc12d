using System.Reflection;
using AzureSdk.Local.Invocation;
using Microsoft.Extensions.DependencyInjection;

namespace AzureSdk.Local.Hosting;

/// <summary>What a test host puts in place of the machine's own: files, settings, clock, services. A started program has none of it.</summary>
internal sealed class HostSetup
{
    private static readonly AsyncLocal<HostSetup?> Ambient = new();

    /// <summary>The setup of the test that runs, else that of an ordinary program.</summary>
    internal static HostSetup Current
    {
        get => Ambient.Value ?? new HostSetup();
        set => Ambient.Value = value;
    }

    /// <summary>True inside a test: no signal handlers, no console, no local.settings.json, a free port.</summary>
    internal bool Embedded { get; init; }

    /// <summary>Holds host.json, local.settings.json and appsettings.json.</summary>
    internal string Folder { get; init; } = AppContext.BaseDirectory;

    /// <summary>The text of host.json in place of the file.</summary>
    internal string? HostJson { get; init; }

    internal IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    internal IReadOnlyCollection<Assembly> Assemblies { get; init; } = [];

    internal IReadOnlyCollection<Type> Classes { get; init; } = [];

    internal TimeProvider? TimeProvider { get; init; }

    /// <summary>False: timers fire by hand only.</summary>
    internal bool RunSchedules { get; init; } = true;

    internal TextWriter Output { get; init; } = Console.Out;

    internal Action<IServiceCollection>? OverrideServices { get; init; }

    internal Action<InvocationContext, Exception?>? InvocationEnded { get; init; }

    internal IEnumerable<Type> FunctionClasses() =>
        Assemblies.Count + Classes.Count > 0 ? [.. Assemblies.SelectMany(assembly => assembly.GetTypes()), .. Classes]
        : Assembly.GetEntryAssembly()?.GetTypes() ?? [];
}
