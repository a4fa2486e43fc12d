using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CrmFunctions.TestKit;

/// <summary>A Table Storage emulator of its own for a class or a collection of tests: <c>IClassFixture&lt;Azurite&gt;</c>.</summary>
/// <remarks>
/// On loopback, at a free port, empty, in memory: nothing is left behind, and no autosave halts it. It ends on dispose, and also when the
/// tests' process is killed. Good for some 50,000 rows.
/// </remarks>
public sealed class Azurite : IDisposable
{
    private const string Account = "devstoreaccount1";

    // Public and the same everywhere: the account of the emulators.
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // Application Insights is three quarters of the processor time of a start, and is not used where telemetry is off.
    private const string WithoutInsights =
        "data:text/javascript,import M from 'node:module';const load=M._load;M._load=function(name,...rest){if(name!=='applicationinsights')return load.call(this,name,...rest)}";

    private const int Tries = 5;

    private readonly Process _process;

    /// <summary>Starts it and returns when it answers. The first start on a machine installs it, which takes about half a minute.</summary>
    /// <exception cref="InvalidOperationException">It could not be installed or started; the message has what it said.</exception>
    public Azurite()
    {
        var folder = NodeTools.Install("scripts");
        var program = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "table", "main.js");
        var said = "";
        for (var tries = 0; tries < Tries; tries++)
        {
            // Another process may take the port before Azurite does: then it ends, and another port is tried.
            Port = FreePort();
            _process = NodeTools.Start(
                folder,
                "--import",
                WithoutInsights,
                program,
                "--tableHost",
                "127.0.0.1",
                "--tablePort",
                Port.ToString(CultureInfo.InvariantCulture),
                "--inMemoryPersistence",
                "--silent",
                "--skipApiVersionCheck",
                "--disableTelemetry"
            );
            _process.ErrorDataReceived += (_, line) => said += line.Data;
            _process.BeginErrorReadLine();
            while (_process.StandardOutput.ReadLine() is { } line)
            {
                if (!line.Contains("successfully started", StringComparison.Ordinal))
                    continue;

                // Nobody reads on: drain what it prints, lest the pipe fill up and stop it.
                _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return;
            }

            End();
        }

        throw new InvalidOperationException($"Azurite did not start: {said}");
    }

    /// <summary>The port of the table service, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The id of its process, for tests that kill or pause it.</summary>
    public int ProcessId => _process.Id;

    /// <summary>The address of the account: http, with the account's name as path.</summary>
    public Uri Endpoint => new($"http://127.0.0.1:{Port}/{Account}");

    /// <summary>For <c>TableServiceClient</c> and <c>AzureWebJobsStorage</c>; has a TableEndpoint only.</summary>
    public string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};TableEndpoint={Endpoint};";

    /// <summary>A name for a table, not used before: tests that share an emulator need not share rows.</summary>
    public static string NewTableName() => "t" + Guid.NewGuid().ToString("N");

    /// <summary>Ends it; what was in it is gone.</summary>
    public void Dispose()
    {
        End();
        _process.Dispose();
    }

    private void End()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
