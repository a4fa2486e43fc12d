using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Identity;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>
/// The suite in a process of its own, as the secret of handles is the process's: with secrets, or with plain hashes.
/// </summary>
internal sealed class KeyedSuite : IAsyncDisposable
{
    private static readonly TimeSpan peace = TimeSpan.FromMinutes(3);

    private readonly SuiteFolder folder;

    private KeyedSuite(SuiteFolder folder, SuiteProcess process, HttpClient client) =>
        (this.folder, Process, Client) = (folder, process, client);

    public SuiteProcess Process { get; }

    public HttpClient Client { get; }

    /// <summary>Secrets as the setting has them.</summary>
    public static string Secret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(HandleKeys.SecretBytes));

    /// <param name="folder">Storage and broker.</param>
    /// <param name="secrets">The value of Handles__Key; null: Handles__Unkeyed.</param>
    /// <param name="settings">Further settings.</param>
    public static async Task<KeyedSuite> Start(SuiteFolder folder, string? secrets, params (string Name, string Value)[] settings)
    {
        var process = new SuiteProcess(Settings(folder, secrets, settings));
        return new KeyedSuite(folder, process, await process.Client());
    }

    /// <summary>The settings of such a process.</summary>
    public static Dictionary<string, string> Settings(SuiteFolder folder, string? secrets, params (string Name, string Value)[] settings)
    {
        var all = folder.Settings();
        all["AzureFunctionsJobHost__logging__logLevel__default"] = "Information";
        all["Rebuilding__SecondLook"] = "00:00:01";
        if (secrets is not null)
        {
            all.Remove("Handles__Unkeyed");
            all["Handles__Key"] = secrets;
        }

        foreach (var (name, value) in settings)
            all[name] = value;
        return all;
    }

    public Task Quiet() => folder.Quiet(Process, TimeProvider.System, peace);

    public async Task<JsonNode> Get(string path) => JsonNode.Parse(await Client.GetStringAsync(new Uri($"api/{path}", UriKind.Relative)))!;

    public async Task<JsonNode> Post(string path, JsonNode body, int expected)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await Client.PostAsync(new Uri($"api/{path}", UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == expected, $"{path} answered {(int)answer.StatusCode}, not {expected}: {text}");
        return JsonNode.Parse(text)!;
    }

    public Task<JsonNode> Events(IEnumerable<JsonObject> events) =>
        Post("events", new JsonArray([.. events.Select(one => one.DeepClone())]), 202);

    public Task<JsonArray> Find(string identifier) => Process.Find(identifier);

    /// <summary>Asks for the erasure of the one customer with an identifier.</summary>
    public async Task Erase(string identifier)
    {
        var id = (string)Assert.Single(await Find(identifier))!["customerId"]!;
        var why = new JsonObject { ["reason"] = "asked for in a letter" };
        var shown = await Post($"customers/{id}/erase", why, 428);
        await Post($"customers/{id}/erase?confirm={(string)shown["confirm"]!}", why, 202);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
    }
}
