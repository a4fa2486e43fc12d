using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Privacy;
using CrmFunctions.Storage;

namespace CrmFunctions.Intake;

/// <summary>Personal data in quarantine: the events kept aside there.</summary>
public sealed class QuarantinedPersons(CrmTables tables) : IPersonalData
{
    /// <inheritdoc/>
    public string Place => "quarantine";

    /// <inheritdoc/>
    public async Task<JsonArray> Export(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var found = new JsonArray();
        await foreach (var row in Of(person, cancellationToken))
        {
            found.Add(new JsonObject { ["source"] = row.Source, ["id"] = row.Id, ["type"] = row.Type, ["reason"] = row.Reason, ["data"] = row.Data });
        }

        return found;
    }

    /// <inheritdoc/>
    public async Task<int> Forget(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var deleted = 0;
        await foreach (var row in Of(person, cancellationToken))
        {
            await tables.Quarantine.Remove(row.PartitionKey, row.RowKey, cancellationToken);
            deleted++;
        }

        return deleted;
    }

    // The whole table, which is short, for somebody who asked: it is filed by source, and may hold what no handle is found in.
    private async IAsyncEnumerable<QuarantineRow> Of(PersonalIdentifiers person, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in tables.Quarantine.QueryAsync<QuarantineRow>((string?)null, cancellationToken: cancellationToken))
        {
            if (person.AreAnywhereIn(row.Data) || person.AreAnywhereIn(row.Id) || IsOf(row, person)) yield return row;
        }
    }

    // A short id is found by its handle.
    private static bool IsOf(QuarantineRow row, PersonalIdentifiers person)
    {
        try
        {
            using var data = JsonDocument.Parse(row.Data);
            var happened = Domain.Events.EventReader.ReadLogged(row.Source, row.Id, row.Type, row.OccurredAt, row.ReceivedAt, data.RootElement);
            return Domain.Customers.Handle.All(happened.Customer, row.Source).Any(person.Handles.Contains);
        }
        catch (Exception broken) when (broken is JsonException or FormatException)
        {
            return false;
        }
    }
}
