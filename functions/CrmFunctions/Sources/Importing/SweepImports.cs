using System.Globalization;
using CrmFunctions.Messaging;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Sources.Importing;

/// <summary>
/// Goes on with imports that stood still, closes those that are done, and clears uploads that broke off. Touches open ones only.
/// </summary>
public sealed class SweepImports(ImportStore imports, Bus bus, Clocks clocks, IOptions<ImportOptions> options)
{
    [Function(nameof(SweepImports))]
    public async Task Run([TimerTrigger(Flow.Schedules.SweepImports)] TimerInfo timer, CancellationToken cancellationToken)
    {
        var now = clocks.Machine.GetUtcNow();
        foreach (var open in await imports.ReadOpen(cancellationToken))
        {
            var import = open.RowKey;
            if (await imports.Read(import, cancellationToken) is null)
            {
                // Its sender has no answer, and sends it again.
                if (open.StartedAt < now - options.Value.LongestUpload)
                    await imports.Discard(import, cancellationToken);
                continue;
            }

            var (chunks, lastWritten) = await imports.ReadChunkNumbers(import, cancellationToken);
            if (chunks.Count == 0)
                await imports.Close(import, cancellationToken);
            else if (lastWritten < now - options.Value.LongestSilence)
                await ReceiveImport.Ask(bus, import, chunks, now.ToString("u", CultureInfo.InvariantCulture), cancellationToken);
        }
    }
}
