using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Keys;

/// <summary><c>crm keys create</c>: makes a key of the API and prints it, this once.</summary>
internal sealed class CreateKeyCommand : ICommand
{
    private const string Role = "--role";

    public string Name => "keys create";

    public string Summary => "Makes a key of the API. It is printed this once; the suite keeps a hash of it.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new(Role, "ROLE", string.Join(", ", RoleNames.All)),
        new("--name", "NAME", "who or what has it; stands on record as who did it (the role)"),
        new("--source", "NAME,…", "of ingest: the sources whose events it may send; * for any but the suite's own"),
        new("--owner", "ID", "of owner: whose customers it may see"),
        new("--until", "INSTANT", "from then on it opens nothing, such as 2027-12-31T00:00:00Z (without end)"),
        .. Connection.Options(RoleNames.Admin),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var role = arguments.Required(Role);
        if (!RoleNames.All.Contains(role))
            throw new UsageException($"{Role} {role}: one of {string.Join(", ", RoleNames.All)} is wanted.");
        var body = new JsonObject { ["role"] = role };
        foreach (var (option, member) in (ReadOnlySpan<(string, string)>)[("--name", "name"), ("--owner", "owner")])
        {
            if (arguments.Text(option) is { } text)
                body[member] = text;
        }

        if (arguments.Text("--source") is { } sources)
        {
            body["sources"] = new JsonArray([
                .. sources
                    .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(name => (JsonNode)name),
            ]);
        }

        if (arguments.Moment("--until") is { } until)
            body["until"] = until.ToString();
        if (role == RoleNames.Ingest && body["sources"] is null)
            throw new UsageException("--source is missing: the sources whose events the key may send, or * for any but the suite's own.");
        if (role == RoleNames.Owner && body["owner"] is null)
            throw new UsageException("--owner is missing: the id of the owner whose customers the key may see.");

        using var api = new JsonApi(arguments, terminal, RoleNames.Admin);
        var made = await api.Post("keys", body, cancellationToken);
        terminal.Out.WriteLine((string)made["key"]!);
        await terminal.Error.WriteLineAsync(
            $"It is {made["id"]}, {made["name"]}. Keep it now: nobody can read it again. Send it as Authorization: Bearer, or as x-functions-key."
        );
        return ExitCode.Ok;
    }
}

/// <summary><c>crm keys bootstrap</c>: the first key of a suite, by which the others are made.</summary>
internal sealed class BootstrapKeyCommand : ICommand
{
    public string Name => "keys bootstrap";

    public string Summary => "Prints a first key with the role admin, and the setting Keys__Admin that lets it in. Asks no app.";

    public IReadOnlyList<Option> Options { get; } = [];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var key = ApiKey.New();
        terminal.Out.WriteLine(key);
        terminal.Error.WriteLine($"Keys__Admin={ApiKey.Hash(key)}");
        return Task.FromResult(ExitCode.Ok);
    }
}

/// <summary><c>crm keys list</c>: who has which role, until when, and when the key was last seen.</summary>
internal sealed class ListKeysCommand : ICommand
{
    public string Name => "keys list";

    public string Summary => "Lists the keys of the API: role, what it is held to, end, last use.";

    public IReadOnlyList<Option> Options { get; } = [new("--json", null, "JSON instead of text"), .. Connection.Options(RoleNames.Admin)];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = new JsonApi(arguments, terminal, RoleNames.Admin);
        var keys = await api.Get("keys", cancellationToken);
        if (arguments.Has("--json"))
            terminal.Out.WriteLine(JsonApi.Write(keys));
        else
        {
            foreach (var key in keys["keys"]!.AsArray().Select(key => key!))
                terminal.Out.WriteLine(Line(key));
        }

        return ExitCode.Ok;
    }

    private static string Line(JsonNode key)
    {
        var held = key["sources"] is JsonArray sources
            ? string.Join(",", sources.Select(source => (string)source!))
            : (string?)key["owner"];
        var state =
            key["revokedAt"] is not null ? $"revoked {Day(key["revokedAt"])} by {key["revokedBy"]}"
            : key["until"] is not null ? $"until {Day(key["until"])}"
            : "";
        var used = key["lastUsedAt"] is null ? "never used" : $"used {Day(key["lastUsedAt"])}";
        return $"{(string)key["id"]!, -10} {(string)key["role"]!, -8} {(string)key["name"]!, -28} {held, -16} {used, -22} {state}".TrimEnd();
    }

    private static string Day(JsonNode? at) =>
        DateTimeOffset
            .Parse((string)at!, CultureInfo.InvariantCulture)
            .UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}

/// <summary><c>crm keys revoke</c>: a key opens nothing from now on.</summary>
internal sealed class RevokeKeyCommand : ICommand
{
    public string Name => "keys revoke";

    public string Summary => "Revokes a key of the API, by its id.";

    public string Operand => "ID";

    public IReadOnlyList<Option> Options { get; } = Connection.Options(RoleNames.Admin);

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = new JsonApi(arguments, terminal, RoleNames.Admin);
        var id = arguments.Required(Operand);
        var revoked = await api.Send(HttpMethod.Delete, $"keys/{Uri.EscapeDataString(id)}", null, cancellationToken);
        terminal.Out.WriteLine($"{revoked["id"]}, {revoked["name"]}: revoked");
        return ExitCode.Ok;
    }
}
