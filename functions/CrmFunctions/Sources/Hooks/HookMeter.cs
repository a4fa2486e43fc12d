using System.Diagnostics.Metrics;
using CrmFunctions.Telemetry;

namespace CrmFunctions.Sources.Hooks;

/// <summary>Counts deliveries. Who is not authentic leaves this trace and no other.</summary>
public sealed class HookMeter
{
    private static readonly Meter meter = new(OperationCount.MeterName);
    private readonly Counter<long> taken = meter.CreateCounter<long>("crm.hooks.taken", "{delivery}", "Authentic deliveries.");
    private readonly Counter<long> refused = meter.CreateCounter<long>(
        "crm.hooks.refused",
        "{delivery}",
        "Deliveries to an unknown source, with a bad signature, or not of now."
    );
    private readonly Counter<long> limited = meter.CreateCounter<long>(
        "crm.hooks.limited",
        "{delivery}",
        "Authentic deliveries beyond their source's budget."
    );

    /// <summary>Counts an authentic delivery.</summary>
    public void CountTaken(string provider) => taken.Add(1, new KeyValuePair<string, object?>("provider", provider));

    /// <summary>Counts a delivery that was not authentic.</summary>
    public void CountRefused() => refused.Add(1);

    /// <summary>Counts a delivery beyond the budget.</summary>
    public void CountLimited(string provider) => limited.Add(1, new KeyValuePair<string, object?>("provider", provider));
}
