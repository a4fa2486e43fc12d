using System.Text.Json;
using AzureSdk.Local.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AzureSdk.Local.Http;

/// <summary>Route values, query values (without the key), and <c>Query</c> and <c>Headers</c> as JSON, as the real host gives them.</summary>
internal sealed class HttpBindingData(HttpRequest request) : IBindingData
{
    public string TraceParent => request.Headers.TraceParent.ToString();

    public string TraceState => request.Headers.TraceState.ToString();

    public object? Find(string name) => request.RouteValues.TryGetValue(name, out var value) ? value : null;

    public IReadOnlyDictionary<string, object?> All()
    {
        var all = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in request.Query.Where(query => !string.Equals(query.Key, "code", StringComparison.OrdinalIgnoreCase)))
        {
            all[name] = value.ToString();
        }

        foreach (var (name, value) in request.RouteValues)
        {
            all[name] = value;
        }

        all["Query"] = Json(request.Query);
        all["Headers"] = Json(request.Headers);
        return all;
    }

    private static string Json(IEnumerable<KeyValuePair<string, StringValues>> values) =>
        JsonSerializer.Serialize(values.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));
}
