using System.Text.Json.Nodes;
using CrmFunctions.EndToEndTests.Input;
using CrmFunctions.Events;
using CrmFunctions.Events.Quarantine;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Hooks;

/// <summary>One running suite for all tests of a class about webhooks, which have a source each.</summary>
public sealed class HookSuite : IAsyncLifetime, IDisposable
{
    private readonly Azurite azurite = new();

    /// <summary>The suite.</summary>
    public Suite Suite { get; private set; } = null!;

    /// <summary>Now, for signatures: the machine's.</summary>
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Makes a source.</summary>
    public async Task Source(string id, string json, int? expected = null)
    {
        var (status, answer) = await Suite.Send(HttpMethod.Put, $"sources/{id}", json);
        Assert.True(expected is { } wanted ? status == wanted : status is >= 200 and < 300, answer?.ToJsonString());
    }

    /// <summary>Sends a webhook as a stranger with its signature.</summary>
    public Task<HookAnswer> Send(
        string source,
        byte[] body,
        (string Name, string Value)[] headers,
        string query = "",
        string method = "POST",
        string? contentType = "application/json"
    ) => Send(Suite, source, body, headers, query, method, contentType);

    /// <summary>The same to any suite.</summary>
    public static async Task<HookAnswer> Send(
        Suite suite,
        string source,
        byte[] body,
        (string Name, string Value)[] headers,
        string query = "",
        string method = "POST",
        string? contentType = "application/json"
    )
    {
        using var stranger = suite.NewClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"api/hooks/{source}{query}", UriKind.Relative));
        if (method == "POST")
        {
            request.Content = new ByteArrayContent(body);
            if (contentType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await stranger.SendAsync(request);
        var all = answer
            .Headers.Concat(answer.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        return new HookAnswer(await Answer.Of(answer), all);
    }

    /// <summary>What the log has of a source.</summary>
    public async Task<IReadOnlyList<EventRow>> Log(string source)
    {
        var rows = new List<EventRow>();
        await foreach (var row in Suite.Tables.Events.QueryAsync<EventRow>($"Source eq '{source}'"))
            rows.Add(row);
        return [.. rows.OrderBy(row => row.OccurredAt).ThenBy(row => row.Type, StringComparer.Ordinal)];
    }

    /// <summary>What the log has of a source, in short.</summary>
    public async Task<IReadOnlyList<string>> Types(string source) => [.. (await Log(source)).Select(row => row.Type)];

    /// <summary>What the quarantine has of a source.</summary>
    public async Task<IReadOnlyList<JsonNode>> Quarantine(string source) =>
        [.. (await Suite.Get($"quarantine?source={source}"))["items"]!.AsArray().Select(item => item!)];

    /// <summary>The rows of the quarantine as they are.</summary>
    public async Task<IReadOnlyList<QuarantineRow>> Rows(string source)
    {
        var rows = new List<QuarantineRow>();
        await foreach (var row in Suite.Tables.Quarantine.QueryAsync<QuarantineRow>($"Source eq '{source}'"))
            rows.Add(row);
        return rows;
    }

    /// <summary>Tries all of a source again.</summary>
    public async Task<JsonNode> Release(string source)
    {
        using var answer = await Suite.Client.PostAsync(new Uri($"api/quarantine/release?source={source}", UriKind.Relative), null);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        OpenApi.Holds(JsonNode.Parse(text), "ReleaseAnswer");
        return JsonNode.Parse(text)!;
    }

    /// <summary>
    /// Holds a delivery to be refused as any stranger's is: the one answer, nothing in the log, nothing kept, no storage operation.
    /// </summary>
    public async Task Stranger(string source, Func<Task<HookAnswer>> send)
    {
        await Send(source, "{}"u8.ToArray(), []);
        var (log, kept) = (await Log(source), await Rows(source));
        await Suite.Settle();
        var tables = Suite.Operations.Tables;
        var answer = await send();
        Assert.InRange(Suite.Operations.Tables - tables, 0, 1);
        answer.Answer.Problem(401, "bad-signature");
        Assert.Equal(log.Count, (await Log(source)).Count);
        Assert.Equal(kept.Count, (await Rows(source)).Count);
    }

    /// <inheritdoc/>
    public async Task InitializeAsync() =>
        Suite = await Suite.Start(azurite, settings: new Dictionary<string, string> { ["Sources:Refresh"] = "00:10:00" });

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Suite.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => azurite.Dispose();
}

/// <summary>What a sender was answered.</summary>
public sealed record HookAnswer(Answer Answer, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The status.</summary>
    public int Status => Answer.Status;

    /// <summary>Accepted, duplicates and kept.</summary>
    public (int Accepted, int Duplicates, int Kept) Counts =>
        ((int)Answer.Json["accepted"]!, (int)Answer.Json["duplicates"]!, (int)Answer.Json["kept"]!);
}
