using System.Runtime.InteropServices;
using System.Text.Json;
using CrmFunctions.Sources.Hooks.Providers;

namespace CrmFunctions.Sources.Reconciliation.Asking;

/// <summary>Asks a provider what a source has. One for each provider that can be asked.</summary>
public interface ISourceClient
{
    /// <summary>The provider, one of <see cref="ProviderCatalog"/>.</summary>
    string Provider { get; }

    /// <summary>The credentials it needs, by their names in the source.</summary>
    IReadOnlyList<string> Credentials { get; }

    /// <summary>What was changed in a span of time, in pages, in any order; each thing at least once.</summary>
    /// <param name="source">The source; it has an <see cref="Source.ApiUrl"/>.</param>
    /// <param name="secrets">Its credentials, opened.</param>
    /// <param name="span">From when, included, until when, not included; UTC.</param>
    /// <param name="calls">How to ask, and how often at the most.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="SourceRefusedException">The source does not answer as documented.</exception>
    /// <exception cref="CallsUsedUpException">There are no calls left for this run.</exception>
    IAsyncEnumerable<IReadOnlyList<SourceItem>> List(
        Source source,
        IReadOnlyDictionary<string, string> secrets,
        TimeRange span,
        ApiCalls calls,
        CancellationToken cancellationToken
    );
}

/// <summary>A span of time.</summary>
/// <param name="From">Included. UTC.</param>
/// <param name="To">Not included. UTC.</param>
public readonly record struct TimeRange(DateTimeOffset From, DateTimeOffset To);

/// <summary>Something a source has.</summary>
/// <param name="Id">The source's own id of it, such as an order's.</param>
/// <param name="Delivery">The webhook that tells all of it by now.</param>
public sealed record SourceItem(string Id, SourceDelivery Delivery);

/// <summary>A webhook as the source would have sent it.</summary>
/// <param name="Headers">Those in which it says what it is about.</param>
/// <param name="Body">Its body, JSON in UTF-8.</param>
public sealed record SourceDelivery(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>A webhook with a thing as its body.</summary>
    /// <param name="thing">The thing.</param>
    /// <param name="headers">The headers.</param>
    public static SourceDelivery Of(JsonElement thing, params IEnumerable<(string Name, string Value)> headers) =>
        new(headers.ToDictionary(header => header.Name, header => header.Value), JsonMarshal.GetRawUtf8Value(thing).ToArray());
}

/// <summary>
/// A source does not let itself be asked: wrong credentials, another answer than documented. The message says which, and no secret.
/// </summary>
public sealed class SourceRefusedException(string message) : Exception(message);

/// <summary>The calls of a run are used up. What was done is kept, and the next run goes on.</summary>
public sealed class CallsUsedUpException() : Exception("The calls of this run are used up.");
