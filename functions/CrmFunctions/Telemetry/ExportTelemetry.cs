using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CrmFunctions.Telemetry;

/// <summary>Exports traces, metrics and logs over OTLP while the app runs, and what is left when it ends.</summary>
/// <remarks>TELEMETRY.md, "Rejected", says why not by the worker package's defaults.</remarks>
public static class ExportTelemetry
{
    /// <summary>Has telemetry exported where a variable names an endpoint; registers nothing where none does.</summary>
    public static void AddTo(IHostApplicationBuilder builder, OperationCount operations)
    {
        var options = TelemetryOptions.Read(builder.Configuration);
        if (!options.Any)
            return;
        var telemetry = builder.Services.AddOpenTelemetry();
        if (!options.ServiceIsNamed)
            telemetry.ConfigureResource(resource => resource.AddService(TelemetryOptions.ServiceName));

        // What leaves is counted where it leaves, for the bill.
        void Export(OtlpExporterOptions exporter) =>
            exporter.HttpClientFactory = () => new HttpClient(new CountBytes(operations) { InnerHandler = new SocketsHttpHandler() });
        if (options.Traces)
        {
            telemetry.WithTracing(traces =>
            {
                traces.AddSource(FlowTrace.SourceName).AddOtlpExporter(Export);
                if (!options.SamplerIsNamed)
                    traces.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(TelemetryOptions.Ratio)));
            });
        }

        if (options.Metrics)
        {
            telemetry.WithMetrics(metrics =>
                metrics
                    .AddMeter(OperationCount.MeterName)
                    .AddView(
                        FlowMeter.LagName,
                        new ExplicitBucketHistogramConfiguration { Boundaries = FlowMeter.LagBounds, RecordMinMax = false }
                    )
                    .AddView(
                        FlowMeter.InvocationName,
                        new ExplicitBucketHistogramConfiguration { Boundaries = FlowMeter.InvocationBounds, RecordMinMax = false }
                    )
                    .AddOtlpExporter(Export)
            );
        }

        if (options.Logs)
        {
            builder
                .Logging.AddFilter<OpenTelemetryLoggerProvider>(null, LogLevel.Warning)
                .AddFilter<OpenTelemetryLoggerProvider>("CrmFunctions", LogLevel.Information)
                .AddFilter<OpenTelemetryLoggerProvider>("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
            telemetry.WithLogging(logs => logs.AddProcessor(new WholeTraces()).AddOtlpExporter(Export));
        }
    }

    private sealed class CountBytes(OperationCount operations) : DelegatingHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count(request);
            return base.Send(request, cancellationToken);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count(request);
            return base.SendAsync(request, cancellationToken);
        }

        private void Count(HttpRequestMessage request) => operations.CountTelemetry(request.Content?.Headers.ContentLength ?? 0);
    }
}
