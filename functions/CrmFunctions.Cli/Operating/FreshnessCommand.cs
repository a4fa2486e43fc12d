using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Operating;

/// <summary><c>crm freshness</c>: what stands still, and since when. Ends with 1 where a person must look.</summary>
internal sealed class FreshnessCommand : ICommand
{
    public string Name => "freshness";

    public string Summary => "Says whether anything stands still: storage, broker, oldest event, timers, dead letters, calibrations.";

    public IReadOnlyList<Option> Options { get; } =
    [new("--json", null, "JSON instead of text"), .. Connection.Options("viewer, without which it names the parts only")];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        // Without a key the suite says which part is bad, and with one what it is.
        var address = Connection.AddressOf(arguments, terminal);
        var answer = Connection.KeyOf(RoleNames.Viewer, address, arguments, terminal) is null
            ? await Anonymous(address, cancellationToken)
            : await Details(arguments, terminal, cancellationToken);
        if (arguments.Has("--json"))
            terminal.Out.WriteLine(JsonApi.Write(answer));
        else
            Write(answer, terminal);
        return (string?)answer["status"] == "fresh" ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<JsonNode> Details(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = new JsonApi(arguments, terminal, RoleNames.Viewer);
        var answer = await api.Get("health/details", cancellationToken);
        answer["status"] = (bool)answer["fresh"]! ? "fresh" : "stale";
        return answer;
    }

    private static async Task<JsonNode> Anonymous(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address, "/api/") };
        try
        {
            using var response = await http.GetAsync(new Uri("health/fresh", UriKind.Relative), cancellationToken);
            return (await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!;
        }
        catch (Exception failed) when (failed is HttpRequestException or JsonException)
        {
            throw new CommandFailedException($"{http.BaseAddress}health/fresh cannot be read: {failed.Message}");
        }
    }

    private static void Write(JsonNode answer, Terminal terminal)
    {
        var texts = terminal.Texts;
        terminal.Out.WriteLine(texts[$"fresh.{(string)answer["status"]!}", Time(answer["at"])]);
        foreach (var part in answer["parts"]!.AsArray().Select(part => part!))
        {
            terminal.Out.WriteLine(Line(texts, texts[$"fresh.part.{(string)part["name"]!}"], part, (string?)part["says"]));
            foreach (var item in (part["items"]?.AsArray() ?? []).Select(item => item!))
                terminal.Out.WriteLine("    " + Line(texts, (string)item["name"]!, item, Of(texts, item)));
        }
    }

    private static string Line(Texts texts, string name, JsonNode of, string? says)
    {
        var since = of["since"] is { } at ? texts["fresh.since", Time(at)] : "";
        return $"{((bool)of["good"]! ? texts["fresh.good"] : texts["fresh.bad"])}  {name}  {says}{since}".TrimEnd();
    }

    private static string Of(Texts texts, JsonNode item) =>
        string.Join(
            "  ",
            new[]
            {
                item["count"] is { } count && (int)count > 0 ? texts["fresh.count", (int)count] : null,
                item["lastAt"] is { } last ? texts["fresh.last", Time(last)]
                : item["dueAt"] is not null ? texts["fresh.never"]
                : null,
                item["dueAt"] is { } due ? texts["fresh.due", Time(due)] : null,
                (string?)item["says"],
            }.Where(text => text is not null)
        );

    private static string Time(JsonNode? at) =>
        DateTimeOffset
            .Parse((string)at!, CultureInfo.InvariantCulture)
            .UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
