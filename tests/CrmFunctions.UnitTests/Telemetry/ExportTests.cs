using System.Diagnostics;
using System.Text;
using CrmFunctions.Telemetry;
using CrmFunctions.TestKit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.UnitTests.Telemetry;

/// <summary>What leaves the process, and when.</summary>
public sealed partial class ExportTests
{
    [Fact]
    public async Task Settings_of_the_app_name_the_collector_and_what_is_left_is_exported_when_the_app_ends()
    {
        await using var collector = await OtlpStub.Start();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        foreach (var (name, value) in collector.Settings)
            builder.Configuration[name] = value;
        builder.Configuration["OTEL_TRACES_SAMPLER"] = "always_on";
        var operations = new OperationCount();
        ExportTelemetry.AddTo(builder, operations);
        using var source = new ActivitySource(FlowTrace.SourceName);
        using var foreign = new ActivitySource("Microsoft.Azure.Functions.Worker");
        using (var app = builder.Build())
        {
            await app.StartAsync();
            using (foreign.StartActivity("Invoke"))
            using (source.StartActivity("Step"))
            {
                foreach (var category in new[] { "CrmFunctions.Step", "Microsoft.Other" })
                    Say(LoggerFactoryOf(app).CreateLogger(category), category);
            }

            operations.CountEvents(1);
            await app.StopAsync();
        }

        Assert.Equal("Step", Assert.Single(collector.Spans).Name);
        Assert.Single(collector.LogTraces, collector.Spans[0].Trace);
        Assert.Contains("crm.events.logged", collector.Metrics);
        Assert.All(
            collector.Bodies,
            body => Assert.Contains(TelemetryOptions.ServiceName, Encoding.UTF8.GetString(body), StringComparison.Ordinal)
        );
        Assert.Equal(collector.Bytes.Values.Sum(), operations.Lines()["telemetry.bytes"]);
    }

    [LoggerMessage(LogLevel.Information, "{Category} says so.")]
    private static partial void Say(ILogger log, string category);

    private static ILoggerFactory LoggerFactoryOf(IHost app) => (ILoggerFactory)app.Services.GetService(typeof(ILoggerFactory))!;
}
