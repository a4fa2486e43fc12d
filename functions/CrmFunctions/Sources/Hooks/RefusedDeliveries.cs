using System.Collections.Concurrent;
using CrmFunctions.Events.Quarantine;
using CrmFunctions.Sources.Hooks.Mapping;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Sources.Hooks;

/// <summary>
/// Deliveries whose signature fits no secret: counted, and otherwise forgotten, unless an operator is mending the secret of their source
/// and asked for them to be kept for a while. Then there is a bound to how many: everyone who knows the address can send them.
/// </summary>
public sealed class RefusedDeliveries(
    QuarantineStore quarantine,
    IOptions<HookOptions> options,
    HookMeter meter,
    ILogger<RefusedDeliveries> logger
)
{
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>Keeps a refused delivery where its source has that switched on and there is room.</summary>
    public async Task Keep(Delivery delivery, SourceInForce source, CancellationToken cancellationToken)
    {
        meter.CountRefused();
        if (!(source.Source.KeepRefusedUntil is { } until && delivery.ReceivedAt < until) || delivery.Method != "POST")
            return;

        // One look at what is there already, for each source and window; from then on it is counted here.
        var window = $"{source.Source.Id}/{until.UtcTicks}";
        if (!counts.ContainsKey(window))
            counts.TryAdd(window, await quarantine.CountRefused(source.Source.Id, cancellationToken));
        var count = counts.AddOrUpdate(window, 1, (_, before) => before + 1);
        if (count <= options.Value.MostRefused)
        {
            await quarantine.Keep(
                QuarantinedDeliveries.Row(
                    delivery,
                    source,
                    QuarantineRow.Refused,
                    [new QuarantineCause(QuarantineReasons.BadSignature, "Its signature fits no secret in force.")]
                ),
                cancellationToken
            );
        }
        else if (count == options.Value.MostRefused + 1)
        {
            logger.RefusedAreFull(source.Source.Id, options.Value.MostRefused);
        }
    }
}
