using System.Text.Json;
using CrmFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Notifications.Templates;

/// <summary>Reads what is sent about templates.</summary>
internal static class TemplateBody
{
    // A row's text has room for no more.
    private const int MostBytes = 30 * 1024;

    /// <summary>One JSON document; the caller disposes it.</summary>
    internal static async Task<(JsonDocument? Json, Problem? Problem)> Read(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) != true)
            return (null, new Problem(ProblemKind.MediaType, "Send application/json."));
        var (bytes, unreadable) = await request.ReadBody(MostBytes, cancellationToken);
        if (unreadable is not null)
            return (null, unreadable);
        try
        {
            var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });

            // Half of a surrogate pair shows when it is read.
            _ = json.RootElement.Deserialize<System.Text.Json.Nodes.JsonNode>()?.ToJsonString();
            return (json, null);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or ArgumentException)
        {
            return (null, new Problem(ProblemKind.NotJson, "Send one well-formed JSON object, each member once."));
        }
    }
}
