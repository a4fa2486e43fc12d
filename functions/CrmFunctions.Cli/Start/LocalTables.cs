using System.Globalization;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Start;

/// <summary>Azurite on loopback, with its tables in a folder.</summary>
internal sealed class LocalTables : IAsyncDisposable
{
    // Azurite reads all of its tables before it answers.
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan look = TimeSpan.FromMilliseconds(100);

    // Azurite's one account and its published key.
    private const string Account =
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
        + "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;";

    private LocalTables(Guarded process, int port) => (Process, Port) = (process, port);

    public Guarded Process { get; }

    public int Port { get; }

    public string ConnectionString => ConnectionTo(Port);

    /// <param name="place">Where Azurite is installed.</param>
    /// <param name="folder">Of its log and the file with its process id.</param>
    /// <param name="location">Where its tables are.</param>
    /// <param name="clock">For waiting.</param>
    /// <param name="cancellationToken">Stops the wait, and Azurite.</param>
    /// <exception cref="CommandFailedException">It ended, or did not answer in time.</exception>
    public static async Task<LocalTables> Start(
        Installation place,
        DataFolder folder,
        string location,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var port = Ports.Any();

        // Azurite writes its tables down every five seconds, and when it is interrupted; SIGTERM ends it at once.
        var process = await Guarded.Start(
            place,
            folder,
            "azurite",
            "INT",
            Command(place, location, port),
            Settings.None,
            clock,
            cancellationToken
        );
        var tables = new LocalTables(process, port);
        try
        {
            for (var started = clock.GetTimestamp(); ; await Task.Delay(look, clock, cancellationToken))
            {
                if (process.Exited.IsCompleted)
                    throw process.Ended();
                if (await Ports.Answers(port, cancellationToken))
                    return tables;
                if (clock.GetElapsedTime(started) > patience)
                    throw process.NotReady(patience);
            }
        }
        catch
        {
            await tables.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connection string of the Azurite at a port.</summary>
    public static string ConnectionTo(int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{Account}TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1;");

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static string[] Command(Installation place, string location, int port) =>
        [
            place.Azurite,
            "--silent",
            "--skipApiVersionCheck",
            "--disableTelemetry",
            "--location",
            location,
            "--tableHost",
            "127.0.0.1",
            "--tablePort",
            port.ToString(CultureInfo.InvariantCulture),
        ];
}
