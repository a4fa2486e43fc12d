using System.Text.Encodings.Web;
using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Data;
using CrmFunctions.Cli.Demo.Loading;
using CrmFunctions.Cli.Demo.Reporting;

namespace CrmFunctions.Cli.Demo;

/// <summary>Load, settle, report: what <c>crm demo run</c> and <c>crm start --demo</c> do with an app that is running.</summary>
/// <param name="json">The report as JSON on the output, and the progress on the error stream.</param>
internal sealed class Demonstration(Api api, Terminal terminal, bool json)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Progress progress = new(terminal, json ? terminal.Error : terminal.Out);

    /// <returns>0, or 1 where events of the generated base were refused, or nothing at all was taken in.</returns>
    public async Task<int> Run(DataSet data, CancellationToken cancellationToken)
    {
        var (loaded, settled, seconds) = await Load(data, cancellationToken);
        await Report(settled, loaded, seconds, cancellationToken, calibrates: loaded.Logged > 0);
        return Judge(data, loaded);
    }

    public async Task<(Loaded Loaded, BaseReport Settled, double Seconds)> Load(DataSet data, CancellationToken cancellationToken)
    {
        var started = terminal.Clock.GetTimestamp();
        var loaded = await new Load(api, progress, terminal.Clock).Run(data, cancellationToken);
        var settled = await new Settling(api, progress, terminal.Clock).Run(loaded, cancellationToken);
        return (loaded, settled, terminal.Clock.GetElapsedTime(started).TotalSeconds);
    }

    /// <param name="settled">The base at one look.</param>
    /// <param name="loaded">What was loaded before; null: nothing.</param>
    /// <param name="seconds">How long that took.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="calibrates">Whether the base is calibrated first, so that the value models know it.</param>
    public async Task Report(
        BaseReport settled,
        Loaded? loaded,
        double? seconds,
        CancellationToken cancellationToken,
        bool calibrates = false
    )
    {
        // Counted before the base is read for calibration and report, so that looking does not add to the cost of doing.
        var health = await api.Health(cancellationToken);
        var run = calibrates ? await new Calibrating(api, progress, terminal.Clock).Run(settled.Customers, cancellationToken) : null;
        if (calibrates)
            await new Staffing(api, progress, terminal.Clock).Run(settled.Customers, terminal.Texts.Language, cancellationToken);
        var report = await DemoReport.Ask(api, settled, loaded, seconds, health, run, terminal.Texts.Language, cancellationToken);
        if (json)
            terminal.Out.WriteLine(JsonSerializer.Serialize(report, Web));
        else
            new ReportPage(terminal.Drawing(terminal.Out), terminal.Texts).Print(report);
    }

    /// <summary>Refused rows of an imported file are shown; the generated base has none.</summary>
    public int Judge(DataSet data, Loaded loaded)
    {
        if (loaded.Logged > 0 && (loaded.Refused == 0 || data is not GeneratedBase))
            return ExitCode.Ok;
        terminal.Error.WriteLine(loaded.Logged == 0 ? "Nothing was taken in:" : "Events of the generated base were refused:");
        foreach (var problem in loaded.Problems)
            terminal.Error.WriteLine("  " + problem);
        return ExitCode.Failed;
    }
}
