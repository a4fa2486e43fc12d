using System.Runtime.InteropServices;
using LocalHost;
using LocalHost.Hosting;
using Microsoft.Extensions.Configuration;

if (args is not [var app, ..] || !File.Exists(app))
{
    await Console.Error.WriteLineAsync(
        "Usage: LocalHost APP.dll [--port N] [--SETTING VALUE …]      runs an isolated-worker Functions app on this machine; Ctrl-C stops it"
    );
    return 2;
}

var path = Path.GetFullPath(app);
var folder = Path.GetDirectoryName(path)!;
try
{
    // What a host tells its worker by the environment. A variable that is set already wins over local.settings.json.
    var local = SettingsFile.ReadLocalSettings(folder);
    foreach (var (name, value) in local)
        Default(name.Replace(":", "__", StringComparison.Ordinal), value);
    Default("AZURE_FUNCTIONS_ENVIRONMENT", "Development");
    Default("FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated");
    Environment.SetEnvironmentVariable("FUNCTIONS_APPLICATION_DIRECTORY", folder);
    var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args[1..]).Build();

    // Not from the environment: many a container sets PORT for something else.
    var port = new ConfigurationBuilder().AddCommandLine(args[1..]).Build()["port"];
    await using var host = await FunctionsHost.Listen(
        new HostOptions
        {
            Folder = folder,
            Settings = settings,
            Port = port,
            Output = Console.Out,
            LogToConsole = true,
        }
    );
    Environment.SetEnvironmentVariable("Functions__Worker__HostEndpoint", host.RpcAddress.AbsoluteUri);
    Environment.SetEnvironmentVariable("Functions__Worker__WorkerId", Guid.NewGuid().ToString());
    Environment.SetEnvironmentVariable("Functions__Worker__GrpcMaxMessageLength", $"{int.MaxValue}");

    var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    var (ended, listens) = AppProgram.Run(path, args[1..]);
    await host.Serve(ended, listens);
    await Task.WhenAny(signalled.Task, ended);
    await host.Drain();
    host.EndWorker();
    await ended;
    return 0;

    void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        signalled.TrySetResult();
    }
}
catch (HostStartException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 1;
}
catch (Exception error)
{
    await Console.Error.WriteLineAsync(error.ToString());
    return 1;
}

static void Default(string name, string? value)
{
    if (Environment.GetEnvironmentVariable(name) is null)
        Environment.SetEnvironmentVariable(name, value);
}
