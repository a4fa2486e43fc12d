// A server to be killed, or a measurement. Usage: LocalServiceBus.Crasher server DATAFILE QUEUESFILE     prints its connection string and
// serves until its input ends
//        LocalServiceBus.Crasher throughput [MESSAGES]          prints messages a second
using LocalServiceBus;

switch (args)
{
    case ["server", var data, var queues]:
        await using (var server = await ServiceBusServer.Start(new ServiceBusServerOptions { DataFile = data, QueuesFile = queues }))
        {
            await Console.Out.WriteLineAsync(server.ConnectionString);
            await Console.In.ReadToEndAsync();
        }

        return 0;
    case ["throughput", ..]:
        await Throughput.Measure(args is [_, var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 10_000);
        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: LocalServiceBus.Crasher server DATAFILE QUEUESFILE | throughput [MESSAGES]");
        return 2;
}
