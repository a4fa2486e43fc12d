using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Start;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Keys;

/// <summary>
/// A key of each role for the suite on this machine, in api-keys.json of its folder, with the address that they are for. The one of the
/// role admin is the one whose hash the app is started with; it makes the others.
/// </summary>
internal sealed class LocalKeys
{
    /// <summary>The file's name.</summary>
    public const string FileName = "api-keys.json";

    /// <summary>Whose customers the key of the role owner sees: the first owner of the demo.</summary>
    public const string Owner = "mei";

    private readonly string path;
    private readonly JsonObject kept;

    private LocalKeys(string path, JsonObject kept) => (this.path, this.kept) = (path, kept);

    /// <summary>The key of the role admin.</summary>
    public string Admin => Key(RoleNames.Admin)!;

    /// <summary>Those of the last start, or new ones.</summary>
    /// <param name="folder">Of the suite's state.</param>
    /// <param name="admin">The key of the role admin from now on; null: the one of the last start, or a new one.</param>
    /// <exception cref="CommandFailedException">The key could be guessed, or the file cannot be read.</exception>
    public static LocalKeys Open(string folder, string? admin)
    {
        if (admin is { Length: > 0 } && ApiKey.Problem(admin) is { } weak)
            throw new CommandFailedException($"CRM_KEY {weak}. Leave it out, and start.sh makes one.");
        var keys = Read(folder) ?? new LocalKeys(Path.Combine(folder, FileName), []);
        keys.Keep(RoleNames.Admin, null, admin is { Length: > 0 } ? admin : keys.Key(RoleNames.Admin) ?? ApiKey.New());
        keys.Write();
        return keys;
    }

    /// <summary>Those of a folder; null where it has none.</summary>
    /// <exception cref="CommandFailedException">The file cannot be read.</exception>
    public static LocalKeys? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) ? new LocalKeys(path, JsonNode.Parse(File.ReadAllText(path))!.AsObject()) : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw new CommandFailedException($"{path} cannot be read: {problem.Message} Remove it, and the next start makes new keys.");
        }
    }

    /// <summary>The key of a role, for the address of the last start only; null where there is none.</summary>
    public string? Of(string role, Uri address) => (string?)kept["url"] == address.GetLeftPart(UriPartial.Authority) ? Key(role) : null;

    /// <summary>Makes the keys that are missing, or that open nothing any more.</summary>
    /// <param name="address">Where the app runs.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="CommandFailedException">The app refuses.</exception>
    public async Task Complete(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient
        {
            BaseAddress = new Uri(address, "/api/"),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Admin) },
        };
        var known = await Ask(http, HttpMethod.Get, null, cancellationToken);
        var good = known["keys"]!
            .AsArray()
            .Where(key => key!["revokedAt"] is null && key["until"] is null)
            .Select(key => (string)key!["id"]!)
            .ToHashSet();
        foreach (var role in RoleNames.All.Where(role => role != RoleNames.Admin))
        {
            if (kept[role] is { } entry && good.Contains((string)entry["id"]!))
                continue;
            var body = new JsonObject { ["role"] = role, ["name"] = $"{role} on this machine" };
            if (role == RoleNames.Ingest)
                body["sources"] = new JsonArray("*");
            if (role == RoleNames.Owner)
                body["owner"] = Owner;
            var made = await Ask(http, HttpMethod.Post, body, cancellationToken);
            Keep(role, (string)made["id"]!, (string)made["key"]!);
        }

        kept["url"] = address.GetLeftPart(UriPartial.Authority);
        Write();
    }

    private string? Key(string role) => (string?)kept[role]?["key"];

    private void Keep(string role, string? id, string key) => kept[role] = new JsonObject { ["id"] = id, ["key"] = key };

    private void Write() => PrivateFile.Write(path, kept.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");

    private static async Task<JsonNode> Ask(HttpClient http, HttpMethod method, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, "keys") { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await http.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!
            : throw new CommandFailedException(
                $"{method} {http.BaseAddress}keys answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}"
            );
    }
}
