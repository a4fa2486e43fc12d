using CrmFunctions.Http;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Sources.Reconciliation.Asking;

/// <summary>The way out to sources: guarded, because the address comes from a request.</summary>
public sealed class SourceApi(Clocks clocks, IOptions<ReconciliationOptions> options) : IDisposable
{
    private readonly HttpClient http = OutgoingHttp.CreateClient(new OutgoingRules(options.Value.AllowLoopback));

    /// <summary>The calls of one run to one source.</summary>
    public ApiCalls Begin() => new(http, clocks.Machine, options.Value.Calls);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
