using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Rebuilding;

/// <summary>Begins a run of the app over everybody, and waits for its end with its progress on standard error.</summary>
internal sealed class RunApi(JsonApi api, Terminal terminal)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>How long nothing may move before the waiting is given up; the run goes on.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <returns>How it ended.</returns>
    /// <exception cref="CommandFailedException">Nothing has moved for <see cref="Patience"/>.</exception>
    public async Task<JsonNode> Run(string path, string query, CancellationToken cancellationToken)
    {
        var run = await api.Send(HttpMethod.Post, path + query, null, cancellationToken);
        var (told, moved) = ("", terminal.Clock.GetTimestamp());
        while (true)
        {
            var progress = string.Create(
                CultureInfo.InvariantCulture,
                $"{(long)run["handles"]!:N0} handles, {(int)run["lanes"]!} of {(int)run["ofLanes"]!} lanes …"
            );
            if (progress != told)
                (told, moved) = (progress, terminal.Clock.GetTimestamp());
            if ((string)run["status"]! == "done")
                return run;
            if (terminal.Clock.GetTimestamp() == moved)
                await terminal.Error.WriteLineAsync(told);
            if (terminal.Clock.GetElapsedTime(moved) > Patience)
            {
                throw new CommandFailedException(
                    $"Nothing has moved for {Patience.TotalMinutes:N0} minutes. Look at the dead-letter queue of `rebuilds`; the same command goes on where it stands."
                );
            }

            await Task.Delay(Look, terminal.Clock, cancellationToken);
            run = await api.Get(path, cancellationToken);
        }
    }

    /// <summary>The hash of the state, once it is the same at two looks.</summary>
    public async Task<string> Hash(CancellationToken cancellationToken)
    {
        for (string? before = null; ; )
        {
            var now = (string)(await api.Get("reports/base", cancellationToken))["hash"]!;
            if (now == before)
                return now;
            before = now;
            await Task.Delay(Look, terminal.Clock, cancellationToken);
        }
    }

    /// <summary>Differences, one on a line: handle, member, what is stored, what the log says.</summary>
    public static IEnumerable<string> Lines(JsonNode answer) =>
        from differing in answer["differences"]!.AsArray()
        from member in differing!["members"]!.AsArray()
        select $"{(string)differing["handle"]!}  {(string)member!["member"]!}: {(string?)member["stored"] ?? "-"} is stored, the log says {(string?)member["computed"] ?? "-"}";
}
