using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events.Quarantine;

namespace CrmFunctions.Sources.Quarantine;

/// <summary>
/// Personal data in quarantine: whole requests and events, as they came. The quarantine is small: it is searched for a person who
/// asked.
/// </summary>
public sealed class QuarantinePersonalData(QuarantineStore quarantine, SourceStore sources) : IPersonalData
{
    private const int LongestIdentifier = 256;

    /// <inheritdoc/>
    public string Place => "quarantine";

    /// <inheritdoc/>
    public async Task<JsonArray> Export(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var found = new JsonArray();
        await foreach (var row in quarantine.All(cancellationToken))
        {
            if (!await Names(row, person, cancellationToken))
                continue;
            found.Add(
                new JsonObject
                {
                    ["source"] = row.Source,
                    ["type"] = row.Type,
                    ["receivedAt"] = row.ReceivedAt,
                    ["reason"] = row.Reason,
                    ["body"] = Encoding.UTF8.GetString(row.Body()),
                }
            );
        }

        return found;
    }

    /// <inheritdoc/>
    public async Task<int> Forget(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var deleted = 0;
        await foreach (var row in quarantine.All(cancellationToken))
        {
            if (!await Names(row, person, cancellationToken))
                continue;
            await quarantine.Delete(row, cancellationToken);
            deleted++;
        }

        return deleted;
    }

    // Deleted too much is a delivery that a person can have sent again; deleted too little is a person who was not forgotten.
    private async Task<bool> Names(QuarantineRow row, PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetString(row.Body());
        var texts = Texts(body).Append(row.EventId).OfType<string>().ToList();
        if (person.AreAnywhereIn(body) || texts.Any(text => person.AreIn(text) || person.AreAnywhereIn(text)))
            return true;
        var known = await sources.Get(row.Source, cancellationToken);
        return texts.SelectMany(text => Handles(text, known?.Name ?? row.Source, known?.Region)).Any(person.Handles.Contains);
    }

    // A person who is in quarantine only is known by the handles that were asked about: each text is tried as everything it may be.
    private static IEnumerable<Handle> Handles(string text, string source, string? region) =>
        text.Length > LongestIdentifier
            ? []
            :
            [
                .. Handle.All(new Identifiers(Id: text, UnionId: text, OpenId: text, Email: text, Phone: text, Region: region), source),
                .. Handle.All(new Identifiers(Phone: text), source),
            ];

    // As they are meant: without the escapes they were written with.
    private static IEnumerable<string> Texts(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return [.. Texts(document.RootElement)];
        }
        catch (Exception noJson) when (noJson is JsonException or InvalidOperationException)
        {
            return body.Split('&', '=', '\n', '\r').Select(part => WebUtility.UrlDecode(part).Trim());
        }
    }

    private static IEnumerable<string> Texts(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Texts(member.Value)),
            JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
            JsonValueKind.String => Within(json.GetString()!),
            JsonValueKind.Number => [json.GetRawText()],
            _ => [],
        };

    // JSON within JSON, plain or encoded as in an address, is what some providers send.
    private static IEnumerable<string> Within(string text)
    {
        var plain = text.StartsWith("%7B", StringComparison.OrdinalIgnoreCase) ? WebUtility.UrlDecode(text) : text;
        return plain.StartsWith('{') ? [plain, .. Texts(plain)] : [text];
    }
}
