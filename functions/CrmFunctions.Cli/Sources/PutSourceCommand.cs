using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Sources;

/// <summary>
/// <c>crm sources put</c>: makes a source, or changes it. Secrets come from files or standard input: arguments are seen by everybody on a
/// machine.
/// </summary>
internal sealed class PutSourceCommand : ICommand
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public string Name => "sources put";

    public string Summary => "Makes a source, or changes it; what is left out stays as it is.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--id", "ID", "left out: a new random one"),
        new("--provider", "NAME", "shopify, woocommerce, stripe, …; needed for a new one"),
        new("--name", "NAME", "what its events name as their source (the id)"),
        new("--secret-file", "FILE", "file that holds its secret; - reads it from standard input"),
        new("--key-vault", "URL", "where its secret is in Azure Key Vault, instead"),
        new("--old-until", "INSTANT", "keeps the secret there was until then, such as 2026-06-30T16:00:00Z"),
        new("--currency", "CODE", "of amounts that say none"),
        new("--zone", "ZONE", "of times without an offset"),
        new("--region", "CC", "of phone numbers without a country code"),
        new("--hook-url", "URL", "the webhook's address as registered (Square, HubSpot)"),
        new("--api-url", "URL", "where the provider's own API is"),
        new("--client-id", "ID", "Youzan's client id"),
        new("--identifiers", "TRUST", "verified (accounts, contacts) or claimed (forms, anything anonymous); as its provider does"),
        new("--fields", "A=B,…", "where canonical members are: customer.email=q1,customer.phone=q2"),
        new("--types", "A=B,…", "what its own topics are: contact.created=customer.created,coupon.created=ignore"),
        new("--token-file", "FILE", "file that holds WeCom's token"),
        new("--aes-key-file", "FILE", "file that holds WeCom's EncodingAESKey"),
        new("--json-file", "FILE", "further members as in PUT /api/sources/{id}: credentials, perSecond, …"),
        new("--keep-refused-until", "INSTANT", "until then deliveries with a bad signature are kept aside"),
        .. Connection.Options(RoleNames.Admin),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = new SourcesApi(arguments, terminal);
        var id = arguments.Text("--id") ?? NewId();
        var before = arguments.Has("--id") ? await Before(api, id, cancellationToken) : null;
        var source = before is null ? [] : Kept(before);
        if (arguments.Text("--json-file") is { } file)
            Merge(source, file);
        foreach (
            var (option, member) in (ReadOnlySpan<(string, string)>)
                [
                    ("--provider", "provider"),
                    ("--name", "name"),
                    ("--currency", "currency"),
                    ("--zone", "timeZone"),
                    ("--region", "region"),
                    ("--hook-url", "url"),
                    ("--api-url", "apiUrl"),
                    ("--client-id", "clientId"),
                    ("--identifiers", "identifiers"),
                ]
        )
        {
            if (arguments.Text(option) is { } value)
                source[member] = value;
        }

        foreach (var (option, member) in (ReadOnlySpan<(string, string)>)[("--fields", "fields"), ("--types", "types")])
        {
            if (arguments.Text(option) is { } pairs)
                source[member] = Pairs(option, pairs);
        }

        foreach (var (option, member) in (ReadOnlySpan<(string, string)>)[("--token-file", "token"), ("--aes-key-file", "aesKey")])
        {
            if (arguments.Text(option) is { } secret)
                source[member] = Read(secret);
        }

        if (arguments.Moment("--keep-refused-until") is { } until)
            source["keepRefusedUntil"] = until.ToString();
        if (Secrets(arguments, before) is { } secrets)
            source["secrets"] = secrets;
        if (source["provider"] is null)
            throw new UsageException("--provider is missing: a new source needs one.");

        terminal.Out.WriteLine(JsonApi.Write(await api.Put(id, source, cancellationToken)));
        terminal.Error.WriteLine($"Its webhook's address is …/api/hooks/{id}");
        return ExitCode.Ok;
    }

    private static async Task<JsonNode?> Before(SourcesApi api, string id, CancellationToken cancellationToken) =>
        (await api.List(cancellationToken))["sources"]!.AsArray().FirstOrDefault(source => (string)source!["id"]! == id);

    // Everything but what is only shown; secrets that are left out stay.
    private static JsonObject Kept(JsonNode before)
    {
        var source = before.DeepClone().AsObject();
        foreach (var member in (ReadOnlySpan<string>)["id", "secrets", "credentials"])
            source.Remove(member);
        return source;
    }

    private static JsonObject Pairs(string option, string text)
    {
        var pairs = new JsonObject();
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, { Length: > 0 } value])
                throw new UsageException($"{option} {pair}: name=value is wanted, several apart by commas.");
            pairs[name] = value;
        }

        return pairs;
    }

    private static void Merge(JsonObject source, string file)
    {
        try
        {
            foreach (var (name, value) in JsonNode.Parse(File.ReadAllText(file))!.AsObject())
                source[name] = value?.DeepClone();
        }
        catch (Exception unread)
            when (unread
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or InvalidOperationException
                        or NullReferenceException
            )
        {
            throw new CommandFailedException($"{file} is no JSON object: {unread.GetType().Name}.");
        }
    }

    private static JsonArray? Secrets(Arguments arguments, JsonNode? before)
    {
        var (file, vault, oldUntil) = (arguments.Text("--secret-file"), arguments.Text("--key-vault"), arguments.Moment("--old-until"));
        if (file is not null && vault is not null)
            throw new UsageException("--secret-file and --key-vault: one of them is the new secret.");
        if (file is null && vault is null)
            return oldUntil is null ? null : throw new UsageException("--old-until needs a new secret: add --secret-file or --key-vault.");
        JsonArray secrets = [vault is not null ? new JsonObject { ["keyVault"] = vault } : new JsonObject { ["value"] = Read(file!) }];
        if (oldUntil is not { } until)
            return secrets;
        var old =
            before?["secrets"]?.AsArray().FirstOrDefault(secret => secret!["until"] is null)
            ?? throw new CommandFailedException("--old-until: the source has no secret in force that could be kept.");
        secrets.Add((JsonNode)new JsonObject { ["id"] = (string)old["id"]!, ["until"] = until.ToString() });
        return secrets;
    }

    private static string Read(string file)
    {
        try
        {
            return (file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file)).Trim('\r', '\n');
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{file} cannot be read: {unread.Message}");
        }
    }

    private static string NewId() => RandomNumberGenerator.GetString(Alphabet, 20);
}
