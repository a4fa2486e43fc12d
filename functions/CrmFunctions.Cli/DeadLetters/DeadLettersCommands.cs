using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.DeadLetters;

/// <summary><c>crm dead-letters list</c>: what lies there, by queue and reason.</summary>
internal sealed class ListDeadLettersCommand : ICommand
{
    public string Name => "dead-letters list";

    public string Summary => "Counts the dead letters of every queue, by reason.";

    public IReadOnlyList<Option> Options { get; } = [new("--json", null, "JSON instead of text"), .. Connection.Options(RoleNames.Admin)];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = new JsonApi(arguments, terminal, RoleNames.Admin);
        var counts = await api.Get("dead-letters", cancellationToken);
        if (arguments.Has("--json"))
            terminal.Out.WriteLine(JsonApi.Write(counts));
        else
        {
            foreach (var count in counts["queues"]!.AsArray())
            {
                var reasons = string.Join(", ", count!["reasons"]!.AsObject().Select(reason => $"{reason.Key} {reason.Value}"));
                var more = (bool)count["more"]! ? "+" : "";
                terminal.Out.WriteLine(
                    string.Create(
                            CultureInfo.InvariantCulture,
                            $"{(string)count["queue"]!, -18} {(int)count["letters"]!, 6}{more, -1} {(string?)count["oldest"], -28} {reasons}"
                        )
                        .TrimEnd()
                );
            }
        }

        return ExitCode.Ok;
    }
}

/// <summary><c>crm dead-letters show</c>: each of one queue, with its reason, detail and body.</summary>
internal sealed class ShowDeadLettersCommand : ICommand
{
    public string Name => "dead-letters show";

    public string Summary => "Shows the dead letters of a queue, one by one.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--queue", "NAME", "the queue"),
        new("--reason", "REASON", "those of this reason only"),
        new("--id", "ID", "the one of this id only"),
        new("--json", null, "a line of JSON for each"),
        .. Connection.Options(RoleNames.Admin),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = new JsonApi(arguments, terminal, RoleNames.Admin);
        var (queue, reason, id) = (arguments.Required("--queue"), arguments.Text("--reason"), arguments.Text("--id"));
        for (string? next = ""; next is not null; )
        {
            var page = await api.Get(
                $"dead-letters/{Uri.EscapeDataString(queue)}{(next.Length == 0 ? "" : $"?next={next}")}",
                cancellationToken
            );
            foreach (
                var letter in page["items"]!
                    .AsArray()
                    .Where(letter =>
                        (reason ?? (string)letter!["reason"]!) == (string)letter!["reason"]!
                        && (id ?? (string)letter["id"]!) == (string)letter["id"]!
                    )
            )
            {
                terminal.Out.WriteLine(
                    arguments.Has("--json")
                        ? letter!.ToJsonString()
                        : $"{letter!["number"]}  {(string)letter["sentAt"]!}  {(string)letter["reason"]!}  {(string)letter["id"]!}\n    {(string?)letter["detail"]}\n    {(string)letter["body"]!}"
                );
            }

            next = (string?)page["next"];
        }

        return ExitCode.Ok;
    }
}

/// <summary><c>crm dead-letters replay</c> and <c>drop</c>: works them off until there are no more, so many a second at the most.</summary>
internal sealed class WorkOffDeadLettersCommand(string verb, string summary) : ICommand
{
    private const int Portion = 20;
    private static readonly string[] filters = ["reason", "id"];

    public string Name => $"dead-letters {verb}";

    public string Summary => summary;

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--queue", "NAME", "the queue"),
        new("--reason", "REASON", "those of this reason only"),
        new("--id", "ID", "the one of this id only"),
        new("--most", "N", "so many and no more (all)"),
        new("--per-second", "N", "so many a second at the most (20)"),
        .. Connection.Options(RoleNames.Admin),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var (most, rate) = (arguments.Number("--most", long.MaxValue, 1, long.MaxValue), arguments.Number("--per-second", 20, 1, 500));
        var query = string.Concat(
            filters
                .Where(name => arguments.Has($"--{name}"))
                .Select(name => $"&{name}={Uri.EscapeDataString(arguments.Text($"--{name}")!)}")
        );
        using var api = new JsonApi(arguments, terminal, RoleNames.Admin);

        // Letters that fail again come back under new numbers: no more are worked off than lay there at first.
        var path = $"dead-letters/{Uri.EscapeDataString(arguments.Required("--queue"))}";
        var there = (await api.Get("dead-letters", cancellationToken))["queues"]!
            .AsArray()
            .FirstOrDefault(count => (string)count!["queue"]! == arguments.Text("--queue"));
        if (there is not null && !(bool)there["more"]!)
            most = Math.Min(most, (int)there["letters"]!);

        void Says(JsonArray letters)
        {
            foreach (var letter in letters)
                terminal.Error.WriteLine($"{verb} {(string)letter!["id"]!}  {(string?)letter["detail"]}");
        }

        var done = 0L;
        while (done < most)
        {
            var portion = Math.Min(Math.Min(Portion, rate), most - done);
            var answer = await api.PostConfirmed($"{path}/{verb}?most={portion}{query}", null, Says, cancellationToken);
            var now = (int)answer["done"]!;
            done += now;
            if (now > 0)
                terminal.Error.WriteLine($"{done:N0} …");
            if (now < portion)
                break;
            if (done < most)
                await Task.Delay(TimeSpan.FromSeconds((double)now / rate), terminal.Clock, cancellationToken);
        }

        terminal.Out.WriteLine(new JsonObject { ["done"] = done }.ToJsonString());
        return ExitCode.Ok;
    }
}
