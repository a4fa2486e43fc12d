using LocalHost.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace LocalHost.Hosting;

/// <summary>
/// The host's log on the console, with the worker's lines under their own categories; host.json's <c>logging</c> filters both.
/// </summary>
internal static class HostLogging
{
    internal static ILoggerFactory Create(IConfiguration hostJson, bool toConsole) =>
        LoggerFactory.Create(logging =>
        {
            if (!toConsole)
                return;

            // ASP.NET Core and YARP write lines for each request unless told not to.
            logging
                .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
                .AddFilter("Microsoft.Hosting", LogLevel.Warning)
                .AddFilter("Yarp", LogLevel.Warning)
                .AddFilter("Grpc", LogLevel.Warning);
            logging.AddConfiguration(hostJson.GetSection("logging"));
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            });
        });

    internal static void Write(ILoggerFactory loggers, RpcLog line)
    {
        var (log, level) = (loggers.CreateLogger(line.Category), (LogLevel)line.Level);
        if (log.IsEnabled(level))
            HostLog.OfWorker(
                log,
                level,
                line.Exception is { } thrown ? $"{line.Message} {thrown.Type}: {thrown.Message} {thrown.StackTrace}" : line.Message
            );
    }
}
