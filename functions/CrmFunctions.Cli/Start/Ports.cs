using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Start;

/// <summary>Ports on loopback.</summary>
internal static class Ports
{
    /// <returns>A free one of the system's choice.</returns>
    public static int Any()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <returns>The first free one from <paramref name="port"/> on.</returns>
    /// <exception cref="CommandFailedException">None of <paramref name="count"/> is free.</exception>
    public static int FreeFrom(int port, int count)
    {
        var last = Math.Min(port + count, IPEndPoint.MaxPort + 1) - 1;
        for (var next = port; next <= last; next++)
        {
            if (IsFree(next))
                return next;
        }

        throw new CommandFailedException(
            string.Create(CultureInfo.InvariantCulture, $"No port from {port} to {last} is free. Name another with PORT.")
        );
    }

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static async Task<bool> Answers(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
