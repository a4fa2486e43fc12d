using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Testing;

/// <summary>What a test host puts in place of the machine's own.</summary>
public sealed class FunctionsTestHostOptions
{
    /// <summary>The app: the assembly whose functions run. If not set: the one of the composition delegate's method.</summary>
    public Assembly? App { get; set; }

    /// <summary>The classes whose functions run; all of the app's if there is none here.</summary>
    public ICollection<Type> Classes { get; } = [];

    /// <summary>
    /// Settings above all others, also above the environment's. <c>Section:Name</c> and <c>Section__Name</c> are the same.
    /// </summary>
    public IDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>();

    /// <summary>The text of host.json in place of the file in <see cref="Folder"/>.</summary>
    public string? HostJson { get; set; }

    /// <summary>Holds host.json; the folder of the test's binaries if not set.</summary>
    public string Folder { get; set; } = AppContext.BaseDirectory;

    /// <summary>Holds keys and timer monitors. A folder of its own, deleted with the host, if not set; give one to restart on it.</summary>
    public string? DataPath { get; set; }

    /// <summary>
    /// The clock of schedules, retries and time-outs. Schedules run only if it is set; without it timers are fired by hand. The app's own
    /// <see cref="System.TimeProvider"/>, if it has one, is replaced through <see cref="Services"/>.
    /// </summary>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>Called after the app's own registrations: what is registered here wins.</summary>
    public Action<IServiceCollection>? Services { get; set; }

    /// <summary>
    /// Whether there is more to do, asked while nothing runs: <see cref="FunctionsTestHost.Idle"/> waits until it says no. With the local
    /// Service Bus: <c>() => bus.HasActiveMessages</c>.
    /// </summary>
    public Func<bool>? HasMore { get; set; }

    /// <summary>Gets the list of functions at start.</summary>
    public TextWriter Output { get; set; } = TextWriter.Null;
}
