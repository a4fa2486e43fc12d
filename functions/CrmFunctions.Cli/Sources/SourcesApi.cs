using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Sources;

/// <summary>The app's sources. It takes secrets; it prints what the app shows, which has none.</summary>
internal sealed class SourcesApi(Arguments arguments, Terminal terminal) : IDisposable
{
    private readonly JsonApi api = new(arguments, terminal, RoleNames.Admin);

    public Task<JsonNode> List(CancellationToken cancellationToken) => api.Get("sources", cancellationToken);

    public Task<JsonNode> Get(string id, CancellationToken cancellationToken) => api.Get(PathOf(id), cancellationToken);

    public Task<JsonNode> Put(string id, JsonNode source, CancellationToken cancellationToken) =>
        api.Send(HttpMethod.Put, PathOf(id), source, cancellationToken);

    public Task<JsonNode> Delete(string id, CancellationToken cancellationToken) =>
        api.Send(HttpMethod.Delete, PathOf(id), null, cancellationToken);

    public void Dispose() => api.Dispose();

    private static string PathOf(string id) => $"sources/{Uri.EscapeDataString(id)}";
}
