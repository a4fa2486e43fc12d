using CrmFunctions.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace CrmFunctions.UnitTests.Telemetry;

/// <summary>What OpenTelemetry's variables do.</summary>
public sealed class TelemetryOptionsTests
{
    [Fact]
    public void Without_an_endpoint_nothing_is_registered()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["OTEL_SERVICE_NAME"] = "crm";
        var before = builder.Services.Count;
        ExportTelemetry.AddTo(builder, new CrmFunctions.Telemetry.OperationCount());
        Assert.Equal(before, builder.Services.Count);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318", "", "", true, true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://localhost:4318", "", "", false, true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318", "OTEL_TRACES_EXPORTER", "none", false, true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318", "OTEL_SDK_DISABLED", "true", false, false, false)]
    public void Each_signal_goes_where_a_variable_says_and_nowhere_else(
        string name,
        string value,
        string other,
        string says,
        bool traces,
        bool metrics,
        bool logs
    )
    {
        var read = Read((name, value), (other, says));
        Assert.Equal((traces, metrics, logs), (read.Traces, read.Metrics, read.Logs));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "ftp://collector")]
    [InlineData("OTEL_TRACES_EXPORTER", "zipkin")]
    public void A_wrong_variable_stops_the_start_and_is_named(string name, string value) =>
        Assert.Contains(name, Assert.Throws<InvalidOperationException>(() => Read((name, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_what_was_thrown_the_message_is_not_exported()
    {
        var seen = new Seen();
        using (
            var loggers = LoggerFactory.Create(logging =>
                logging.AddOpenTelemetry(options => options.AddProcessor(new WholeTraces()).AddProcessor(seen))
            )
        )
        {
            loggers
                .CreateLogger("CrmFunctions")
                .Log(
                    LogLevel.Error,
                    0,
                    "Failed",
                    new InvalidOperationException("zhang.wei@example.com was not taken"),
                    (state, _) => state
                );
        }

        var (exception, attributes) = Assert.Single(seen.Records);
        Assert.Null(exception);
        Assert.Equal(typeof(InvalidOperationException).FullName, attributes["exception.type"]);
        Assert.DoesNotContain(attributes, pair => pair.Value?.ToString()?.Contains("zhang", StringComparison.Ordinal) == true);
    }

    private static TelemetryOptions Read(params (string Name, string Value)[] settings) =>
        TelemetryOptions.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings
                        .Where(setting => setting.Name.Length > 0)
                        .Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))
                )
                .Build()
        );

    private sealed class Seen : BaseProcessor<LogRecord>
    {
        public List<(Exception? Exception, Dictionary<string, object?> Attributes)> Records { get; } = [];

        public override void OnEnd(LogRecord data) =>
            Records.Add((data.Exception, (data.Attributes ?? []).ToDictionary(pair => pair.Key, pair => pair.Value)));
    }
}
