using System.Globalization;
using CrmFunctions.Messaging;
using CrmFunctions.Standards;
using CrmFunctions.Standards.Calibrations;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Tiering.Calibrations;

/// <summary>Asks every week for a calibration of each scheme in force.</summary>
public sealed class Calibrate(Bus bus, TieringEngine engine, Clocks clocks)
{
    [Function(nameof(Calibrate))]
    public Task Run([TimerTrigger(Flow.Schedules.Calibrate)] TimerInfo timer, CancellationToken cancellationToken)
    {
        var day = clocks.Machine.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return bus.Send(
            Flow.Queues.Calibrations,
            [
                .. engine.InForce.Schemes.Select(each =>
                    Bus.Message($"calibrate:{each.Standard.Scheme}:{day}", new CalibrationRequest(each.Standard.Scheme))
                ),
            ],
            cancellationToken
        );
    }
}
