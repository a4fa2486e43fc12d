using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Intake;
using CrmFunctions.Privacy;

namespace CrmFunctions.Quarantine;

/// <summary>Personal data in quarantine: whole requests and events, as they came. The quarantine is small: it is looked through for somebody who asked.</summary>
public sealed class QuarantinedPersons(QuarantineStore quarantine) : IPersonalData
{
    /// <inheritdoc/>
    public string Place => "quarantine";

    /// <inheritdoc/>
    public async Task<JsonArray> Export(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var found = new JsonArray();
        await foreach (var row in quarantine.All(cancellationToken))
        {
            if (!Names(row, person)) continue;
            found.Add(new JsonObject
            {
                ["source"] = row.Source,
                ["type"] = row.Type,
                ["receivedAt"] = row.ReceivedAt,
                ["reason"] = row.Reason,
                ["body"] = Encoding.UTF8.GetString(row.Body()),
            });
        }

        return found;
    }

    /// <inheritdoc/>
    public async Task<int> Forget(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var deleted = 0;
        await foreach (var row in quarantine.All(cancellationToken))
        {
            if (!Names(row, person)) continue;
            await quarantine.Delete(row, cancellationToken);
            deleted++;
        }

        return deleted;
    }

    // Deleted too much is a delivery that a person can have sent again; deleted too little is a person who was not forgotten.
    private static bool Names(QuarantineRow row, PersonalIdentifiers person)
    {
        var body = Encoding.UTF8.GetString(row.Body());
        if (person.AreAnywhereIn(body) || person.AreAnywhereIn(WebUtility.UrlDecode(body)) || (row.EventId is { } id && person.AreAnywhereIn(id))) return true;
        try
        {
            using var document = JsonDocument.Parse(body);
            var known = row.Provider == QuarantineRow.Api && Entry.Read(document.RootElement, row.ReceivedAt.AddYears(1), out _) is { } entry
                && Handle.All(entry.Event.Customer, entry.Event.Source).Any(person.Handles.Contains);
            return known || Texts(document.RootElement).Any(text => person.AreIn(text) || person.AreAnywhereIn(text));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    // As they are meant: without the escapes they were written with.
    private static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Texts(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [json.GetString()!],
        _ => [],
    };
}
