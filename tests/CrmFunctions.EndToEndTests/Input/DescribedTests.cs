using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Input;

/// <summary>The running suite does what its description says.</summary>
public sealed class DescribedTests(InputSuite input) : IClassFixture<InputSuite>
{
    [Fact]
    public async Task The_document_served_is_the_one_in_the_repository_and_needs_no_key()
    {
        using var stranger = input.Suite.NewClient();

        var served = await stranger.GetStringAsync(new Uri("api/openapi.json", UriKind.Relative));

        Assert.True(JsonNode.DeepEquals(OpenApiDocument.Json, JsonNode.Parse(served)));
    }

    [Fact]
    public async Task Every_example_of_an_event_is_taken_and_is_as_described()
    {
        var content = OpenApiDocument.Json["paths"]!["/events"]!["post"]!["requestBody"]!["content"]!.AsObject();
        var bodies = content
            .SelectMany(type => type.Value!["examples"]!.AsObject().Select(example => (Type: type.Key, Body: example.Value!["value"]!)))
            .Concat(
                OpenApiDocument.Json["components"]!["schemas"]!["Event"]!["examples"]!
                    .AsArray()
                    .Select(example => (Type: "application/json", Body: example!))
            );
        foreach (var (type, body) in bodies)
        {
            OpenApi.Holds(body, content[type]!["schema"]!);
            var answer = await input.Post(body.ToJsonString(), type);
            Assert.True(answer.Status == 202, answer.Text);
            OpenApi.Holds(answer.Json, "EventsAnswer");
            Assert.All(answer.Json["events"]!.AsArray(), item => Assert.NotEqual("refused", (string)item!["status"]!));
        }
    }

    [Fact]
    public void Every_example_of_an_answer_is_as_described()
    {
        var schemas = OpenApiDocument.Json["components"]!["schemas"]!.AsObject();
        foreach (var (name, schema) in schemas)
        {
            foreach (var example in schema!["examples"]?.AsArray() ?? [])
                OpenApi.Holds(example, name);
        }

        foreach (var (_, path) in OpenApiDocument.Json["paths"]!.AsObject())
        {
            foreach (var (_, operation) in path!.AsObject())
            {
                foreach (
                    var media in operation!["responses"]!
                        .AsObject()
                        .SelectMany(response => OpenApiDocument.Resolve(response.Value!)["content"]?.AsObject() ?? [])
                )
                {
                    if (media.Value!["example"] is { } example)
                        OpenApi.Holds(example, media.Value["schema"]!);
                    foreach (var (_, named) in media.Value["examples"]?.AsObject() ?? [])
                        OpenApi.Holds(named!["value"], media.Value["schema"]!);
                }
            }
        }
    }

    [Fact]
    public async Task Every_answer_is_as_described()
    {
        // A customer with all there is to tell of one, another about to be lost, and an event in quarantine.
        var answer = await input.Suite.Post(Sent.Paid("told", "told", "129.90", email: "told@example.com", phone: "+8613800138001"));
        var id = (string)answer["events"]![0]!["customerId"]!;
        await input.Suite.Post(Sent.Paid("lost", "lost", at: Suite.Now.AddDays(-200)));
        await input.Suite.Post(Sent.Paid("told", "told", "1.00"));
        await input.Suite.Settle();

        foreach (
            var (path, schema) in new[]
            {
                ($"customers/{id}", "CustomerAnswer"),
                ($"customers/{id}/receipt", "ReceiptAnswer"),
                ($"customers/{id}/receipt?asOf=2026-03-01T00:00:00Z&lang=zh-CN", "ReceiptAnswer"),
                ($"customers/{id}/timeline?take=1", "TimelineAnswer"),
                ($"customers/{id}/messages", "MessagesAnswer"),
                ("reports/base", "BaseAnswer"),
                ("reports/churn-warnings", "ChurnAnswer"),
                ("quarantine", "QuarantineAnswer"),
                ("customers/shared", "SharedAnswer"),
                ("quality", "QualityAnswer"),
                ("quality/incomplete", "QualityItems"),
                ("privacy/requests", "PrivacyRequestsAnswer"),
                ("health", "HealthShort"),
                ("health/details", "HealthAnswer"),
                ("standards", "StandardsAnswer"),
                ("standards/value", "StandardAnswer"),
                ("calibrations", "CalibrationsAnswer"),
            }
        )
        {
            var told = await input.Get(path);
            Assert.True(told.Status == 200, $"{path}: {told.Status} {told.Text}");
            OpenApi.Holds(told.Json, schema);
        }

        var asked = await input.Post(ReadOnlyMemory<byte>.Empty, contentType: null, path: "api/recalculations");
        Assert.Equal(202, asked.Status);
        OpenApi.Holds(asked.Json, "RecalculateAllAnswer");
        Assert.NotEmpty((await input.Get("reports/churn-warnings")).Json["customers"]!.AsArray());
        Assert.NotEmpty((await input.Get("quarantine")).Json["items"]!.AsArray());
    }
}
