using CrmFunctions.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CrmFunctions.Telemetry;

/// <summary>Exports traces and metrics over OTLP while the app runs, and what is left when it stops.</summary>
/// <remarks>The providers live here, and not behind the hosting package's builder, so that an app without a collector has none of it.</remarks>
public sealed class ExportTelemetry(IConfiguration settings, TelemetryOptions options, OperationCount operations) : IHostedLifecycleService, IDisposable
{
    private const int LastExport = 5000;

    private TracerProvider? traces;
    private MeterProvider? metrics;

    /// <summary>Has telemetry exported where a variable names an endpoint; registers nothing where none does.</summary>
    public static void AddTo(IHostApplicationBuilder builder, OperationCount operations)
    {
        var options = TelemetryOptions.Read(builder.Configuration);
        if (!options.Any) return;
        builder.Services.AddSingleton(options);
        builder.Services.AddHostedService<ExportTelemetry>();
        if (!options.Logs) return;
        builder.Logging.AddFilter<OpenTelemetryLoggerProvider>(null, LogLevel.Warning).AddFilter<OpenTelemetryLoggerProvider>("CrmFunctions", LogLevel.Information);
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.SetResourceBuilder(Resource(options));
            logs.AddProcessor(new WholeTraces());
            logs.AddOtlpExporter(exporter => exporter.HttpClientFactory = Counted(operations));
        });
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Traces)
        {
            var builder = Sdk.CreateTracerProviderBuilder().ConfigureServices(Settings).SetResourceBuilder(Resource(options)).AddSource(FlowTrace.SourceName);
            if (!options.SamplerIsNamed) builder.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(TelemetryOptions.Ratio)));
            traces = builder.AddOtlpExporter(exporter => exporter.HttpClientFactory = Counted(operations)).Build();
        }

        if (options.Metrics)
        {
            metrics = Sdk.CreateMeterProviderBuilder().ConfigureServices(Settings).SetResourceBuilder(Resource(options)).AddMeter(OperationCount.MeterName)
                .AddView(FlowMeter.LagName, new ExplicitBucketHistogramConfiguration { Boundaries = FlowMeter.LagBounds, RecordMinMax = false })
                .AddView(FlowMeter.InvocationName, new ExplicitBucketHistogramConfiguration { Boundaries = FlowMeter.InvocationBounds, RecordMinMax = false })
                .AddOtlpExporter(exporter => exporter.HttpClientFactory = Counted(operations)).Build();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After all that ran has ended: what it left is exported.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        traces?.ForceFlush(LastExport);
        metrics?.ForceFlush(LastExport);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
    }

    // What leaves is counted where it leaves, for the bill.
    private static Func<HttpClient> Counted(OperationCount operations) => () => new HttpClient(new CountBytes(operations) { InnerHandler = new SocketsHttpHandler() });

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

    // The app's settings rather than the environment alone: local.settings.json and tests name collectors too.
    private void Settings(IServiceCollection services) => services.AddSingleton(settings);

    private static ResourceBuilder Resource(TelemetryOptions options)
    {
        var resource = ResourceBuilder.CreateDefault();
        return options.ServiceIsNamed ? resource : resource.AddService(TelemetryOptions.ServiceName);
    }
}
