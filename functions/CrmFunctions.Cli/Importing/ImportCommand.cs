using System.Text.Encodings.Web;
using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Data;
using CrmFunctions.Cli.Demo.Loading;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Importing;

/// <summary><c>crm import FILE</c>: says how a CSV file is read, imports it with its progress, and says what became of its rows.</summary>
internal sealed class ImportCommand : ICommand
{
    // What the app looks at; the byte more tells it that there is more.
    private const int Beginning = (256 * 1024) + 1;

    private static readonly string[] Meanings = ["customer", "email", "phone", "name", "date", "amount", "order", "currencyColumn"];
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string Name => "import";

    public string Summary => "Imports a CSV file of orders or customers; the same file again changes nothing.";

    public string Operand => "FILE";

    public IReadOnlyList<Option> Options { get; } =
    [
        .. Connection.Options(RoleNames.Steward),
        new("--source", "NAME", "the shop or system the file is from (the file's name)"),
        new("--kind", "KIND", "orders or customers (orders)"),
        new("--columns", "MEANING=NAME,…", $"what the columns are: {string.Join(", ", Meanings)} (known by their headings)"),
        new("--currency", "CUR", "currency of the amounts, such as EUR (the app's own)"),
        new("--time-zone", "IANA", "zone of dates without one (the app's own)"),
        new("--decimals", "SIGN", "point or comma (as the file's rows say)"),
        new("--dates", "FIRST", "day or month, what comes first in 3/4/2026 (as the file's rows say)"),
        new("--identifiers", "TRUST", "verified (accounts, contacts) or claimed (forms, anything anonymous) (verified)"),
        new("--preview", null, "only says how the file would be read"),
        new("--dry-run", null, "checks all rows and writes nothing"),
        new("--results", "FILE", "saves what became of every row, as CSV"),
        new("--json", null, "the answer as JSON"),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var path = arguments.Required(Operand);
        var query = Query(arguments, path);
        using var api = Connection.Open(arguments, terminal);
        var json = arguments.Has("--json");
        if (!json || arguments.Has("--preview"))
        {
            var preview = await api.Preview(await Start(path, cancellationToken), query, cancellationToken);
            if (json)
                terminal.Out.WriteLine(JsonSerializer.Serialize(preview, Web));
            else
                Print(preview, terminal, arguments.Has("--preview"));
            if (arguments.Has("--preview"))
                return preview.Problems.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
        }

        var begun = await api.Import(path, arguments.Has("--dry-run") ? $"{query}&dryRun=true" : query, cancellationToken);
        var done = await new Progress(terminal, json ? terminal.Error : terminal.Out).Run(
            "progress.load",
            begun.Rows,
            show => new ImportWait(api, terminal.Clock).Completed(begun, show, cancellationToken)
        );
        if (arguments.Text("--results") is { } results)
            await api.SaveRows(done.Id, results, cancellationToken);
        if (json)
            terminal.Out.WriteLine(JsonSerializer.Serialize(done, Web));
        else
            Print(done, terminal, arguments.Has("--dry-run"));
        return done.Accepted + done.Duplicates > 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static string Query(Arguments arguments, string path)
    {
        List<(string Name, string? Value)> parts =
        [
            ("source", arguments.Text("--source") ?? Path.GetFileNameWithoutExtension(path)),
            ("kind", arguments.Text("--kind")),
            ("currency", arguments.Text("--currency")),
            ("timeZone", arguments.Zone("--time-zone")?.Id),
            ("decimals", arguments.Text("--decimals")),
            ("dates", arguments.Text("--dates")),
            ("identifiers", arguments.Text("--identifiers")),
        ];
        foreach (var part in arguments.Text("--columns")?.Split(',') ?? [])
        {
            if (
                part.Split('=', 2, StringSplitOptions.TrimEntries) is not [var meaning, { Length: > 0 } name]
                || !Meanings.Contains(meaning)
            )
                throw new UsageException(
                    $"--columns {part}: MEANING=NAME is wanted, where MEANING is one of {string.Join(", ", Meanings)}."
                );
            parts.Add((meaning, name));
        }

        return string.Join(
            '&',
            parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}")
        );
    }

    private static async Task<byte[]> Start(string path, CancellationToken cancellationToken)
    {
        await using var file = Files.Open(path);
        var bytes = new byte[Beginning];
        return bytes[..await file.ReadAtLeastAsync(bytes, Beginning, throwOnEndOfStream: false, cancellationToken)];
    }

    private static void Print(Preview preview, Terminal terminal, bool whole)
    {
        var (texts, mapping) = (terminal.Texts, preview.Mapping);
        terminal.Out.WriteLine(
            texts[
                "import.read",
                preview.Encoding,
                preview.Separator == "\t" ? "TAB" : preview.Separator,
                string.Join(' ', mapping.Columns.Select(pair => $"{pair.Key}={pair.Value}")),
                mapping.Decimals ?? texts["import.open"],
                mapping.Dates ?? texts["import.open"],
                mapping.Currency,
                mapping.TimeZone
            ]
        );
        foreach (var happened in whole ? preview.Events : [])
            terminal.Out.WriteLine(texts["import.event", happened.Row, happened.Type, happened.Time, happened.Data.GetRawText()]);
        foreach (var problem in preview.Problems)
            terminal.Error.WriteLine(texts["import.problem", problem.Field, problem.Message]);
        foreach (var error in whole ? preview.Errors : [])
            terminal.Error.WriteLine(texts["import.row", error.Row, error.Column ?? "", error.Problem]);
    }

    private static void Print(Import done, Terminal terminal, bool isDry)
    {
        var texts = terminal.Texts;
        terminal.Out.WriteLine(texts["import.done", done.Rows, done.Accepted, done.Duplicates, done.Refused, done.Id]);
        if (isDry)
            terminal.Out.WriteLine(texts["import.dry"]);
        foreach (var error in done.Errors ?? [])
            terminal.Error.WriteLine(texts["import.row", error.Row, error.Column ?? "", error.Problem]);
    }
}
