using System.Net;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace AzureSdk.Local.Tests.Tables;

/// <summary>Stands for the service where the question is what is sent to it, or what its failures do.</summary>
public sealed class StubService : HttpMessageHandler
{
    private readonly Queue<Func<HttpResponseMessage>> _answers = [];

    public static TableSharedKeyCredential Credential { get; } = new("crm", "YSBrZXkgZm9yIHRlc3RzIGFuZCBub3RoaW5nIGVsc2U=");

    public List<(HttpRequestMessage Message, string Body)> Requests { get; } = [];

    /// <summary>What it answers next; 204 when nothing was said.</summary>
    public StubService Answers(HttpStatusCode status, string body = "", params (string Name, string Value)[] headers)
    {
        _answers.Enqueue(() =>
        {
            var response = new HttpResponseMessage(status) { Content = new StringContent(body, null, "application/json") };
            foreach (var (name, value) in headers)
                response.Headers.TryAddWithoutValidation(name, value);
            return response;
        });
        return this;
    }

    /// <summary>What it answers to a transaction next.</summary>
    public void AnswersBatch(string boundary, string body) => _answers.Enqueue(() =>
    {
        var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/mixed; boundary={boundary}");
        return new HttpResponseMessage(HttpStatusCode.Accepted) { Content = content };
    });

    public TableClientOptions Options()
    {
        var options = new TableClientOptions { Transport = new HttpClientTransport(this) };
        options.Retry.Delay = TimeSpan.Zero;
        options.Retry.MaxDelay = TimeSpan.Zero;
        return options;
    }

    public TableClient Table() => new(new Uri("https://crm.table.core.windows.net"), "events", Credential, Options());

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add((request, request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)));
        return _answers.TryDequeue(out var answer) ? answer() : new HttpResponseMessage(HttpStatusCode.NoContent);
    }
}
