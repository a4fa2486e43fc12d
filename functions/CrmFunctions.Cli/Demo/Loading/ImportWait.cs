using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Demo.Loading;

/// <summary>Waits for an import to come to its end.</summary>
internal sealed class ImportWait(Api api, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an import may stand still before it is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <exception cref="CommandFailedException">Nothing moves any more.</exception>
    public async Task<Import> Completed(Import begun, Action<long> show, CancellationToken cancellationToken)
    {
        var moved = clock.GetTimestamp();
        for (var before = -1L; ; )
        {
            var import = await api.Import(begun.Id, cancellationToken);
            show(import.Processed);
            if (import.Status == "completed")
                return import;
            if (import.Processed > before)
                moved = clock.GetTimestamp();
            if (clock.GetElapsedTime(moved) > Patience)
                throw Stuck(import);
            before = import.Processed;
            await Task.Delay(Look, clock, cancellationToken);
        }
    }

    private static CommandFailedException Stuck(Import import) =>
        new(
            $"The import {import.Id} stands at {import.Processed} of {import.Rows} rows and has not moved for {Patience.TotalSeconds:N0} s. "
                + "Look at the app's log for what it says about imports, and at GET /api/health."
        );
}
