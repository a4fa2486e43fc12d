using Microsoft.Extensions.Configuration;

namespace CrmFunctions.Telemetry;

/// <summary>What OpenTelemetry's standard variables say. Nothing is exported unless one of them names an endpoint.</summary>
/// <param name="Traces">Traces are exported.</param>
/// <param name="Metrics">Metrics are exported.</param>
/// <param name="Logs">Logs are exported.</param>
/// <param name="SamplerIsNamed">OTEL_TRACES_SAMPLER says which traces are recorded.</param>
/// <param name="ServiceIsNamed">OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES says what the service is called.</param>
public sealed record TelemetryOptions(bool Traces, bool Metrics, bool Logs, bool SamplerIsNamed, bool ServiceIsNamed)
{
    /// <summary>The service's name where no variable has one.</summary>
    public const string ServiceName = "crm-functions";

    /// <summary>The part of all traces that is recorded where no variable says it.</summary>
    public const double Ratio = 0.05;

    /// <summary>Something is exported.</summary>
    public bool Any => Traces || Metrics || Logs;

    /// <summary>Reads the variables.</summary>
    /// <exception cref="InvalidOperationException">A variable is wrong; the message names it.</exception>
    public static TelemetryOptions Read(IConfiguration settings)
    {
        var off = bool.TryParse(settings["OTEL_SDK_DISABLED"], out var disabled) && disabled;
        bool Exports(string signal)
        {
            var exporter = settings[$"OTEL_{signal}_EXPORTER"];
            if (off || string.Equals(exporter, "none", StringComparison.OrdinalIgnoreCase))
                return false;
            if (exporter is { Length: > 0 } && !exporter.Equals("otlp", StringComparison.OrdinalIgnoreCase))
                throw new InvalidOperationException($"Setting OTEL_{signal}_EXPORTER is '{exporter}'; it must be otlp or none.");
            return HasEndpoint("OTEL_EXPORTER_OTLP_ENDPOINT") || HasEndpoint($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");
        }

        bool HasEndpoint(string name) =>
            settings[name] switch
            {
                null or "" => false,
                var text when Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" => true,
                var text => throw new InvalidOperationException(
                    $"Setting {name} is '{text}'; it must be the address of a collector such as http://localhost:4318."
                ),
            };

        return new TelemetryOptions(
            Exports("TRACES"),
            Exports("METRICS"),
            Exports("LOGS"),
            settings["OTEL_TRACES_SAMPLER"] is { Length: > 0 },
            NamesService(settings)
        );
    }

    private static bool NamesService(IConfiguration settings) =>
        settings["OTEL_SERVICE_NAME"] is { Length: > 0 }
        || settings["OTEL_RESOURCE_ATTRIBUTES"]?.Contains("service.name=", StringComparison.Ordinal) == true;
}
