using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.Events;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Input;

/// <summary>One running suite for all tests of a class about input: none of them leaves anything in its log but what it says.</summary>
public sealed class InputSuite : IAsyncLifetime, IDisposable
{
    private readonly Azurite azurite = new();

    /// <summary>The suite.</summary>
    public Suite Suite { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Suite = await Suite.Start(azurite);

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Suite.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => azurite.Dispose();

    /// <summary>Posts bytes as they are.</summary>
    public async Task<Answer> Post(
        ReadOnlyMemory<byte> body,
        string? contentType = "application/json",
        bool chunked = false,
        string? encoding = null,
        string path = "api/events",
        params (string Name, string Value)[] headers
    )
    {
        using HttpContent content = chunked ? new StreamContent(new Unsized(body)) : new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = null;
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null)
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await Suite.Client.SendAsync(request);
        return await Answer.Of(answer);
    }

    /// <summary>Posts text in UTF-8.</summary>
    public Task<Answer> Post(string body, string? contentType = "application/json", params (string Name, string Value)[] headers) =>
        Post(Encoding.UTF8.GetBytes(body), contentType, headers: headers);

    /// <summary>Asks for a path below <c>api/</c>.</summary>
    public async Task<Answer> Get(string path)
    {
        using var answer = await Suite.Client.GetAsync(new Uri($"api/{path}", UriKind.Relative));
        return await Answer.Of(answer);
    }

    /// <summary>The names of all events in the log.</summary>
    public async Task<IReadOnlySet<string>> Log()
    {
        var names = new HashSet<string>();
        await foreach (var row in Suite.Tables.Events.QueryAsync<EventRow>((string?)null))
            names.Add($"{row.Source}/{row.Id}");
        return names;
    }

    /// <summary>
    /// Holds what was posted to be refused whole: the answer is the problem, the log is as before, and the next event is taken.
    /// </summary>
    public async Task<JsonNode> Refused(Func<Task<Answer>> post, int status, string type)
    {
        var before = await Log();
        var answer = await post();
        var problem = answer.Problem(status, type);
        Assert.Equal(before, await Log());
        await TakesTheNext();
        return problem;
    }

    /// <summary>The process is up, and a valid event goes through.</summary>
    public async Task TakesTheNext()
    {
        Assert.Equal(200, (await Get("health")).Status);
        var valid = await Suite.Post(Sent.Visit($"next-{Guid.NewGuid():N}", "next"));
        Assert.Equal(1, (int)valid["accepted"]!);
    }

    private sealed class Unsized(ReadOnlyMemory<byte> bytes) : MemoryStream(bytes.ToArray())
    {
        public override bool CanSeek => false;
    }
}

/// <summary>What was answered.</summary>
public sealed record Answer(int Status, MediaTypeHeaderValue? ContentType, string Text)
{
    /// <summary>The body.</summary>
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>Holds the answer to be a problem of RFC 9457 of a type.</summary>
    public JsonNode Problem(int status, string type)
    {
        Assert.True(Status == status, $"Answered {Status}, not {status}: {Text}");
        Assert.Equal("application/problem+json", ContentType?.MediaType);
        OpenApi.Holds(Json, "Problem");
        Assert.Equal($"urn:crm:{type}", (string)Json["type"]!);
        Assert.Equal(status, (int)Json["status"]!);
        return Json;
    }

    /// <summary>The fields of a problem.</summary>
    public static IEnumerable<string> Fields(JsonNode problem) => problem["errors"]!.AsArray().Select(error => (string)error!["field"]!);

    internal static async Task<Answer> Of(HttpResponseMessage answer) =>
        new((int)answer.StatusCode, answer.Content.Headers.ContentType, await answer.Content.ReadAsStringAsync());
}
