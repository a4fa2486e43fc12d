using CrmFunctions.Messaging;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Importing;

/// <summary>Goes on with imports that stood still, closes those that are done, and clears uploads that broke off. Touches open ones only.</summary>
public sealed class SweepImports(ImportStore imports, Bus bus, Clocks clocks)
{
    /// <summary>An upload that is older and became no import never will: its sender has no answer, and sends it again.</summary>
    public static readonly TimeSpan LongestUpload = TimeSpan.FromHours(24);

    /// <summary>An import of which nothing was filed for this long has lost its messages.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(30);

#pragma warning disable CS1591
    [Function(nameof(SweepImports))]
    public async Task Run([TimerTrigger(Flow.Schedules.SweepImports)] TimerInfo timer, CancellationToken cancellationToken)
#pragma warning restore CS1591
    {
        var now = clocks.Machine.GetUtcNow();
        foreach (var open in await imports.ReadOpen(cancellationToken))
        {
            var import = open.RowKey;
            if (await imports.Read(import, cancellationToken) is null)
            {
                if (open.StartedAt < now - LongestUpload) await imports.Discard(import, cancellationToken);
                continue;
            }

            var (chunks, lastWritten) = await imports.ReadChunkNumbers(import, cancellationToken);
            if (chunks.Count == 0) await imports.Close(import, cancellationToken);
            else if (lastWritten < now - LongestSilence) await ReceiveImport.Ask(bus, import, chunks, cancellationToken);
        }
    }
}
