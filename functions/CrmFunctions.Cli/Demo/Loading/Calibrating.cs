using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Demo.Loading;

/// <summary>Has the base calibrated, and waits for it.</summary>
internal sealed class Calibrating(Api api, Progress progress, TimeProvider clock)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>How long it may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Calibrates the primary scheme.</summary>
    /// <param name="customers">Of the base.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="CommandFailedException">It has not ended within <see cref="Patience"/>.</exception>
    public Task<CalibrationRun> Run(long customers, CancellationToken cancellationToken) =>
        progress.Run("progress.calibrate", customers, show => Calibrated(show, cancellationToken));

    private async Task<CalibrationRun> Calibrated(Action<long> show, CancellationToken cancellationToken)
    {
        var scheme = (await api.Calibrate(cancellationToken)).Scheme;
        for (var started = clock.GetTimestamp(); clock.GetElapsedTime(started) < Patience; await Task.Delay(Look, clock, cancellationToken))
        {
            if ((await api.CalibrationRuns(cancellationToken)).Runs.FirstOrDefault(run => run.Scheme == scheme) is not { } run)
                continue;
            show(run.Read);
            if (run.Status == "done")
                return run;
        }

        throw new CommandFailedException(
            $"The calibration of {scheme} has not ended within {Patience.TotalSeconds:N0} s. Look at GET /api/calibrations and at the dead-letter queue of `calibrations`."
        );
    }
}
