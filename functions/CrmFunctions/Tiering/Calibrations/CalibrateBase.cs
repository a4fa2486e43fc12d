using Azure.Messaging.ServiceBus;
using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Messaging;
using CrmFunctions.Standards;
using CrmFunctions.Standards.Calibrations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Tiering.Calibrations;

/// <summary>
/// Reads the base, calibrates, and puts the calibration into force if the guard lets it. Dead half way, it begins again: nothing was
/// written that counts.
/// </summary>
/// <remarks>Source: Tiering/Calibrations/CALIBRATIONS.md.</remarks>
public sealed class CalibrateBase(
    CustomerFactsReader reader,
    CalibrationStore store,
    ChangeStandards change,
    CalibrationSubject subject,
    ILogger<CalibrateBase> log
)
{
    private const int ProgressEvery = 2000;

    [Function(nameof(CalibrateBase))]
    public async Task Run(
        [ServiceBusTrigger(Flow.Queues.Calibrations, Connection = Flow.ServiceBus)] ServiceBusReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var request = MessageBody.Read<CalibrationRequest>(received.Body.ToMemory());
        if (await subject.Of(request, cancellationToken) is not { } asked)
            return;
        var run = new CalibrationRunRow
        {
            PartitionKey = request.Scheme,
            Status = "reading",
            StartedAt = subject.Clocks.Machine.GetUtcNow(),
        };
        await store.PutRun(run, cancellationToken);

        var summary = new BaseSummary(asked.Standard, subject.Clocks.Now);
        await foreach (var (customer, facts) in reader.Read(summary.At, cancellationToken))
        {
            summary.Add(customer, facts);
            if (++run.Read % ProgressEvery == 0)
                await store.PutRun(run, cancellationToken);
        }

        run.Status = "fitting";
        await store.PutRun(run, cancellationToken);
        var options = subject.Options.Value;
        var calibration = Calibrator.Calibrate(summary, options.HorizonDays);
        CrashPoints.Passed(CrashPoints.Calibrated);

        var verdict = CalibrationGuard.Judge(calibration, asked.Last, options.Rules);
        run.Outcome = Outcome(calibration, asked.Last, verdict, request.Force, options.LeastShift);
        run.Version = calibration.Version;
        await store.Put(request.Scheme, calibration, Row(calibration, verdict, run), cancellationToken);
        if (run.Outcome == CalibrationRow.Used)
            await change.PutInForce(asked.Standard, calibration, cancellationToken);

        run.Alarm = run.Outcome == CalibrationRow.Held ? string.Join(" ", verdict.Reasons) : null;
        (run.Status, run.FinishedAt) = ("done", subject.Clocks.Machine.GetUtcNow());
        await store.PutRun(run, cancellationToken);
        if (run.Alarm is { } alarm)
            log.CalibrationHeld(request.Scheme, calibration.Version, alarm);
        else
            log.Calibrated(request.Scheme, calibration.Version, calibration.Customers, run.Outcome);
    }

    private static string Outcome(Calibration next, Calibration? last, GuardVerdict verdict, bool force, double leastShift)
    {
        if (force)
            return CalibrationRow.Used;
        if (!verdict.Passes)
            return CalibrationRow.Held;
        var unmoved =
            last is not null
            && last.Standard == next.Standard
            && last.Model?.Purchases.Name == next.Model?.Purchases.Name
            && verdict.Shifts.Length > 0
            && verdict.Shifts[0].Share < leastShift;
        return unmoved ? CalibrationRow.Unmoved : CalibrationRow.Used;
    }

    private static CalibrationRow Row(Calibration calibration, GuardVerdict verdict, CalibrationRunRow run)
    {
        var (reasons, shifts) = CalibrationStore.Written(verdict);
        return new CalibrationRow
        {
            MadeAt = run.StartedAt,
            At = calibration.At,
            Standard = calibration.Standard,
            Customers = calibration.Customers,
            Outcome = run.Outcome!,
            Reasons = reasons,
            Shifts = shifts,
            Model = calibration.Model?.Purchases.Name,
        };
    }
}

/// <summary>What a request is about.</summary>
public sealed class CalibrationSubject(StandardStore standards, TieringEngine engine, Clocks clocks, IOptions<CalibrationOptions> options)
{
    /// <summary>The clocks.</summary>
    public Clocks Clocks => clocks;

    /// <summary>The settings.</summary>
    public IOptions<CalibrationOptions> Options => options;

    /// <summary>
    /// The standard to measure by, and the calibration in force in its scheme; null where the standard asked for is not on record.
    /// </summary>
    public async Task<(Standard Standard, Calibration? Last)?> Of(CalibrationRequest request, CancellationToken cancellationToken)
    {
        await engine.Follow(cancellationToken);
        var scheme = engine.InForce.Find(request.Scheme);
        var last = scheme is { Calibration.Version: not "none" } ? scheme.Calibration : null;
        if (request.Standard is null)
            return scheme is null ? null : (scheme.Standard, last);
        return await standards.Find(request.Scheme, request.Standard, cancellationToken) is { } row
            ? (StandardReader.ReadOrThrow(row.Json), last)
            : null;
    }
}
