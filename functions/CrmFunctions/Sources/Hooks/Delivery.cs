using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace CrmFunctions.Sources.Hooks;

/// <summary>A webhook's request as it came, before anybody has believed it.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Query">The query, without secrets where it was kept.</param>
/// <param name="Headers">The headers; those the provider reads, where it was kept.</param>
/// <param name="Body">The raw bytes.</param>
/// <param name="ReceivedAt">When it came. UTC, by the machine's clock.</param>
public sealed record Delivery(string Method, string Query, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body, DateTimeOffset ReceivedAt)
{
    private readonly Lazy<Dictionary<string, Microsoft.Extensions.Primitives.StringValues>> parameters = new(() =>
        QueryHelpers.ParseQuery(Query)
    );

    /// <summary>What the content type is, without its parameters, in lower case; empty where there is none.</summary>
    public string MediaType =>
        (Headers.ContentType.Count == 1 ? Headers.ContentType.ToString() : "").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>
    /// A header that is there exactly once and is not empty; null otherwise. Sent twice it says two things, and neither is believed.
    /// </summary>
    public string? Header(string name) => Headers.TryGetValue(name, out var values) && values is [{ Length: > 0 } value] ? value : null;

    /// <summary>A member of the query that is there exactly once and is not empty; null otherwise.</summary>
    public string? Parameter(string name) =>
        parameters.Value.TryGetValue(name, out var values) && values is [{ Length: > 0 } value] ? value : null;
}
