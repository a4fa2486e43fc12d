using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace CrmFunctions.Storage;

/// <summary>The suite's tables in one storage account.</summary>
public sealed class CrmTables(TableServiceClient account)
{
    /// <summary>The log, one partition for each handle.</summary>
    public TableClient Events { get; } = account.GetTableClient(Flow.Tables.Events);

    /// <summary>Where in the log an order is, by the names its shop has for it.</summary>
    public TableClient Orders { get; } = account.GetTableClient(Flow.Tables.Orders);

    /// <summary>What was authentic and could not be taken.</summary>
    public TableClient Quarantine { get; } = account.GetTableClient(Flow.Tables.Quarantine);

    /// <summary>Keys of the API, as hashes.</summary>
    public TableClient Keys { get; } = account.GetTableClient(Flow.Tables.Keys);

    /// <summary>Who did what, and when: only ever added to.</summary>
    public TableClient Audit { get; } = account.GetTableClient(Flow.Tables.Audit);

    /// <summary>Who sends us webhooks.</summary>
    public TableClient Sources { get; } = account.GetTableClient(Flow.Tables.Sources);

    /// <summary>How far each source was compared with the log, and what was missing.</summary>
    public TableClient Gaps { get; } = account.GetTableClient(Flow.Tables.Gaps);

    /// <summary>Files being imported, and the result of each of their rows.</summary>
    public TableClient Imports { get; } = account.GetTableClient(Flow.Tables.Imports);

    /// <summary>Which customer a handle belongs to.</summary>
    public TableClient Handles { get; } = account.GetTableClient(Flow.Tables.Handles);

    /// <summary>State and history, one partition for each customer.</summary>
    public TableClient Customers { get; } = account.GetTableClient(Flow.Tables.Customers);

    /// <summary>When whom must be looked at.</summary>
    public TableClient Due { get; } = account.GetTableClient(Flow.Tables.Due);

    /// <summary>What each tier gets: every version of every plan.</summary>
    public TableClient Plans { get; } = account.GetTableClient(Flow.Tables.Plans);

    /// <summary>Who cares for customers, and for which.</summary>
    public TableClient Owners { get; } = account.GetTableClient(Flow.Tables.Owners);

    /// <summary>For whom each owner has something to do.</summary>
    public TableClient Duties { get; } = account.GetTableClient(Flow.Tables.Duties);

    /// <summary>Complaints of the last weeks by the day they were opened.</summary>
    public TableClient Complaints { get; } = account.GetTableClient(Flow.Tables.Complaints);

    /// <summary>The ledger of messages sent and not sent.</summary>
    public TableClient Messages { get; } = account.GetTableClient(Flow.Tables.Messages);

    /// <summary>The consent ledger.</summary>
    public TableClient Consents { get; } = account.GetTableClient(Flow.Tables.Consents);

    /// <summary>Places in sliding windows: caps of customers, pace of channels, messages of robots.</summary>
    public TableClient Paces { get; } = account.GetTableClient(Flow.Tables.Paces);

    /// <summary>Templates that take the place of shipped ones, or stand beside them.</summary>
    public TableClient Templates { get; } = account.GetTableClient(Flow.Tables.Templates);

    /// <summary>Requests about people's data, and what became of them.</summary>
    public TableClient Privacy { get; } = account.GetTableClient(Flow.Tables.Privacy);

    /// <summary>What was learned from the base, scheme by scheme.</summary>
    public TableClient Calibrations { get; } = account.GetTableClient(Flow.Tables.Calibrations);

    /// <summary>How far rebuilding and verifying the state came, and what differed.</summary>
    public TableClient Rebuilds { get; } = account.GetTableClient(Flow.Tables.Rebuilds);

    /// <summary>The standards that decided or decide.</summary>
    public TableClient Standards { get; } = account.GetTableClient(Flow.Tables.Standards);

    /// <summary>When each timer last ran.</summary>
    public TableClient Timers { get; } = account.GetTableClient(Flow.Tables.Timers);

    /// <summary>What was counted of what is billed, by day and instance.</summary>
    public TableClient Tallies { get; } = account.GetTableClient(Flow.Tables.Tallies);

    /// <summary>Makes the tables that are missing.</summary>
    public async Task Prepare(CancellationToken cancellationToken)
    {
        foreach (var table in Flow.Tables.All)
            await account.CreateTableIfNotExistsAsync(table, cancellationToken);
    }

    /// <summary>
    /// Connects as the settings say: <c>CrmStorage</c> is a connection string, or has <c>tableServiceUri</c> and perhaps <c>clientId</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Neither is set.</exception>
    public static CrmTables Connect(IConfiguration settings, HttpPipelinePolicy counting)
    {
        var options = new TableClientOptions();
        options.AddPolicy(counting, Azure.Core.HttpPipelinePosition.PerRetry);
        if (settings[Flow.Storage] is { Length: > 0 } connection)
            return new CrmTables(new TableServiceClient(connection, options));
        if (settings[$"{Flow.Storage}:tableServiceUri"] is { Length: > 0 } address)
        {
            return new CrmTables(new TableServiceClient(new Uri(address), Credential(settings, Flow.Storage), options));
        }

        throw new InvalidOperationException(
            $"Setting {Flow.Storage} is missing: a storage connection string, or {Flow.Storage}__tableServiceUri for a managed identity."
        );
    }

    /// <summary>The identity that a connection's settings name, or the machine's own.</summary>
    internal static Azure.Core.TokenCredential Credential(IConfiguration settings, string connection) =>
        settings[$"{connection}:clientId"] is { Length: > 0 } client
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client))
            : new DefaultAzureCredential();
}
