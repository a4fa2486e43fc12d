using System.Net;
using System.Text;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Storage;
using CrmFunctions.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Benchmarks.Hooks;

/// <summary>
/// A storage that takes everything at once and keeps the sources alone, and a broker that keeps nothing: what is left is the suite.
/// </summary>
internal sealed class StubbedStorage : HttpMessageHandler
{
    private volatile string? source;

    public static void Register(IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var options = new TableClientOptions { Transport = new HttpClientTransport(new HttpClient(new StubbedStorage())) };
            options.AddPolicy(provider.GetRequiredService<OperationCount>(), Azure.Core.HttpPipelinePosition.PerRetry);
            return new CrmTables(
                new TableServiceClient(
                    "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a;",
                    options
                )
            );
        });
        services.AddSingleton<ServiceBusClient>(new Nowhere());
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sources = request.RequestUri!.AbsolutePath.Contains("/sources", StringComparison.Ordinal);
        var sent = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : "";
        if (request.Method != HttpMethod.Get)
        {
            if (sources)
                source = sent;
            return Answer(request, HttpStatusCode.NoContent, "");
        }

        var point = request.RequestUri.AbsolutePath.Contains("RowKey", StringComparison.Ordinal);
        return point
            ? Answer(request, HttpStatusCode.NotFound, "{}")
            : Answer(request, HttpStatusCode.OK, $$"""{"value":[{{(sources ? source : "")}}]}""");
    }

    private static HttpResponseMessage Answer(HttpRequestMessage request, HttpStatusCode status, string json) =>
        new(status)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
            RequestMessage = request,
            Headers = { ETag = new("\"1\"") },
        };

    private sealed class Nowhere : ServiceBusClient
    {
        public override ServiceBusSender CreateSender(string queueOrTopicName) => new Sender();
    }

    private sealed class Sender : ServiceBusSender
    {
        public override Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default) =>
            Task.CompletedTask;
    }
}
