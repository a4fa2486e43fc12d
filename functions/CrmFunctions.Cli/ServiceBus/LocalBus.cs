using CrmFunctions.Cli.Commands;
using LocalServiceBus;

namespace CrmFunctions.Cli.ServiceBus;

/// <summary>The local Service Bus as commands start it.</summary>
internal static class LocalBus
{
    /// <summary>Opens its file and listens.</summary>
    /// <exception cref="CommandFailedException">
    /// The queues file, the data file or the port cannot be used; the message says what would be right.
    /// </exception>
    public static async Task<ServiceBusServer> Start(ServiceBusServerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await ServiceBusServer.Start(options, cancellationToken);
        }
        catch (InvalidOperationException refused)
        {
            throw new CommandFailedException(refused.Message);
        }
    }
}
