using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace LocalHost.Hosting;

/// <summary>An app's own program, run in this process: its entry point on a thread, its assemblies from its folder.</summary>
internal static class AppProgram
{
    /// <summary>Runs the program.</summary>
    /// <param name="path">The full path of its assembly.</param>
    /// <param name="arguments">What its entry point gets.</param>
    /// <returns>
    /// Ended completes when the entry point returns, and fails with what it threw. Listens completes when the app has started, with where
    /// its web server listens; null: it has none.
    /// </returns>
    internal static (Task Ended, Task<Uri?> Listens) Run(string path, string[] arguments)
    {
        // Where the app looks for files beside itself.
        AppContext.SetData("APP_CONTEXT_BASE_DIRECTORY", Path.GetDirectoryName(path) + Path.DirectorySeparatorChar);
        var dependencies = new AssemblyDependencyResolver(path);
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            dependencies.ResolveAssemblyToPath(name) is { } found ? context.LoadFromAssemblyPath(found) : null;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
            dependencies.ResolveUnmanagedDllToPath(name) is { } found
                ? System.Runtime.InteropServices.NativeLibrary.Load(found)
                : IntPtr.Zero;
        var app = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
        Assembly.SetEntryAssembly(app);
        var hosted = new UnderHost();
        DiagnosticListener.AllListeners.Subscribe(hosted);

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var main =
            app.EntryPoint ?? throw new HostStartException($"{path} has no entry point; give the assembly of an isolated-worker app.");
        new Thread(() =>
        {
            try
            {
                main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? [] : [arguments], null);
                ended.SetResult();
            }
            catch (Exception error)
            {
                ended.SetException(error);
            }
        })
        {
            IsBackground = true,
            Name = "app",
        }.Start();
        return (ended.Task, hosted.Listens.Task);
    }

    /// <summary>
    /// Takes the reaction to signals from the app, since under a host a worker ends when the host says so, after the drain; and the choice
    /// of the port. The events are those that test servers and design-time tools use.
    /// </summary>
    private sealed class UnderHost : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public TaskCompletionSource<Uri?> Listens { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
                value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder builder })
            {
                builder.ConfigureServices(services => services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoSignals>()));
            }

            if (value is { Key: "HostBuilt", Value: IHost host })
            {
                AppServer.ListenAtAnyPort(host.Services);
                host.Services.GetRequiredService<IHostApplicationLifetime>()
                    .ApplicationStarted.Register(() => Listens.TrySetResult(AppServer.AddressOf(host.Services)));
            }
        }

        public void OnCompleted() { }

        public void OnError(Exception error) { }
    }
}
