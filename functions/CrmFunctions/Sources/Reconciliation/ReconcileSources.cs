using CrmFunctions.Security;
using CrmFunctions.Sources.Reconciliation.Asking;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Reconciliation;

/// <summary>Asks every source that can be asked what it has, and closes the gaps that lost webhooks left.</summary>
public sealed class ReconcileSources(
    SourceStore sources,
    SecretKeeper secrets,
    GapStore gaps,
    SourceReconciliation reconciliation,
    IEnumerable<ISourceClient> clients
)
{
    [Function(nameof(ReconcileSources))]
    public async Task Run([TimerTrigger(Flow.Schedules.ReconcileSources)] TimerInfo timer, CancellationToken cancellationToken)
    {
        // Who waited longest comes first: a slow source keeps nobody from its turn for ever.
        var states = (await gaps.ReadStates(cancellationToken)).ToDictionary(state => state.RowKey, state => state.LastRunAt);
        var asked = (await sources.List(cancellationToken)).Where(source => source.ApiUrl is not null);
        foreach (
            var source in asked.OrderBy(source => states.GetValueOrDefault(source.Id)).ThenBy(source => source.Id, StringComparer.Ordinal)
        )
        {
            if (clients.FirstOrDefault(client => client.Provider == source.Provider) is not { } client)
                continue;
            if (client.Credentials.FirstOrDefault(name => !source.Credentials.ContainsKey(name)) is { } missing)
            {
                await reconciliation.Fail(source, $"credentials.{missing} is missing; PUT the source with it.", cancellationToken);
                continue;
            }

            try
            {
                var opened = new Dictionary<string, string>();
                foreach (var name in client.Credentials)
                    opened[name] = await secrets.Open(source.Id, source.Credentials[name], cancellationToken);
                await reconciliation.Run(source, opened, client, cancellationToken);
            }
            catch (SecretUnavailableException unavailable)
            {
                await reconciliation.Fail(source, unavailable.Message, cancellationToken);
            }
        }
    }
}
