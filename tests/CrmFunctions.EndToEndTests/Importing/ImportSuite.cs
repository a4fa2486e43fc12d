using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.EndToEndTests.Input;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Importing;

/// <summary>One running suite for all tests of a class about imports. Each test takes sources of its own.</summary>
public sealed class ImportSuite : IAsyncLifetime, IDisposable
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

    /// <summary>The query for a file with the columns customer, date and amount.</summary>
    public static string Query(string source, string more = "") => $"source={source}&customer=customer&date=date&amount=amount{more}";

    /// <summary>Uploads bytes.</summary>
    public async Task<Answer> Upload(ReadOnlyMemory<byte> file, string query, string contentType = "text/csv", string? encoding = null)
    {
        using var content = new ReadOnlyMemoryContent(file);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null)
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var answer = await Suite.Client.PostAsync(new Uri($"api/imports?{query}", UriKind.Relative), content);
        return await Answer.Of(answer);
    }

    /// <summary>Asks how bytes would be read.</summary>
    public async Task<JsonNode> Preview(ReadOnlyMemory<byte> file, string query)
    {
        using var content = new ReadOnlyMemoryContent(file);
        content.Headers.TryAddWithoutValidation("Content-Type", "text/csv");
        using var response = await Suite.Client.PostAsync(new Uri($"api/imports/preview?{query}", UriKind.Relative), content);
        var answer = await Answer.Of(response);
        Assert.True(answer.Status == 200, answer.Text);
        OpenApi.Holds(answer.Json, "PreviewAnswer");
        return answer.Json;
    }

    /// <summary>The keys of everything that is kept of imports.</summary>
    public async Task<IReadOnlyList<string>> Kept()
    {
        var keys = new List<string>();
        await foreach (var row in Suite.Tables.Imports.QueryAsync<Azure.Data.Tables.TableEntity>((string?)null))
            keys.Add($"{row.PartitionKey}/{row.RowKey}");
        return keys;
    }

    /// <summary>Uploads text in UTF-8.</summary>
    public Task<Answer> Upload(string file, string query) => Upload(Encoding.UTF8.GetBytes(file), query);

    /// <summary>Imports a file to its end.</summary>
    /// <returns>What <c>GET /api/imports/{id}</c> says of it.</returns>
    public async Task<JsonNode> Import(ReadOnlyMemory<byte> file, string query)
    {
        var answer = await Upload(file, query);
        Assert.True(answer.Status == 202, answer.Text);
        OpenApi.Holds(answer.Json, "ImportAnswer");
        await Suite.Host.Idle();
        var import = await Suite.Get($"imports/{(string)answer.Json["id"]!}");
        OpenApi.Holds(import, "ImportAnswer");
        Assert.Equal("completed", (string)import["status"]!);
        return import;
    }

    /// <summary>Imports text in UTF-8 to its end.</summary>
    public Task<JsonNode> Import(string file, string query) => Import(Encoding.UTF8.GetBytes(file), query);

    /// <summary>What became of every row.</summary>
    public async Task<IReadOnlyList<JsonNode>> Rows(JsonNode import)
    {
        var rows = new List<JsonNode>();
        var next = "";
        do
        {
            var page = await Suite.Get($"imports/{(string)import["id"]!}/rows?next={next}");
            OpenApi.Holds(page, "ImportRowsAnswer");
            rows.AddRange(page["rows"]!.AsArray().Select(row => row!));
            next = (string?)page["next"];
        } while (next is not null);

        return rows;
    }

    /// <summary>The counts of an import: accepted, duplicates, refused.</summary>
    public static (int Accepted, int Duplicates, int Refused) Counts(JsonNode import) =>
        ((int)import["accepted"]!, (int)import["duplicates"]!, (int)import["refused"]!);
}
