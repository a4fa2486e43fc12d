using System.Text.Json.Nodes;
using CrmFunctions.Customers;
using CrmFunctions.Events;

namespace CrmFunctions.Notifications.Complaints;

/// <summary>Complaints by their days: rows without a name, which have the instants of a person's complaints all the same.</summary>
public sealed class ComplaintPersonalData(ComplaintIndex index, EventLog log) : IPersonalData
{
    /// <inheritdoc/>
    public string Place => "complaints";

    /// <inheritdoc/>
    /// <remarks>Empty: what the rows have is in the events.</remarks>
    public Task<JsonArray> Export(PersonalIdentifiers person, CancellationToken cancellationToken) => Task.FromResult<JsonArray>([]);

    /// <inheritdoc/>
    public async Task<int> Forget(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var forgotten = 0;
        foreach (var handle in person.Handles)
            forgotten += await index.Forget((await log.Read(handle, since: null, cancellationToken)).Events, cancellationToken);
        return forgotten;
    }
}
